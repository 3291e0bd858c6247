import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-listener.html */
export const listener: CloudFormationKind<'listener'> = {
  lacks: () => ['its tags: CloudFormation gives none to listeners'],
  blocks: ({ desired }) => [
    {
      type: 'AWS::ElasticLoadBalancingV2::Listener',
      body: {
        LoadBalancerArn: desired.loadBalancerArn,
        Protocol: 'TCP',
        Port: desired.port,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: desired.targetGroupArn }],
      },
    },
  ],
  attributes: { arn: 'Ref' },
};
