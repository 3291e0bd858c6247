import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html */
export const loadBalancer: CloudFormationKind<'load-balancer'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::ElasticLoadBalancingV2::LoadBalancer',
      body: {
        Name: desired.name,
        Type: 'network',
        Scheme: desired.scheme,
        Subnets: desired.subnetIds,
        SecurityGroups: desired.securityGroupIds,
        LoadBalancerAttributes: [
          { Key: 'deletion_protection.enabled', Value: String(desired.deletionProtection) },
          { Key: 'load_balancing.cross_zone.enabled', Value: String(desired.crossZone) },
        ],
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Ref', dnsName: 'DNSName', hostedZoneId: 'CanonicalHostedZoneID' },
};
