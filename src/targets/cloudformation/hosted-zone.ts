import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-route53-hostedzone.html */
export const hostedZone: CloudFormationKind<'hosted-zone'> = {
  blocks: ({ desired }, { region, tagList }) => [
    {
      type: 'AWS::Route53::HostedZone',
      body: {
        Name: desired.name,
        HostedZoneConfig: { Comment: desired.comment },
        VPCs: [{ VPCId: desired.vpcId, VPCRegion: region }],
        HostedZoneTags: tagList(desired.tags),
      },
    },
  ],
  attributes: { hostedZoneId: 'Ref' },
};
