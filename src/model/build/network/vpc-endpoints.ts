import { partitionOf } from '../../../catalog/regions.ts';
import { type Resource, refTo } from '../../graph.ts';
import { type BuildContext, resource, tagsOf } from '../context.ts';
import type { NetworkHandles } from './network-handles.ts';

/** Services with gateway endpoints, which cost nothing: https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html */
const gateways: readonly string[] = ['s3', 'dynamodb'];

export const isInterface = (service: string): boolean => !gateways.includes(service);

function serviceName(region: string, service: string): string {
  const isChinese = partitionOf(region) === 'aws-cn' && isInterface(service);
  return `${isChinese ? 'cn.' : ''}com.amazonaws.${region}.${service}`;
}

/** One subnet in each zone: an interface endpoint takes no second one. */
function oneSubnetPerZone({ privateSubnets, publicSubnets }: NetworkHandles) {
  const subnets = privateSubnets.length > 0 ? privateSubnets : publicSubnets;
  return [...new Map([...subnets].reverse().map((subnet) => [subnet.zone, subnet.subnetId])).values()].reverse();
}

function tablesOf({ privateSubnets, publicSubnets, podSubnets }: NetworkHandles) {
  const tables = [...privateSubnets, ...publicSubnets, ...podSubnets].map(({ routeTableId }) => routeTableId);
  return [...new Map(tables.map((table) => [JSON.stringify(table), table])).values()];
}

/** Endpoints of the spec, each in every zone, or in every route table. `group` lets the VPC in. */
export function vpcEndpoints(
  context: BuildContext,
  network: NetworkHandles,
  group: Resource<'security-group'> | undefined,
): readonly Resource<'vpc-endpoint'>[] {
  const { region, network: spec } = context.spec;
  return spec.endpoints.map((service, i) => {
    const id = `vpc-endpoint/${service}`;
    const viaInterface = isInterface(service);
    return resource('vpc-endpoint', {
      id,
      from: `spec.network.endpoints[${i}]`,
      desired: {
        vpcId: network.vpcId,
        endpointService: serviceName(region, service),
        endpointType: viaInterface ? 'Interface' : 'Gateway',
        subnetIds: viaInterface ? oneSubnetPerZone(network) : [],
        routeTableIds: viaInterface ? [] : tablesOf(network),
        securityGroupIds: viaInterface && group !== undefined ? [refTo(group, 'groupId')] : [],
        privateDns: viaInterface,
        tags: tagsOf(context, id),
      },
    });
  });
}
