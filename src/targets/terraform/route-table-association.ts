import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route_table_association */
export const routeTableAssociation: TerraformKind<'route-table-association'> = {
  blocks: ({ desired }) => [
    {
      type: 'aws_route_table_association',
      body: { subnet_id: desired.subnetId, route_table_id: desired.routeTableId },
    },
  ],
  attributes: { associationId: 'id' },
  importIds: ({ settled }) => [`${settled.subnetId}/${settled.routeTableId}`],
};
