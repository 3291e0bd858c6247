import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/nat_gateway */
export const natGateway: TerraformKind<'nat-gateway'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_nat_gateway',
      body: { subnet_id: desired.subnetId, allocation_id: desired.allocationId, tags: tags(desired.tags) },
    },
  ],
  attributes: { natGatewayId: 'id' },
  importIds: ({ observed }) => [observed.natGatewayId],
};
