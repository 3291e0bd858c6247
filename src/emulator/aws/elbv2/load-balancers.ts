import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
  LoadBalancer,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../../../base/canonical-json.ts';
import type { Call, EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import { createRequesterInterface, deleteRequesterInterface } from '../requester-interface.ts';
import type { Given } from '../required-members.ts';
import { quotaValue } from '../service-quotas/value.ts';
import type { LoadBalancerRecord } from './state.ts';
import { readTags } from './tags.ts';
import { elbv2Timings } from './timings.ts';

const invalidRequest = (message: string): AwsError => new AwsError('InvalidConfigurationRequest', message);

const viewOf = (record: LoadBalancerRecord): LoadBalancer => ({
  LoadBalancerArn: record.arn,
  DNSName: record.dnsName,
  CanonicalHostedZoneId: record.type === 'network' ? 'Z26RNL4JYFTOTI' : 'Z35SXDOTRQ7X7K',
  CreatedTime: new Date(record.createdAt),
  LoadBalancerName: record.name,
  Scheme: record.scheme,
  VpcId: record.vpcId,
  State: { Code: record.state },
  Type: record.type,
  AvailabilityZones: record.subnets.map(({ subnetId, zone }) => ({
    ZoneName: zone,
    SubnetId: subnetId,
    LoadBalancerAddresses: [],
  })),
  SecurityGroups: [...record.securityGroups],
  IpAddressType: record.ipAddressType,
});

function placesOf(
  call: Call,
  input: Given<CreateLoadBalancerInput>,
): { vpcId: string; subnets: { id: string; zone: string }[] } {
  const ids = input.Subnets ?? (input.SubnetMappings ?? []).flatMap((mapping) => mapping.SubnetId ?? []);
  const records = ids.map((id) => {
    const subnet = call.state.ec2.subnets[id];
    if (subnet === undefined) throw new AwsError('SubnetNotFound', `The subnet ID '${id}' does not exist`);
    return subnet;
  });
  const [first] = records;
  if (first === undefined) throw new AwsError('ValidationError', 'You must specify subnets.');
  if (records.some((subnet) => subnet.vpcId !== first.vpcId))
    throw invalidRequest('The subnets are in more than one VPC.');
  if (new Set(records.map((subnet) => subnet.zone)).size < records.length) {
    throw invalidRequest('A load balancer cannot be attached to multiple subnets in the same Availability Zone');
  }
  if ((input.Type ?? 'application') === 'application' && records.length < 2) {
    throw invalidRequest('At least two subnets in two different Availability Zones must be specified');
  }
  return { vpcId: first.vpcId, subnets: records.map(({ id, zone }) => ({ id, zone })) };
}

function checkQuota(call: Call, type: 'application' | 'network'): void {
  const limit = quotaValue(call, 'elasticloadbalancing', type === 'network' ? 'L-69A177A2' : 'L-53DA6B97');
  const have = Object.values(call.state.elbv2.loadBalancers).filter((own) => own.type === type).length;
  if (have >= limit)
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached.');
}

function namesOf(call: Call, input: Given<CreateLoadBalancerInput>, type: 'application' | 'network') {
  const id = call.newToken(16);
  const scheme = input.Scheme === 'internal' ? 'internal' : 'internet-facing';
  const host = `${scheme === 'internal' ? 'internal-' : ''}${input.Name}-${id}`;
  return {
    scheme,
    arn: `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}:loadbalancer/${type === 'network' ? 'net' : 'app'}/${input.Name}/${id}`,
    dnsName:
      type === 'network'
        ? `${input.Name}-${id}.elb.${call.region}.amazonaws.com`
        : `${host}.${call.region}.elb.amazonaws.com`,
  } as const;
}

interface Place {
  readonly type: 'application' | 'network';
  readonly vpcId: string;
  readonly subnets: readonly { readonly id: string; readonly zone: string }[];
}

/** The record, with an interface in each subnet. */
function recordOf(call: Call, input: Given<CreateLoadBalancerInput>, place: Place): LoadBalancerRecord {
  const { type, vpcId, subnets } = place;
  const names = namesOf(call, input, type);
  const description = `ELB ${names.arn.slice(names.arn.indexOf('loadbalancer/') + 'loadbalancer/'.length)}`;
  return {
    ...names,
    name: input.Name,
    type,
    ipAddressType: input.IpAddressType === 'dualstack' ? 'dualstack' : 'ipv4',
    vpcId,
    createdAt: call.now,
    state: 'provisioning',
    subnets: subnets.map(({ id, zone }) => ({
      subnetId: id,
      zone,
      networkInterfaceId: createRequesterInterface(call, {
        subnetId: id,
        groups: input.SecurityGroups ?? [],
        description,
        requesterId: 'amazon-elb',
        interfaceType: type === 'network' ? 'network_load_balancer' : 'interface',
      }),
    })),
    securityGroups: [...(input.SecurityGroups ?? [])],
    tags: readTags(input.Tags),
  };
}

export const createLoadBalancer: Handler<Given<CreateLoadBalancerInput>, CreateLoadBalancerOutput> = (input, call) => {
  const { loadBalancers } = call.state.elbv2;
  if (!/^(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?$/.test(input.Name)) {
    throw new AwsError(
      'ValidationError',
      `The load balancer name '${input.Name}' is not valid: at most 32 letters, digits and hyphens`,
    );
  }
  if (input.Type === 'gateway')
    throw new AwsError('NotImplemented', 'The embedded AWS has application and network load balancers.', 501);
  const type = input.Type ?? 'application';
  const same = Object.values(loadBalancers).find((own) => own.name === input.Name);
  if (same !== undefined) {
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  const { vpcId, subnets } = placesOf(call, input);
  const gone = (input.SecurityGroups ?? []).find((id) => call.state.ec2.securityGroups[id]?.vpcId !== vpcId);
  if (gone !== undefined)
    throw new AwsError('InvalidSecurityGroup', `One or more security groups are invalid: ${gone}`);
  checkQuota(call, type);
  const record = recordOf(call, input, { type, vpcId, subnets });
  loadBalancers[record.arn] = record;
  call.later(elbv2Timings.provision, 'elasticloadbalancing.active', { arn: record.arn });
  return { LoadBalancers: [viewOf(record)] };
};

export const describeLoadBalancers: Handler<DescribeLoadBalancersInput, DescribeLoadBalancersOutput> = (
  input,
  call,
) => {
  const all = Object.values(call.state.elbv2.loadBalancers);
  const { LoadBalancerArns: arns = [], Names: names = [] } = input;
  const missing = [
    ...arns.filter((arn) => !all.some((own) => own.arn === arn)),
    ...names.filter((name) => !all.some((own) => own.name === name)),
  ];
  if (missing.length > 0)
    throw new AwsError('LoadBalancerNotFound', `Load balancers '[${missing.join(', ')}]' not found`);
  const rows = all.filter(
    (own) => (arns.length === 0 && names.length === 0) || arns.includes(own.arn) || names.includes(own.name),
  );
  const page = pageOf(rows, {
    token: input.Marker,
    size: input.PageSize,
    usual: 400,
    invalidToken: () => new AwsError('ValidationError', 'The marker is not valid.'),
  });
  return { LoadBalancers: page.items.map(viewOf), NextMarker: page.next };
};

/** Deleting what is gone succeeds, as with AWS; interfaces leave some seconds later. */
export const deleteLoadBalancer: Handler<Given<DeleteLoadBalancerInput>, object> = (input, call) => {
  const record = call.state.elbv2.loadBalancers[input.LoadBalancerArn];
  if (record === undefined) return {};
  delete call.state.elbv2.loadBalancers[record.arn];
  const interfaces = record.subnets.map((subnet) => subnet.networkInterfaceId);
  call.later(elbv2Timings.release, 'elasticloadbalancing.released', { interfaces });
  return {};
};

function activeDue(data: Json, turn: Turn): void {
  const record = turn.state.elbv2.loadBalancers[(data as { readonly arn: string }).arn];
  if (record !== undefined) record.state = 'active';
}

function releasedDue(data: Json, turn: Turn): void {
  for (const id of (data as { readonly interfaces: readonly string[] }).interfaces) deleteRequesterInterface(turn, id);
}

export const loadBalancerEvents: EventHandlers = {
  'elasticloadbalancing.active': activeDue,
  'elasticloadbalancing.released': releasedDue,
};
