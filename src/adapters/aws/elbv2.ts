import {
  AddTagsCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  RemoveTagsCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Tags } from '../../model/field.ts';
import type { ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { tagChanges, toTagList } from './found.ts';
import { hasSeats, hullPermissions, notesOf, seatsVpcs } from './hull.ts';
import { type RawTags, taggedResourcesPermission, tagsOr } from './tagged-resources.ts';

/** A listener of ours and where it sends to, as its target group tells. */
export interface OurListener {
  readonly arn: string;
  readonly port: number;
  readonly loadBalancerArn: string;
  readonly targetGroupArn: string;
}

/** Load balancers, target groups and listeners of the control plane's VPC, and the tags of each by ARN. */
export interface Balancing {
  readonly loadBalancers: readonly LoadBalancer[];
  readonly targetGroups: readonly TargetGroup[];
  readonly listeners: readonly OurListener[];
  readonly tags: ReadonlyMap<string, RawTags>;
}

const nothing: Balancing = { loadBalancers: [], targetGroups: [], listeners: [], tags: new Map() };

async function loadBalancersIn({ clients, call }: Connection, vpcs: ReadonlySet<string>): Promise<LoadBalancer[]> {
  const pages = await allPages(
    (Marker) =>
      call('elasticloadbalancing:DescribeLoadBalancers', () =>
        clients.elbv2.send(new DescribeLoadBalancersCommand({ Marker, PageSize: 400 })),
      ),
    (page) => page.NextMarker,
  );
  const all = pages.flatMap((page) => page.LoadBalancers ?? []);
  return all.filter((one) => one.Type === 'network' && vpcs.has(one.VpcId ?? ''));
}

async function targetGroupsIn({ clients, call }: Connection, vpcs: ReadonlySet<string>): Promise<TargetGroup[]> {
  const pages = await allPages(
    (Marker) =>
      call('elasticloadbalancing:DescribeTargetGroups', () =>
        clients.elbv2.send(new DescribeTargetGroupsCommand({ Marker, PageSize: 400 })),
      ),
    (page) => page.NextMarker,
  );
  const all = pages.flatMap((page) => page.TargetGroups ?? []);
  return all.filter((one) => one.TargetType === 'instance' && vpcs.has(one.VpcId ?? ''));
}

/** AWS tells the tags of at most twenty at a time. */
const tagsPerCall = 20;

/** Tags by ARN, AWS's own included. */
export async function balancingTags(
  { clients, call }: Connection,
  arns: readonly string[],
): Promise<ReadonlyMap<string, RawTags>> {
  const chunks = Array.from({ length: Math.ceil(arns.length / tagsPerCall) }, (_, i) =>
    arns.slice(i * tagsPerCall, (i + 1) * tagsPerCall),
  );
  const answers = await Promise.all(
    chunks.map((ResourceArns) =>
      call('elasticloadbalancing:DescribeTags', () => clients.elbv2.send(new DescribeTagsCommand({ ResourceArns }))),
    ),
  );
  const descriptions = answers.flatMap((answer) => answer.TagDescriptions ?? []);
  return new Map(
    descriptions.map((one) => [
      one.ResourceArn!,
      Object.fromEntries((one.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    ]),
  );
}

/** What the tagging service knows of, and the rest in one call. */
async function tagsOfAll(connection: Connection, context: ReadContext, arns: readonly string[]) {
  const unknown = new Set<string>();
  const known = await Promise.all(
    arns.map(async (arn) => {
      const ask = async () => void unknown.add(arn);
      return [arn, await tagsOr(connection, context, { arn, ask })] as const;
    }),
  );
  const further = await balancingTags(connection, [...unknown]);
  return new Map([...known.flatMap(([arn, tags]) => (tags === undefined ? [] : [[arn, tags] as const])), ...further]);
}

/** What is noted of a listener: its ARN and its port, which never changes. */
export const listenerNote = (arn: string, port: number): string => `${arn} ${port}`;

/** `listener/net/NAME/ID/LISTENER` of `loadbalancer/net/NAME/ID`. */
const isListenerOf = (listener: string, balancer: string): boolean =>
  listener.startsWith(`${balancer.replace(':loadbalancer/', ':listener/')}/`);

/**
 * A target group names the load balancers that send to it, which they do through a listener: where ours has none any more, its one listener
 * is gone, and AWS need not be asked for it.
 */
function listenerOf(noted: string, balancers: readonly string[], groups: readonly TargetGroup[]): OurListener[] {
  const [arn = '', port] = noted.split(' ');
  const loadBalancerArn = balancers.find((balancer) => isListenerOf(arn, balancer));
  if (loadBalancerArn === undefined) return [];
  const targetGroupArn = groups.find((group) => group.LoadBalancerArns?.includes(loadBalancerArn))?.TargetGroupArn;
  return targetGroupArn === undefined ? [] : [{ arn, port: Number(port), loadBalancerArn, targetGroupArn }];
}

/** What was exported bears no notes: its listeners are asked for at each load balancer. */
async function listenersAt({ clients, call }: Connection, LoadBalancerArn: string): Promise<OurListener[]> {
  const answer = await call('elasticloadbalancing:DescribeListeners', () =>
    clients.elbv2.send(new DescribeListenersCommand({ LoadBalancerArn })),
  );
  return (answer.Listeners ?? []).map((listener) => ({
    arn: listener.ListenerArn!,
    port: listener.Port!,
    loadBalancerArn: LoadBalancerArn,
    targetGroupArn: listener.DefaultActions?.[0]?.TargetGroupArn ?? '',
  }));
}

/** One question of an observation, whoever asks: three calls however many there are, two where the tagging service knows all of them. */
export const ourBalancing = (connection: Connection, context: ReadContext): Promise<Balancing> =>
  context.once('load balancers of the control plane', async () => {
    if (!(await hasSeats(connection, context))) return nothing;
    const vpcs = await seatsVpcs(connection, context);
    const [loadBalancers, targetGroups, noted] = await Promise.all([
      loadBalancersIn(connection, vpcs),
      targetGroupsIn(connection, vpcs),
      notesOf(connection, context, 'listener'),
    ]);
    const balancerArns = loadBalancers.map((one) => one.LoadBalancerArn!);
    const listeners =
      context.scope.exported === undefined
        ? noted.flatMap((text) => listenerOf(text, balancerArns, targetGroups))
        : (await Promise.all(balancerArns.map((arn) => listenersAt(connection, arn)))).flat();
    const arns = [
      ...balancerArns,
      ...targetGroups.map((one) => one.TargetGroupArn!),
      ...listeners.map((one) => one.arn),
    ];
    return { loadBalancers, targetGroups, listeners, tags: await tagsOfAll(connection, context, arns) };
  });

/** Makes tags what they should be. */
export async function retagBalancing(
  { clients, call }: Connection,
  arn: string,
  tags: { readonly before: Tags; readonly after: Tags },
): Promise<void> {
  const { set, remove } = tagChanges(tags.before, tags.after);
  if (Object.keys(set).length > 0) {
    const input = { ResourceArns: [arn], Tags: toTagList(set) };
    await call('elasticloadbalancing:AddTags', () => clients.elbv2.send(new AddTagsCommand(input)));
  }
  if (remove.length > 0) {
    const input = { ResourceArns: [arn], TagKeys: remove };
    await call('elasticloadbalancing:RemoveTags', () => clients.elbv2.send(new RemoveTagsCommand(input)));
  }
}

/** What AWS cannot limit to particular ones: whatever describes. */
export const balancingAny = (action: string): Permission => ({
  action: `elasticloadbalancing:${action}`,
  resource: '*',
});

export const balancingRead: readonly Permission[] = [
  ...hullPermissions,
  taggedResourcesPermission,
  ...['DescribeLoadBalancers', 'DescribeTargetGroups', 'DescribeTags'].map(balancingAny),
];

/** `loadbalancer/net`, `targetgroup`, `listener/net`. */
export const balancingArn = (type: string): string =>
  `arn:\${partition}:elasticloadbalancing:\${region}:\${account}:${type}/*`;

export const onBalancing = (
  type: string,
  actions: readonly string[],
  condition: Permission['condition'] = 'our-tag-on-resource',
): Permission[] =>
  actions.map((action) => ({ action: `elasticloadbalancing:${action}`, resource: balancingArn(type), condition }));
