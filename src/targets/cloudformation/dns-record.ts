import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-recordset.html */
export const dnsRecord: CloudFormationKind<'dns-record'> = {
  blocks: ({ desired }) => [
    {
      type: 'AWS::Route53::RecordSet',
      body: {
        HostedZoneId: desired.hostedZoneId,
        Name: desired.name,
        Type: 'A',
        AliasTarget: { DNSName: desired.target, HostedZoneId: desired.targetZoneId, EvaluateTargetHealth: false },
      },
    },
  ],
  // Ref gives the name as Route 53 has it, which ends in a dot.
  attributes: { fqdn: ({ desired }) => desired.name },
};
