import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc */
export const vpc: TerraformKind<'vpc'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_vpc',
      body: {
        cidr_block: desired.cidr,
        assign_generated_ipv6_cidr_block: desired.ipv6 ? true : undefined,
        enable_dns_support: desired.dnsSupport,
        enable_dns_hostnames: desired.dnsHostnames,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { vpcId: 'id', ipv6Cidr: 'ipv6_cidr_block' },
  importIds: ({ observed }) => [observed.vpcId],
};
