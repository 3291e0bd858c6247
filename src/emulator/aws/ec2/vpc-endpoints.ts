import type {
  CreateVpcEndpointRequest,
  CreateVpcEndpointResult,
  DeleteVpcEndpointsRequest,
  DeleteVpcEndpointsResult,
  DescribeVpcEndpointsRequest,
  DescribeVpcEndpointsResult,
  ModifyVpcEndpointRequest,
  ModifyVpcEndpointResult,
  UnsuccessfulItem,
} from '@aws-sdk/client-ec2';
import type { Json } from '../../../base/canonical-json.ts';
import { seconds } from '../../../base/duration.ts';
import type { Call, EventHandlers, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { checkPolicy, openPolicy } from './endpoint-policy.ts';
import type { EndpointService } from './endpoint-services.ts';
import { endpointService } from './endpoint-services.ts';
import { once } from './idempotency.ts';
import { attach, checkGroups, makeInterface, removeInterface } from './interface-records.ts';
import { checkLimit } from './limits.ts';
import { listing, nextToken } from './listing.ts';
import { get, required, unknownId } from './lookup.ts';
import type { SubnetRecord, VpcEndpointRecord } from './network-records.ts';
import { freeAddressCount } from './private-addresses.ts';
import { forget, setTags, tagsFor } from './tags.ts';
import { vpcEndpointOutput } from './vpc-endpoint-output.ts';

/** From CreateVpcEndpoint to `available`, for interface endpoints. */
export const vpcEndpointCreation = seconds(60);
const deletion = seconds(30);
/** Two interface endpoints of one VPC cannot answer the same private DNS name. */
function checkPrivateDns(call: Call, vpcId: string, service: EndpointService, besides?: string): void {
  const vpc = get(call, 'vpcs', vpcId);
  if (!vpc.dnsSupport || !vpc.dnsHostnames) {
    const why = `Enabling private DNS requires both enableDnsSupport and enableDnsHostnames VPC attributes set to true for ${vpcId}`;
    throw new AwsError('InvalidParameter', why);
  }
  const taken = Object.values(call.state.ec2.vpcEndpoints).some(
    (other) => other.vpcId === vpcId && other.serviceName === service.name && other.privateDns && other.id !== besides,
  );
  if (!taken) return;
  const why = `private-dns-enabled cannot be set because there is already a conflicting DNS domain for ${service.privateDnsNames[0] ?? ''} in the VPC ${vpcId}`;
  throw new AwsError('InvalidParameter', why);
}

function subnetsOf(call: Call, vpcId: string, ids: readonly string[]): SubnetRecord[] {
  const subnets = ids.map((id) => get(call, 'subnets', id));
  const foreign = subnets.find((subnet) => subnet.vpcId !== vpcId);
  if (foreign !== undefined)
    throw new AwsError('InvalidParameter', `The subnet ID '${foreign.id}' does not belong to the VPC '${vpcId}'`);
  if (new Set(subnets.map((subnet) => subnet.zone)).size < subnets.length) {
    throw new AwsError(
      'DuplicateSubnetsInSameZone',
      'Found another VPC endpoint subnet in the availability zone of one of the subnets',
    );
  }
  return subnets;
}

/** One interface per subnet, all or none. */
function addInterfaces(call: Call, endpoint: VpcEndpointRecord, subnets: readonly SubnetRecord[]): void {
  const full = subnets.find((subnet) => freeAddressCount(call.state.ec2, subnet) < 1);
  if (full !== undefined) {
    throw new AwsError('InsufficientFreeAddressesInSubnet', `Insufficient free addresses in subnet '${full.id}'.`);
  }
  for (const subnet of subnets) {
    const eni = makeInterface(call, {
      subnet,
      description: `VPC Endpoint Interface ${endpoint.id}`,
      groups: endpoint.groups,
      interfaceType: 'vpc_endpoint',
      requesterId: 'amazon-vpce',
    });
    attach(call, eni, { owner: 'amazon-aws', deviceIndex: 1, deleteOnTermination: false });
    endpoint.subnetIds.push(subnet.id);
    endpoint.networkInterfaceIds.push(eni.id);
  }
}

function tablesOf(call: Call, vpcId: string, ids: readonly string[]): string[] {
  return ids.map((id) => {
    const table = get(call, 'routeTables', id);
    if (table.vpcId !== vpcId)
      throw new AwsError('InvalidParameter', `Route table ${id} does not belong to VPC ${vpcId}`);
    return table.id;
  });
}

/** A route table leads to a service through one gateway endpoint only. */
function checkTables(
  call: Call,
  endpoint: { readonly id?: string; readonly serviceName: string },
  tables: readonly string[],
): void {
  const other = Object.values(call.state.ec2.vpcEndpoints).find(
    (one) =>
      one.type === 'Gateway' &&
      one.id !== endpoint.id &&
      one.serviceName === endpoint.serviceName &&
      one.routeTableIds.some((id) => tables.includes(id)),
  );
  if (other === undefined) return;
  const table = other.routeTableIds.find((id) => tables.includes(id));
  throw new AwsError(
    'RouteAlreadyExists',
    `route table ${table} already has a route with destination-prefix-list-id of ${endpoint.serviceName}`,
  );
}

function checkEndpointLimit(call: Call, type: string, vpcId: string): void {
  const all = Object.values(call.state.ec2.vpcEndpoints).filter((one) => one.type === type);
  const interfaceEndpoints = type === 'Interface';
  checkLimit(call, interfaceEndpoints ? 'interfaceEndpointsPerVpc' : 'gatewayEndpoints', {
    have: interfaceEndpoints ? all.filter((one) => one.vpcId === vpcId).length : all.length,
    code: 'VpcEndpointLimitExceeded',
    message: 'The maximum number of VPC endpoints has been reached.',
  });
}

const defaultGroups = (call: Call, vpcId: string): string[] =>
  Object.values(call.state.ec2.securityGroups)
    .filter((g) => g.vpcId === vpcId && g.name === 'default')
    .map((g) => g.id);

function groupsOf(call: Call, input: CreateVpcEndpointRequest, subnets: readonly SubnetRecord[]): string[] {
  const asked = input.SecurityGroupIds ?? [];
  const groups = asked.length > 0 ? asked : defaultGroups(call, required(input.VpcId, 'vpcId'));
  const [subnet] = subnets;
  return subnet === undefined ? [...groups] : checkGroups(call, subnet, groups);
}

function make(call: Call, input: CreateVpcEndpointRequest, type: 'Gateway' | 'Interface'): VpcEndpointRecord {
  const vpc = get(call, 'vpcs', input.VpcId);
  const service = endpointService(call.region, required(input.ServiceName, 'serviceName'));
  if (!service.types.includes(type)) {
    throw new AwsError(
      'InvalidParameter',
      `The Endpoint type (${type}) does not match available service types (${service.types.join(', ')}).`,
    );
  }
  checkEndpointLimit(call, type, vpc.id);
  const isInterface = type === 'Interface';
  const subnets = isInterface ? subnetsOf(call, vpc.id, input.SubnetIds ?? []) : [];
  const routeTableIds = isInterface ? [] : tablesOf(call, vpc.id, input.RouteTableIds ?? []);
  checkTables(call, { serviceName: service.name }, routeTableIds);
  const privateDns = isInterface && (input.PrivateDnsEnabled ?? true);
  if (privateDns) checkPrivateDns(call, vpc.id, service);
  const endpoint: VpcEndpointRecord = {
    id: call.newId('vpce-'),
    vpcId: vpc.id,
    type,
    serviceName: service.name,
    state: isInterface ? 'pending' : 'available',
    policy: checkPolicy(input.PolicyDocument),
    routeTableIds,
    subnetIds: [],
    groups: isInterface ? groupsOf(call, input, subnets) : [],
    privateDns,
    ipAddressType: input.IpAddressType ?? 'ipv4',
    networkInterfaceIds: [],
    createdAt: call.now,
  };
  addInterfaces(call, endpoint, subnets);
  return endpoint;
}

function createVpcEndpoint(input: CreateVpcEndpointRequest, call: Call): CreateVpcEndpointResult {
  const type = input.VpcEndpointType ?? 'Gateway';
  if (type !== 'Gateway' && type !== 'Interface') {
    throw new AwsError('NotImplemented', `${type} endpoints are not part of the embedded AWS.`, 501);
  }
  const tags = tagsFor(input.TagSpecifications, 'vpc-endpoint');
  const [id] = once(call, input, () => {
    const endpoint = make(call, input, type);
    call.state.ec2.vpcEndpoints[endpoint.id] = endpoint;
    setTags(call.state.ec2, endpoint.id, tags);
    if (endpoint.state === 'pending')
      call.later(vpcEndpointCreation, 'ec2.vpc-endpoint-made', { vpcEndpointId: endpoint.id });
    return [endpoint.id];
  });
  return {
    VpcEndpoint: vpcEndpointOutput(call, get(call, 'vpcEndpoints', id)),
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
  };
}

function modifyVpcEndpoint(input: ModifyVpcEndpointRequest, call: Call): ModifyVpcEndpointResult {
  const { ec2 } = call.state;
  const endpoint = get(call, 'vpcEndpoints', input.VpcEndpointId);
  if (endpoint.state !== 'available') {
    throw new AwsError('IncorrectState', `VPC endpoint ${endpoint.id} is in state ${endpoint.state}`);
  }
  const removed = input.RemoveSubnetIds ?? [];
  const added = subnetsOf(call, endpoint.vpcId, input.AddSubnetIds ?? []).filter(
    (s) => !endpoint.subnetIds.includes(s.id),
  );
  const tables = tablesOf(call, endpoint.vpcId, input.AddRouteTableIds ?? []);
  checkTables(call, endpoint, tables);
  if (input.PrivateDnsEnabled === true && !endpoint.privateDns) {
    checkPrivateDns(call, endpoint.vpcId, endpointService(call.region, endpoint.serviceName), endpoint.id);
  }
  const [subnet] = [...added, ...endpoint.subnetIds.flatMap((id) => ec2.subnets[id] ?? [])];
  const changed = [
    ...endpoint.groups.filter((id) => !(input.RemoveSecurityGroupIds ?? []).includes(id)),
    ...(input.AddSecurityGroupIds ?? []),
  ];
  const groups = subnet === undefined ? changed : checkGroups(call, subnet, changed);
  if (input.PolicyDocument !== undefined) endpoint.policy = checkPolicy(input.PolicyDocument);
  if (input.ResetPolicy === true) endpoint.policy = openPolicy;
  endpoint.groups = groups;
  endpoint.routeTableIds = [
    ...new Set([...endpoint.routeTableIds.filter((id) => !(input.RemoveRouteTableIds ?? []).includes(id)), ...tables]),
  ];
  for (const eni of endpoint.networkInterfaceIds.flatMap((id) => ec2.networkInterfaces[id] ?? [])) {
    if (removed.includes(eni.subnetId)) removeInterface(ec2, eni.id);
    else eni.groups = [...groups];
  }
  endpoint.subnetIds = endpoint.subnetIds.filter((id) => !removed.includes(id));
  endpoint.networkInterfaceIds = endpoint.networkInterfaceIds.filter((id) => ec2.networkInterfaces[id] !== undefined);
  addInterfaces(call, endpoint, added);
  if (input.PrivateDnsEnabled !== undefined) endpoint.privateDns = input.PrivateDnsEnabled;
  return { Return: true };
}

function deleteVpcEndpoints(input: DeleteVpcEndpointsRequest, call: Call): DeleteVpcEndpointsResult {
  const { ec2 } = call.state;
  const failed: UnsuccessfulItem[] = [];
  for (const id of required(input.VpcEndpointIds, 'vpcEndpointIds')) {
    const endpoint = ec2.vpcEndpoints[id];
    if (endpoint === undefined) {
      const { code, message } = unknownId('vpcEndpoints', id);
      failed.push({ ResourceId: id, Error: { Code: code, Message: message } });
      continue;
    }
    if (endpoint.type === 'Gateway') forget(ec2, 'vpcEndpoints', id);
    else if (endpoint.state !== 'deleting') {
      endpoint.state = 'deleting';
      call.later(deletion, 'ec2.vpc-endpoint-deleted', { vpcEndpointId: id });
    }
  }
  return { Unsuccessful: failed };
}

function endpointIn(data: Json, turn: Turn): VpcEndpointRecord | undefined {
  const id = (data as { readonly vpcEndpointId?: unknown }).vpcEndpointId;
  return typeof id === 'string' ? turn.state.ec2.vpcEndpoints[id] : undefined;
}

function onMade(data: Json, turn: Turn): void {
  const endpoint = endpointIn(data, turn);
  if (endpoint?.state === 'pending') endpoint.state = 'available';
}

function onDeleted(data: Json, turn: Turn): void {
  const endpoint = endpointIn(data, turn);
  if (endpoint?.state !== 'deleting') return;
  for (const id of endpoint.networkInterfaceIds) removeInterface(turn.state.ec2, id);
  forget(turn.state.ec2, 'vpcEndpoints', endpoint.id);
}

function describeVpcEndpoints(input: DescribeVpcEndpointsRequest, call: Call): DescribeVpcEndpointsResult {
  const found = listing(call, 'vpcEndpoints', {
    question: { ...input, ids: input.VpcEndpointIds },
    fields: {
      'ip-address-type': (endpoint) => [endpoint.ipAddressType],
      'service-name': (endpoint) => [endpoint.serviceName],
      'service-region': () => [call.region],
      'vpc-id': (endpoint) => [endpoint.vpcId],
      'vpc-endpoint-id': (endpoint) => [endpoint.id],
      'vpc-endpoint-state': (endpoint) => [endpoint.state],
      'vpc-endpoint-type': (endpoint) => [endpoint.type],
    },
    limits: { min: 1, max: 1000 },
  });
  return { VpcEndpoints: found.items.map((endpoint) => vpcEndpointOutput(call, endpoint)), ...nextToken(found) };
}

export const vpcEndpointHandlers: Handlers = {
  CreateVpcEndpoint: createVpcEndpoint,
  ModifyVpcEndpoint: modifyVpcEndpoint,
  DeleteVpcEndpoints: deleteVpcEndpoints,
  DescribeVpcEndpoints: describeVpcEndpoints,
};

export const vpcEndpointEvents: EventHandlers = {
  'ec2.vpc-endpoint-made': onMade,
  'ec2.vpc-endpoint-deleted': onDeleted,
};
