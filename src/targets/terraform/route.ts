import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route */
export const route: TerraformKind<'route'> = {
  blocks: ({ desired: { routeTableId, destination, target } }) => [
    {
      type: 'aws_route',
      body: {
        route_table_id: routeTableId,
        ...(String(destination).includes(':')
          ? { destination_ipv6_cidr_block: destination }
          : { destination_cidr_block: destination }),
        ...('gatewayId' in target ? { gateway_id: target.gatewayId } : {}),
        ...('natGatewayId' in target ? { nat_gateway_id: target.natGatewayId } : {}),
        ...('egressOnlyInternetGatewayId' in target
          ? { egress_only_gateway_id: target.egressOnlyInternetGatewayId }
          : {}),
      },
    },
  ],
  attributes: { routeState: 'state' },
  importIds: ({ settled }) => [`${settled.routeTableId}_${settled.destination}`],
};
