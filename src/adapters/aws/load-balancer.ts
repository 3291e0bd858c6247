import {
  CreateLoadBalancerCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  type LoadBalancer,
  ModifyLoadBalancerAttributesCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { serviceLinkedRole } from './eks.ts';
import { balancingAny, balancingRead, balancingTags, onBalancing, ourBalancing, retagBalancing } from './elbv2.ts';
import { failedLater } from './failed-later.ts';
import { fromTagMap, idOf, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs, oursOrFail } from './not-ours.ts';
import { whenKnown } from './retry.ts';
import type { RawTags } from './tagged-resources.ts';
import { waitFor } from './wait.ts';
import { whenFree } from './when-free.ts';

type Kind = 'load-balancer';
type Balancer = Settled<Kind>;
type Attributes = Pick<Balancer, 'crossZone' | 'deletionProtection'>;

const crossZoneKey = 'load_balancing.cross_zone.enabled';
const deletionProtectionKey = 'deletion_protection.enabled';

const attributeNames = ['crossZone', 'deletionProtection'] as const satisfies readonly (keyof Attributes)[];

/** One call for each load balancer of ours, of which there are two at most. */
async function attributesOf({ clients, call }: Connection, LoadBalancerArn: string): Promise<Attributes | undefined> {
  const answer = await unlessGone(
    call('elasticloadbalancing:DescribeLoadBalancerAttributes', () =>
      clients.elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })),
    ),
  );
  if (answer === undefined) return undefined;
  const isOn = (key: string): boolean => answer.Attributes?.find(({ Key }) => Key === key)?.Value === 'true';
  return { crossZone: isOn(crossZoneKey), deletionProtection: isOn(deletionProtectionKey) };
}

const observedOf = (one: LoadBalancer): Observed<Kind> => ({
  arn: one.LoadBalancerArn!,
  dnsName: one.DNSName!,
  hostedZoneId: one.CanonicalHostedZoneId!,
});

const states: Readonly<Record<string, State>> = {
  provisioning: 'pending',
  active: 'ready',
  active_impaired: 'ready',
  failed: 'failed',
};

async function toFound(
  connection: Connection,
  { one, raw }: { readonly one: LoadBalancer; readonly raw: RawTags },
  context: ReadContext,
): Promise<Found<Kind>[]> {
  const tags = fromTagMap(raw);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const attributes = await attributesOf(connection, one.LoadBalancerArn!);
  if (attributes === undefined) return [];
  const state = states[one.State?.Code ?? ''] ?? 'pending';
  const settled = {
    name: one.LoadBalancerName!,
    scheme: one.Scheme!,
    subnetIds: (one.AvailabilityZones ?? []).map((zone) => zone.SubnetId!).sort(),
    securityGroupIds: [...(one.SecurityGroups ?? [])].sort(),
    ...attributes,
    tags,
  };
  const reason = one.State?.Reason;
  const stateReason = state === 'ready' || reason === undefined ? {} : { stateReason: reason };
  return [{ kind: 'load-balancer', id, name: settled.name, state, ...stateReason, settled, observed: observedOf(one) }];
}

async function describe(
  { clients, call }: Connection,
  by: { readonly Names: string[] } | { readonly LoadBalancerArns: string[] },
): Promise<LoadBalancer | undefined> {
  const answer = await unlessGone(
    call('elasticloadbalancing:DescribeLoadBalancers', () => clients.elbv2.send(new DescribeLoadBalancersCommand(by))),
  );
  return answer?.LoadBalancers?.[0];
}

const active = (connection: Connection, arn: string, context: CallContext): Promise<Observed<Kind>> =>
  waitFor(
    `load balancer ${arn} to be active`,
    context,
    async () => {
      const one = await describe(connection, { LoadBalancerArns: [arn] });
      const code = one?.State?.Code ?? 'not visible yet';
      if (code === 'failed') {
        throw failedLater('elasticloadbalancing:CreateLoadBalancer', 'Failed', one?.State?.Reason ?? 'no reason given');
      }
      return one !== undefined && states[code] === 'ready' ? { done: observedOf(one) } : { waiting: code };
    },
    { every: seconds(5), deadline: minutes(15) },
  );

async function setAttributes({ clients, call }: Connection, arn: string, settled: Attributes): Promise<void> {
  const Attributes = [
    { Key: crossZoneKey, Value: String(settled.crossZone) },
    { Key: deletionProtectionKey, Value: String(settled.deletionProtection) },
  ];
  await call('elasticloadbalancing:ModifyLoadBalancerAttributes', () =>
    clients.elbv2.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerArn: arn, Attributes })),
  );
}

async function setSubnets({ clients, call }: Connection, arn: string, settled: Balancer): Promise<void> {
  const input = { LoadBalancerArn: arn, Subnets: [...settled.subnetIds] };
  await call('elasticloadbalancing:SetSubnets', () => clients.elbv2.send(new SetSubnetsCommand(input)));
}

