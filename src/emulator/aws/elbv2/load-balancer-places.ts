import type { SubnetMapping } from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Call, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SubnetRecord } from '../ec2/network-records.ts';
import { createRequesterInterface } from '../requester-interface.ts';
import { invalidRequest, validationError } from './errors.ts';
import type { LoadBalancerRecord } from './state.ts';

interface Wanted {
  readonly Subnets?: string[] | undefined;
  readonly SubnetMappings?: SubnetMapping[] | undefined;
}

type Kind = Pick<LoadBalancerRecord, 'type' | 'scheme'>;

export interface Place {
  readonly vpcId: string;
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/** An address of one's own is told to a mapping; nothing here has use for it, and it is not made up. */
function refuseAddresses(mappings: readonly SubnetMapping[]): void {
  const own = mappings.find((each) => each.AllocationId ?? each.PrivateIPv4Address ?? each.IPv6Address);
  if (own !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS chooses the addresses of load balancers itself.', 501);
}

function subnetsOf(call: Call, { Subnets, SubnetMappings }: Wanted): SubnetRecord[] {
  refuseAddresses(SubnetMappings ?? []);
  const ids = Subnets ?? (SubnetMappings ?? []).flatMap((mapping) => mapping.SubnetId ?? []);
  return ids.map((id) => {
    const subnet = call.state.ec2.subnets[id];
    if (subnet === undefined) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
}

function checkInternet(turn: Turn, vpcId: string): void {
  const { internetGateways } = turn.state.ec2;
  if (!Object.values(internetGateways).some((own) => own.vpcId === vpcId))
    throw new AwsError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
}

/** The subnets of a request: of one VPC, one per zone, and in a VPC with an internet gateway where the load balancer faces it. */
export function placeOf(call: Call, wanted: Wanted, { type, scheme }: Kind): Place {
  const records = subnetsOf(call, wanted);
  const [first] = records;
  if (first === undefined) throw validationError('At least one subnet must be specified');
  if (records.some((subnet) => subnet.vpcId !== first.vpcId))
    throw invalidRequest('The subnets are in more than one VPC.');
  if (new Set(records.map((subnet) => subnet.zone)).size < records.length) {
    throw invalidRequest('A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  }
  if (type === 'application' && records.length < 2) {
    throw invalidRequest('At least two subnets in two different Availability Zones must be specified');
  }
  if (scheme === 'internet-facing') checkInternet(call, first.vpcId);
  return { vpcId: first.vpcId, subnets: records.map(({ id, zone }) => ({ id, zone })) };
}

/** Groups of a request: each exists in the VPC. Throws InvalidSecurityGroup. */
export function checkedGroups(call: Call, groups: readonly string[], vpcId: string): string[] {
  const gone = groups.find((id) => call.state.ec2.securityGroups[id]?.vpcId !== vpcId);
  if (gone !== undefined)
    throw new AwsError('InvalidSecurityGroup', `One or more security groups are invalid: ${gone}`);
  return [...new Set(groups)];
}

type Named = Pick<LoadBalancerRecord, 'arn' | 'type' | 'securityGroups'>;

/** A node of the load balancer in a subnet: its interface, with the load balancer's groups. */
export function nodeIn(
  turn: Turn,
  balancer: Named,
  subnet: { id: string; zone: string },
): LoadBalancerRecord['subnets'][number] {
  const description = `ELB ${balancer.arn.slice(balancer.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`;
  const networkInterfaceId = createRequesterInterface(turn, {
    subnetId: subnet.id,
    groups: balancer.securityGroups,
    description,
    requesterId: 'amazon-elb',
    interfaceType: balancer.type === 'network' ? 'network_load_balancer' : 'interface',
  });
  return { subnetId: subnet.id, zone: subnet.zone, networkInterfaceId };
}
