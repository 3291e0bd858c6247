import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-targetgroup.html */
export const targetGroup: CloudFormationKind<'target-group'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::ElasticLoadBalancingV2::TargetGroup',
      body: {
        Name: desired.name,
        VpcId: desired.vpcId,
        Protocol: desired.protocol,
        Port: desired.port,
        TargetType: 'instance',
        HealthCheckProtocol: 'HTTPS',
        HealthCheckPath: desired.healthPath,
        HealthCheckPort: 'traffic-port',
        HealthCheckIntervalSeconds: 10,
        HealthyThresholdCount: 2,
        UnhealthyThresholdCount: 2,
        TargetGroupAttributes: [
          { Key: 'deregistration_delay.timeout_seconds', Value: String(desired.deregistrationSeconds) },
          { Key: 'preserve_client_ip.enabled', Value: String(desired.preserveClientIp) },
        ],
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Ref' },
};
