import type {
  CreateLoadBalancerInput,
  CreateLoadBalancerOutput,
  DeleteLoadBalancerInput,
  DescribeLoadBalancersInput,
  DescribeLoadBalancersOutput,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Json } from '../../../base/canonical-json.ts';
import type { Call, EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import { deleteRequesterInterface } from '../requester-interface.ts';
import type { Given } from '../required-members.ts';
import { quotaValue } from '../service-quotas/value.ts';
import { loadBalancerAttributes } from './attributes.ts';
import { validationError } from './errors.ts';
import { checkedGroups, nodeIn, type Place, placeOf } from './load-balancer-places.ts';
import { loadBalancerView } from './load-balancer-view.ts';
import { sameMembers, sameTags } from './same.ts';
import type { LoadBalancerRecord } from './state.ts';
import { newTags } from './tags.ts';
import { elbv2Timings } from './timings.ts';

function checkQuota(call: Call, type: 'application' | 'network'): void {
  const limit = quotaValue(call, 'elasticloadbalancing', type === 'network' ? 'L-69A177A2' : 'L-53DA6B97');
  const have = Object.values(call.state.elbv2.loadBalancers).filter((own) => own.type === type).length;
  if (have >= limit)
    throw new AwsError('TooManyLoadBalancers', 'The maximum number of load balancers has been reached.');
}

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
function checkName(name: string): void {
  if (name.length > 32) throw validationError(`The load balancer name '${name}' cannot be longer than '32' characters`);
  if (name.startsWith('internal-'))
    throw validationError(`The load balancer name '${name}' cannot begin with 'internal-'`);
  if (!/^[a-zA-Z0-9-]+$/.test(name))
    throw validationError(
      `The load balancer name '${name}' can only contain characters that are alphanumeric characters and hyphens(-)`,
    );
  if (/^-|-$/.test(name)) throw validationError(`The load balancer name '${name}' cannot begin or end with a hyphen`);
}

/** `dualstack-without-public-ipv4` is for application load balancers, which are here only as far as a destroy needs. */
export function checkedAddressType(given: string | undefined): LoadBalancerRecord['ipAddressType'] {
  if (given === undefined || given === 'ipv4') return 'ipv4';
  if (given === 'dualstack') return 'dualstack';
  throw new AwsError('NotImplemented', `The embedded AWS does not know the IP address type ${given}.`, 501);
}

type Settings = Pick<LoadBalancerRecord, 'name' | 'type' | 'scheme' | 'ipAddressType' | 'securityGroups' | 'tags'> &
  Place;

function settingsOf(input: Given<CreateLoadBalancerInput>, call: Call): Settings {
  checkName(input.Name);
  if (input.Type === 'gateway')
    throw new AwsError('NotImplemented', 'The embedded AWS has application and network load balancers.', 501);
  const type = input.Type ?? 'application';
  const scheme = input.Scheme === 'internal' ? 'internal' : 'internet-facing';
  const ipAddressType = checkedAddressType(input.IpAddressType);
  const place = placeOf(call, input, { type, scheme, ipAddressType });
  return {
    name: input.Name,
    type,
    scheme,
    ipAddressType,
    ...place,
    securityGroups: checkedGroups(call, input.SecurityGroups ?? [], place.vpcId),
    tags: newTags(input.Tags),
  };
}

const isSame = (record: LoadBalancerRecord, wanted: Settings): boolean =>
  record.type === wanted.type &&
  record.scheme === wanted.scheme &&
  record.ipAddressType === wanted.ipAddressType &&
  sameMembers(
    record.subnets.map((own) => own.subnetId),
    wanted.subnets.map((own) => own.id),
  ) &&
  sameMembers(record.securityGroups, wanted.securityGroups) &&
  sameTags(record.tags, wanted.tags);

/** The names that a load balancer gets, both with an id that nobody chooses. */
function namesOf(call: Call, { name, type, scheme }: Settings): { arn: string; dnsName: string } {
  const id = call.newToken(16);
  const host = `${scheme === 'internal' ? 'internal-' : ''}${name}-${id}`;
  return {
    arn: `arn:${call.world.partition}:elasticloadbalancing:${call.region}:${call.account}:loadbalancer/${type === 'network' ? 'net' : 'app'}/${name}/${id}`,
    dnsName:
      type === 'network'
        ? `${name}-${id}.elb.${call.region}.amazonaws.com`
        : `${host}.${call.region}.elb.amazonaws.com`,
  };
}

/** The same request twice is one load balancer; the name with other settings is refused. */
export const createLoadBalancer: Handler<Given<CreateLoadBalancerInput>, CreateLoadBalancerOutput> = (input, call) => {
  const { loadBalancers } = call.state.elbv2;
  const settings = settingsOf(input, call);
  const existing = Object.values(loadBalancers).find((own) => own.name === input.Name);
  if (existing !== undefined) {
    if (isSame(existing, settings)) return { LoadBalancers: [loadBalancerView(call, existing)] };
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `A load balancer with the same name '${input.Name}' exists, but with different settings`,
    );
  }
  checkQuota(call, settings.type);
  const named = { ...settings, ...namesOf(call, settings) };
  const record: LoadBalancerRecord = {
    ...named,
    createdAt: call.now,
    state: 'provisioning',
    subnets: settings.subnets.map((subnet) => nodeIn(call, named, subnet)),
    attributes: {},
  };
  loadBalancers[record.arn] = record;
  call.later(elbv2Timings.provision, 'elasticloadbalancing.active', { arn: record.arn });
  return { LoadBalancers: [loadBalancerView(call, record)] };
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
    invalidToken: () => validationError('The marker is not valid.'),
  });
  return { LoadBalancers: page.items.map((record) => loadBalancerView(call, record)), NextMarker: page.next };
};

/** Deleting what is gone succeeds, as with AWS; listeners go with it, interfaces leave some seconds later. */
export const deleteLoadBalancer: Handler<Given<DeleteLoadBalancerInput>, object> = (input, call) => {
  const { loadBalancers, listeners } = call.state.elbv2;
  const record = loadBalancers[input.LoadBalancerArn];
  if (record === undefined) return {};
  if (loadBalancerAttributes(record)['deletion_protection.enabled'] === 'true') {
    throw new AwsError(
      'OperationNotPermitted',
      `Load balancer '${record.arn}' cannot be deleted because deletion protection is enabled`,
    );
  }
  for (const { arn, loadBalancerArn } of Object.values(listeners))
    if (loadBalancerArn === record.arn) delete listeners[arn];
  delete loadBalancers[record.arn];
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
