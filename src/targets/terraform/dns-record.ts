import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record */
export const dnsRecord: TerraformKind<'dns-record'> = {
  blocks: ({ desired }) => [
    {
      type: 'aws_route53_record',
      body: {
        zone_id: desired.hostedZoneId,
        name: desired.name,
        type: 'A',
        alias: { name: desired.target, zone_id: desired.targetZoneId, evaluate_target_health: false },
      },
    },
  ],
  attributes: { fqdn: 'fqdn' },
  importIds: ({ settled, observed }) => [`${settled.hostedZoneId}_${observed.fqdn}_A`],
};
