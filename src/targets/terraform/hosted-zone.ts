import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_zone */
export const hostedZone: TerraformKind<'hosted-zone'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_route53_zone',
      body: {
        name: desired.name,
        comment: desired.comment,
        vpc: [{ vpc_id: desired.vpcId }],
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { hostedZoneId: 'zone_id' },
  importIds: ({ observed }) => [observed.hostedZoneId],
};
