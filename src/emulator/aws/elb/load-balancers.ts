import type {
  CreateAccessPointInput,
  CreateAccessPointOutput,
  DeleteAccessPointInput,
  DescribeAccessPointsInput,
  DescribeAccessPointsOutput,
  LoadBalancerDescription,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { zoneIdOf } from '../elbv2/zone-ids.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { quotaValue } from '../service-quotas/value.ts';
import { usualAttributes } from './attributes.ts';
import { healthCheckView, usualHealthCheck } from './health-check.ts';
import { registered } from './instances.ts';
import { addedListeners } from './listeners.ts';
import { balancerNamed, classicBalancers, validationError } from './lookup.ts';
import { classicNodeIn, groupsOf, placesOf, releaseLater } from './places.ts';
import type { ClassicLoadBalancer } from './state.ts';
import { readTags } from './tags.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/2012-06-01/APIReference/API_CreateLoadBalancer.html */
function checkName(name: string): void {
  if (name.length > 32) throw validationError('LoadBalancer name cannot be longer than 32 characters');
  if (!/^[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(name))
    throw validationError(
      'LoadBalancer name must contain only alphanumeric characters or hyphens, and cannot begin or end with a hyphen',
    );
}

function schemeOf(given: string | undefined): ClassicLoadBalancer['scheme'] {
  if (given === undefined || given === '' || given === 'internet-facing') return 'internet-facing';
  if (given === 'internal') return 'internal';
  throw new AwsError('InvalidScheme', `Invalid scheme '${given}'`);
}

const dnsNameOf = (call: Call, { name, scheme }: Pick<ClassicLoadBalancer, 'name' | 'scheme'>): string => {
  const number = BigInt(`0x${call.newToken(8)}`) % 10_000_000_000n;
  return `${scheme === 'internal' ? 'internal-' : ''}${name}-${number}.${call.region}.elb.amazonaws.com`.toLowerCase();
};

type Settings = Omit<ClassicLoadBalancer, 'dnsName' | 'createdAt' | 'subnets' | 'instances' | 'attributes'>;

const sortedJson = (value: object): string => JSON.stringify(Object.entries(value).sort());

const isSame = (own: ClassicLoadBalancer, wanted: Settings, subnetIds: readonly string[]): boolean =>
  own.scheme === wanted.scheme &&
  JSON.stringify(own.listeners) === JSON.stringify(wanted.listeners) &&
  JSON.stringify([...own.securityGroups].sort()) === JSON.stringify([...wanted.securityGroups].sort()) &&
  sortedJson(own.tags) === sortedJson(wanted.tags) &&
  JSON.stringify(own.subnets.map(({ subnetId }) => subnetId).sort()) === JSON.stringify([...subnetIds].sort());

function checkQuota(call: Call): void {
  const limit = quotaValue(call, 'elasticloadbalancing', 'L-E9E9831D');
  if (Object.keys(classicBalancers(call)).length >= limit)
    throw new AwsError('TooManyLoadBalancers', 'The quota for the number of load balancers has been reached.');
}

/** The same request twice is one load balancer; the name with other settings is refused. */
export const createLoadBalancer: Handler<Given<CreateAccessPointInput>, CreateAccessPointOutput> = (input, call) => {
  const name = input.LoadBalancerName;
  checkName(name);
  const scheme = schemeOf(input.Scheme);
  const listeners = addedListeners([], input.Listeners, { name, region: call.region });
  if (listeners[0] === undefined) throw validationError('Listeners must be specified');
  const places = placesOf(call, input, scheme);
  const vpcId = places[0]!.vpcId;
  const securityGroups = groupsOf(call, input.SecurityGroups, vpcId);
  const healthCheck = usualHealthCheck(listeners[0].instancePort);
  const wanted: Settings = { name, scheme, vpcId, listeners, securityGroups, healthCheck, tags: readTags(input.Tags) };
  const there = classicBalancers(call)[name];
  if (there !== undefined) {
    const ids = places.map(({ id }) => id);
    if (isSame(there, wanted, ids)) return { DNSName: there.dnsName };
    throw new AwsError(
      'DuplicateLoadBalancerName',
      `Load Balancer named ${name} already exists and it is configured with different parameters.`,
    );
  }
  checkQuota(call);
  const made: ClassicLoadBalancer = {
    ...wanted,
    dnsName: dnsNameOf(call, wanted),
    createdAt: call.now,
    subnets: places.map((subnet) => classicNodeIn(call, wanted, subnet)),
    instances: [],
    attributes: usualAttributes(),
  };
  call.state.elb = { loadBalancers: { ...classicBalancers(call), [name]: made } };
  return { DNSName: made.dnsName };
};

/** Deleting what is gone succeeds, as with AWS. */
export const deleteLoadBalancer: Handler<Given<DeleteAccessPointInput>, object> = (input, call) => {
  const own = call.state.elb?.loadBalancers ?? {};
  const balancer = own[input.LoadBalancerName];
  if (balancer === undefined) return {};
  delete own[balancer.name];
  releaseLater(
    call,
    balancer.subnets.map(({ networkInterfaceId }) => networkInterfaceId),
  );
  return {};
};

/** The name of the policy that encrypted listeners have unless they are given another. */
const usualPolicy = 'ELBSecurityPolicy-2016-08';

const listenersView = (balancer: ClassicLoadBalancer): LoadBalancerDescription['ListenerDescriptions'] =>
  balancer.listeners.map((own) => ({
    Listener: {
      Protocol: own.protocol,
      LoadBalancerPort: own.port,
      InstanceProtocol: own.instanceProtocol,
      InstancePort: own.instancePort,
      ...(own.certificate !== undefined && { SSLCertificateId: own.certificate }),
    },
    PolicyNames: own.certificate === undefined ? [] : [usualPolicy],
  }));

const policiesOf = (balancer: ClassicLoadBalancer): string[] =>
  balancer.listeners.some((own) => own.certificate !== undefined) ? [usualPolicy] : [];

function view(turn: Turn, balancer: ClassicLoadBalancer): LoadBalancerDescription {
  const group = turn.state.ec2.securityGroups[balancer.securityGroups[0] ?? ''];
  return {
    LoadBalancerName: balancer.name,
    DNSName: balancer.dnsName,
    ...(balancer.scheme === 'internet-facing' && { CanonicalHostedZoneName: balancer.dnsName }),
    CanonicalHostedZoneNameID: zoneIdOf('application', turn.region),
    ListenerDescriptions: listenersView(balancer),
    Policies: { AppCookieStickinessPolicies: [], LBCookieStickinessPolicies: [], OtherPolicies: policiesOf(balancer) },
    BackendServerDescriptions: [],
    AvailabilityZones: balancer.subnets.map(({ zone }) => zone),
    Subnets: balancer.subnets.map(({ subnetId }) => subnetId),
    VPCId: balancer.vpcId,
    Instances: registered(balancer),
    HealthCheck: healthCheckView(balancer.healthCheck),
    ...(group !== undefined && { SourceSecurityGroup: { OwnerAlias: turn.account, GroupName: group.name } }),
    SecurityGroups: [...balancer.securityGroups],
    CreatedTime: new Date(balancer.createdAt),
    Scheme: balancer.scheme,
  };
}

export const describeLoadBalancers: Handler<DescribeAccessPointsInput, DescribeAccessPointsOutput> = (input, call) => {
  const names = input.LoadBalancerNames ?? [];
  const rows =
    names.length > 0 ? names.map((name) => balancerNamed(call, name)) : Object.values(classicBalancers(call));
  const page = pageOf(rows, {
    token: input.Marker,
    size: input.PageSize,
    usual: 400,
    invalidToken: () => validationError('The marker is not valid.'),
  });
  return { LoadBalancerDescriptions: page.items.map((own) => view(call, own)), NextMarker: page.next };
};
