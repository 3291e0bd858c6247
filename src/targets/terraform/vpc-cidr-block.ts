import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_ipv4_cidr_block_association */
export const vpcCidrBlock: TerraformKind<'vpc-cidr-block'> = {
  blocks: ({ desired }) => [
    { type: 'aws_vpc_ipv4_cidr_block_association', body: { vpc_id: desired.vpcId, cidr_block: desired.cidr } },
  ],
  attributes: { associationId: 'id' },
  importIds: ({ observed }) => [observed.associationId],
};
