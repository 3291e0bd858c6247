import type {
  ApplySecurityGroupsToLoadBalancerInput,
  ApplySecurityGroupsToLoadBalancerOutput,
  AttachLoadBalancerToSubnetsInput,
  AttachLoadBalancerToSubnetsOutput,
  DetachLoadBalancerFromSubnetsInput,
  DetachLoadBalancerFromSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { SubnetRecord } from '../ec2/network-records.ts';
import { elbv2Timings } from '../elbv2/timings.ts';
import { createRequesterInterface } from '../requester-interface.ts';
import type { Given } from '../required-members.ts';
import { balancerNamed, invalidConfiguration, validationError } from './lookup.ts';
import type { ClassicLoadBalancer } from './state.ts';

/** The subnets of a request. Throws SubnetNotFound. */
function subnetsNamed(call: Call, ids: readonly string[]): SubnetRecord[] {
  return ids.map((id) => {
    const subnet = call.state.ec2.subnets[id];
    if (subnet === undefined) throw new AwsError('SubnetNotFound', `The requested subnet ${id} does not exist`);
    return subnet;
  });
}

/** Where zones are named instead of subnets: the default subnets there. */
function defaultSubnets(call: Call, zones: readonly string[]): SubnetRecord[] {
  return zones.map((zone) => {
    const found = Object.values(call.state.ec2.subnets).find((own) => own.defaultForAz && own.zone === zone);
    if (found === undefined) throw validationError(`Invalid availability zone, or one without default subnet: ${zone}`);
    return found;
  });
}

function checkTogether(subnets: readonly { readonly zone: string; readonly vpcId: string }[]): void {
  if (new Set(subnets.map(({ vpcId }) => vpcId)).size > 1)
    throw invalidConfiguration('All subnets must be in the same VPC');
  if (new Set(subnets.map(({ zone }) => zone)).size < subnets.length)
    throw invalidConfiguration('ELB cannot be attached to multiple subnets in the same AZ.');
}

interface Wanted {
  readonly Subnets?: string[] | undefined;
  readonly AvailabilityZones?: string[] | undefined;
}

/** The subnets of a new load balancer: of one VPC, one per zone, and with an internet gateway where it faces the internet. */
export function placesOf(call: Call, wanted: Wanted, scheme: ClassicLoadBalancer['scheme']): SubnetRecord[] {
  const { Subnets: ids = [], AvailabilityZones: zones = [] } = wanted;
  if (ids.length > 0 === zones.length > 0)
    throw validationError('Either AvailabilityZones or SubnetIds must be specified');
  const subnets = ids.length > 0 ? subnetsNamed(call, ids) : defaultSubnets(call, zones);
  checkTogether(subnets);
  const vpcId = subnets[0]?.vpcId;
  const isOpen = Object.values(call.state.ec2.internetGateways).some((own) => own.vpcId === vpcId);
  if (scheme === 'internet-facing' && !isOpen)
    throw new AwsError('InvalidSubnet', `VPC ${vpcId} has no internet gateway`);
  return subnets;
}

/** Groups of a request, which are of the VPC; its default group where none is named. Throws InvalidSecurityGroup. */
export function groupsOf(call: Call, given: readonly string[] | undefined, vpcId: string): string[] {
  const all = Object.values(call.state.ec2.securityGroups).filter((group) => group.vpcId === vpcId);
  if (given === undefined || given.length === 0) return all.flatMap(({ id, name }) => (name === 'default' ? [id] : []));
  if (given.some((id) => !all.some((group) => group.id === id)))
    throw new AwsError('InvalidSecurityGroup', 'One or more of the specified security groups do not exist.');
  return [...new Set(given)];
}

/** A node in a subnet, with its interface. */
export const classicNodeIn = (
  turn: Turn,
  balancer: Pick<ClassicLoadBalancer, 'name' | 'securityGroups'>,
  { id: subnetId, zone }: Pick<SubnetRecord, 'id' | 'zone'>,
): ClassicLoadBalancer['subnets'][number] => ({
  subnetId,
  zone,
  networkInterfaceId: createRequesterInterface(turn, {
    subnetId,
    groups: balancer.securityGroups,
    description: `ELB ${balancer.name}`,
    requesterId: 'amazon-elb',
    interfaceType: 'interface',
  }),
});

/** Interfaces leave some time after whatever they were for. */
export const releaseLater = (turn: Turn, interfaces: readonly string[]): void =>
  turn.later(elbv2Timings.release, 'elb.released', { interfaces: [...interfaces] });

const subnetIds = (balancer: ClassicLoadBalancer): string[] => balancer.subnets.map(({ subnetId }) => subnetId);

export const attachToSubnets: Handler<Given<AttachLoadBalancerToSubnetsInput>, AttachLoadBalancerToSubnetsOutput> = (
  input,
  call,
) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  const known = subnetIds(balancer);
  const added = subnetsNamed(call, input.Subnets).filter(({ id }) => !known.includes(id));
  checkTogether([...subnetsNamed(call, known), ...added]);
  balancer.subnets.push(...added.map((subnet) => classicNodeIn(call, balancer, subnet)));
  return { Subnets: subnetIds(balancer) };
};

export const detachFromSubnets: Handler<
  Given<DetachLoadBalancerFromSubnetsInput>,
  DetachLoadBalancerFromSubnetsOutput
> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  const gone = balancer.subnets.filter(({ subnetId }) => input.Subnets.includes(subnetId));
  if (gone.length === balancer.subnets.length)
    throw invalidConfiguration('A load balancer must be attached to at least one subnet');
  balancer.subnets = balancer.subnets.filter((own) => !gone.includes(own));
  releaseLater(
    call,
    gone.map((own) => own.networkInterfaceId),
  );
  return { Subnets: subnetIds(balancer) };
};

export const applySecurityGroups: Handler<
  Given<ApplySecurityGroupsToLoadBalancerInput>,
  ApplySecurityGroupsToLoadBalancerOutput
> = (input, call) => {
  const balancer = balancerNamed(call, input.LoadBalancerName);
  balancer.securityGroups = groupsOf(call, input.SecurityGroups, balancer.vpcId);
  for (const { networkInterfaceId } of balancer.subnets) {
    const eni = call.state.ec2.networkInterfaces[networkInterfaceId];
    if (eni !== undefined) eni.groups = [...balancer.securityGroups];
  }
  return { SecurityGroups: [...balancer.securityGroups] };
};
