import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eip */
export const elasticIp: TerraformKind<'elastic-ip'> = {
  blocks: ({ desired }, { tags }) => [{ type: 'aws_eip', body: { domain: 'vpc', tags: tags(desired.tags) } }],
  attributes: { allocationId: 'allocation_id', publicIp: 'public_ip' },
  importIds: ({ observed }) => [observed.allocationId],
};
