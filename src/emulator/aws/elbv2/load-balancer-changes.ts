import type {
  DescribeCapacityReservationInput,
  DescribeCapacityReservationOutput,
  DescribeLoadBalancerAttributesInput,
  DescribeLoadBalancerAttributesOutput,
  ModifyLoadBalancerAttributesInput,
  ModifyLoadBalancerAttributesOutput,
  SetIpAddressTypeInput,
  SetIpAddressTypeOutput,
  SetSecurityGroupsInput,
  SetSecurityGroupsOutput,
  SetSubnetsInput,
  SetSubnetsOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { attributeList, loadBalancerAttributes, readAttributes } from './attributes.ts';
import { invalidRequest, loadBalancerOf, validationError } from './errors.ts';
import { checkDualStack, checkedGroups, nodeIn, placeOf } from './load-balancer-places.ts';
import { zonesView } from './load-balancer-view.ts';
import { checkedAddressType } from './load-balancers.ts';
import { elbv2Timings } from './timings.ts';

export const describeLoadBalancerAttributes: Handler<
  Given<DescribeLoadBalancerAttributesInput>,
  DescribeLoadBalancerAttributesOutput
> = (input, call) => ({
  Attributes: attributeList(loadBalancerAttributes(loadBalancerOf(call, input.LoadBalancerArn))),
});

export const modifyLoadBalancerAttributes: Handler<
  Given<ModifyLoadBalancerAttributesInput>,
  ModifyLoadBalancerAttributesOutput
> = (input, call) => {
  const record = loadBalancerOf(call, input.LoadBalancerArn);
  const given = readAttributes(input.Attributes, loadBalancerAttributes(record), 'Load balancer');
  record.attributes = { ...record.attributes, ...given };
  return { Attributes: attributeList(loadBalancerAttributes(record)) };
};

/** Nobody can reserve capacity here, so that none is ever reserved. */
export const describeCapacityReservation: Handler<
  Given<DescribeCapacityReservationInput>,
  DescribeCapacityReservationOutput
> = (input, call) => {
  loadBalancerOf(call, input.LoadBalancerArn);
  return { CapacityReservationState: [] };
};

/**
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/network/availability-zones.html: a zone's subnet is changed by taking
 * the zone away first.
 */
export const setSubnets: Handler<Given<SetSubnetsInput>, SetSubnetsOutput> = (input, call) => {
  const record = loadBalancerOf(call, input.LoadBalancerArn);
  const place = placeOf(call, input, record);
  if (place.vpcId !== record.vpcId) throw invalidRequest('The subnets are not in the VPC of the load balancer.');
  const before = new Map(record.subnets.map((own) => [own.subnetId, own]));
  const moved = place.subnets.find(
    ({ id, zone }) => !before.has(id) && record.subnets.some((own) => own.zone === zone),
  );
  if (moved !== undefined && record.type === 'network') {
    throw invalidRequest(
      `The subnet of Availability Zone ${moved.zone} cannot be changed at once: disable the zone first, then enable it with subnet ${moved.id}`,
    );
  }
  const gone = record.subnets.filter((own) => !place.subnets.some(({ id }) => id === own.subnetId));
  record.subnets = place.subnets.map((subnet) => before.get(subnet.id) ?? nodeIn(call, record, subnet));
  if (gone.length > 0) {
    const interfaces = gone.map((own) => own.networkInterfaceId);
    call.later(elbv2Timings.release, 'elasticloadbalancing.released', { interfaces });
  }
  return { AvailabilityZones: zonesView(record), IpAddressType: record.ipAddressType };
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-security-groups.html: none at the start is none for good. */
export const setSecurityGroups: Handler<Given<SetSecurityGroupsInput>, SetSecurityGroupsOutput> = (input, call) => {
  const record = loadBalancerOf(call, input.LoadBalancerArn);
  if (input.SecurityGroups.length === 0) throw validationError('At least one security group must be specified');
  if (record.type === 'network' && record.securityGroups.length === 0) {
    throw invalidRequest(
      `You cannot set security groups for load balancer '${record.arn}': it was created without security groups`,
    );
  }
  record.securityGroups = checkedGroups(call, input.SecurityGroups, record.vpcId);
  for (const { networkInterfaceId } of record.subnets) {
    const eni = call.state.ec2.networkInterfaces[networkInterfaceId];
    if (eni !== undefined) eni.groups = [...record.securityGroups];
  }
  return { SecurityGroupIds: [...record.securityGroups] };
};

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetIpAddressType.html */
export const setIpAddressType: Handler<Given<SetIpAddressTypeInput>, SetIpAddressTypeOutput> = (input, call) => {
  const record = loadBalancerOf(call, input.LoadBalancerArn);
  const type = checkedAddressType(input.IpAddressType);
  if (type === 'dualstack')
    checkDualStack(record.subnets.flatMap(({ subnetId }) => call.state.ec2.subnets[subnetId] ?? []));
  record.ipAddressType = type;
  return { IpAddressType: type };
};
