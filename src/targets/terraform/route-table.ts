import type { TerraformKind } from './terraform-kind.ts';

/** Its routes are resources of their own: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route_table */
export const routeTable: TerraformKind<'route-table'> = {
  blocks: ({ desired }, { tags }) => [
    { type: 'aws_route_table', body: { vpc_id: desired.vpcId, tags: tags(desired.tags) } },
  ],
  attributes: { routeTableId: 'id' },
  importIds: ({ observed }) => [observed.routeTableId],
};