async function setSecurityGroups({ clients, call }: Connection, arn: string, settled: Balancer): Promise<void> {
  const input = { LoadBalancerArn: arn, SecurityGroups: [...settled.securityGroupIds] };
  await call('elasticloadbalancing:SetSecurityGroups', () => clients.elbv2.send(new SetSecurityGroupsCommand(input)));
}

/** The ARN of a new one, or of the one that a run before made. */
async function make(connection: Connection, settled: Balancer, context: CallContext): Promise<string> {
  const { clients, call } = connection;
  const input = {
    Name: settled.name,
    Type: 'network' as const,
    Scheme: settled.scheme,
    Subnets: [...settled.subnetIds],
    // A network load balancer that is made without any can never have one.
    SecurityGroups: [...settled.securityGroupIds],
    Tags: toTagList(settled.tags),
  };
  try {
    const answer = await call('elasticloadbalancing:CreateLoadBalancer', () =>
      clients.elbv2.send(new CreateLoadBalancerCommand(input)),
    );
    return answer.LoadBalancers![0]!.LoadBalancerArn!;
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
  }
  const what = `load balancer ${settled.name}`;
  const { arn, before } = await oursOrFail(what, context, async () => {
    const there = await describe(connection, { Names: [settled.name] });
    const found = there?.LoadBalancerArn ?? '';
    const tags = found === '' ? {} : fromTagMap((await balancingTags(connection, [found])).get(found));
    if (idOf(tags, context.scope) !== undefined) return { arn: found, before: tags };
    throw notOurs('elasticloadbalancing:CreateLoadBalancer', `The ${what}`, 'Delete or rename it.');
  });
  await setSubnets(connection, arn, settled);
  await setSecurityGroups(connection, arn, settled);
  await retagBalancing(connection, arn, { before, after: settled.tags });
  return arn;
}

async function create(connection: Connection, settled: Balancer, context: CallContext): Promise<Observed<Kind>> {
  const arn = await make(connection, settled, context);
  await whenKnown(`load balancer ${settled.name}`, context, () => setAttributes(connection, arn, settled));
  return active(connection, arn, context);
}

async function remove(connection: Connection, found: Found<Kind>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const { arn } = found.observed;
  const input = { LoadBalancerArn: arn };
  await unlessGone(setAttributes(connection, arn, { crossZone: true, deletionProtection: false }));
  await whenFree({ what: `load balancer ${found.name} to be free for deletion` }, context, () =>
    unlessGone(
      call('elasticloadbalancing:DeleteLoadBalancer', () => clients.elbv2.send(new DeleteLoadBalancerCommand(input))),
    ),
  );
  await waitFor(
    `load balancer ${found.name} to be gone`,
    context,
    async () => {
      const left = await describe(connection, { LoadBalancerArns: [arn] });
      return left === undefined ? { done: undefined } : { waiting: left.State?.Code ?? 'still there' };
    },
    { every: seconds(5), deadline: minutes(5) },
  );
}

const type = 'loadbalancer/net';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html */
export const loadBalancer: Adapter<Kind> = {
  permissions: {
    read: [...balancingRead, balancingAny('DescribeLoadBalancerAttributes')],
    create: [
      ...onBalancing(type, ['CreateLoadBalancer', 'AddTags'], 'our-tag-in-request'),
      ...onBalancing(type, ['ModifyLoadBalancerAttributes', 'SetSubnets', 'SetSecurityGroups', 'AddTags']),
      serviceLinkedRole('elasticloadbalancing.amazonaws.com'),
    ],
    update: onBalancing(type, [
      'ModifyLoadBalancerAttributes',
      'SetSubnets',
      'SetSecurityGroups',
      'AddTags',
      'RemoveTags',
    ]),
    delete: onBalancing(type, ['ModifyLoadBalancerAttributes', 'DeleteLoadBalancer']),
  },

  reader: (connection) => ({
    async list(context) {
      const { loadBalancers, tags } = await ourBalancing(connection, context);
      const found = loadBalancers.map((one) =>
        toFound(connection, { one, raw: tags.get(one.LoadBalancerArn!) ?? {} }, context),
      );
      return (await Promise.all(found)).flat();
    },
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }, context) {
      const { arn } = found.observed;
      if (changed.includes('subnetIds')) await setSubnets(connection, arn, settled);
      if (changed.includes('securityGroupIds')) await setSecurityGroups(connection, arn, settled);
      if (attributeNames.some((name) => changed.includes(name))) await setAttributes(connection, arn, settled);
      await retagBalancing(connection, arn, { before: found.settled.tags ?? {}, after: settled.tags });
      return active(connection, arn, context);
    },

    delete: (found, context) => remove(connection, found, context),
    ready: (found, context) => active(connection, found.observed.arn, context),
  }),
};
