import type { Resource } from '../../model/graph.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** Each type takes arguments that the other refuses. */
const placeOf = ({ desired }: Resource<'vpc-endpoint'>): Readonly<Record<string, unknown>> =>
  desired.endpointType === 'Gateway'
    ? { route_table_ids: desired.routeTableIds }
    : {
        subnet_ids: desired.subnetIds,
        security_group_ids: desired.securityGroupIds,
        private_dns_enabled: desired.privateDns,
      };

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/vpc_endpoint */
export const vpcEndpoint: TerraformKind<'vpc-endpoint'> = {
  blocks: (endpoint, { tags }) => [
    {
      type: 'aws_vpc_endpoint',
      body: {
        vpc_id: endpoint.desired.vpcId,
        service_name: endpoint.desired.endpointService,
        vpc_endpoint_type: endpoint.desired.endpointType,
        ...placeOf(endpoint),
        tags: tags(endpoint.desired.tags),
      },
    },
  ],
  attributes: { vpcEndpointId: 'id' },
  importIds: ({ observed }) => [observed.vpcEndpointId],
};
