import {
  AttachLoadBalancerTargetGroupsCommand,
  type AutoScalingGroup,
  CreateAutoScalingGroupCommand,
  CreateOrUpdateTagsCommand,
  DeleteAutoScalingGroupCommand,
  DeleteTagsCommand,
  DescribeAutoScalingGroupsCommand,
  DetachLoadBalancerTargetGroupsCommand,
  type Tag,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { minutes } from '../../base/duration.ts';
import type { Tags } from '../../model/field.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type AwsFailure, type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { fromGroup, toPolicy } from './auto-scaling-group-shape.ts';
import {
  groupAndInstancesGone,
  groupByName,
  inServiceAsWanted,
  lackOf,
  pastActivities,
} from './auto-scaling-group-waits.ts';
import type { Connection } from './connection.ts';
import { launchPermissions } from './ec2.ts';
import { passRole, serviceLinkedRole } from './eks.ts';
import { idOf, ourFilter, tagChanges } from './found.ts';
import { deleteWhenFree, isConflict, whenKnown } from './retry.ts';

type Kind = 'auto-scaling-group';
type Group = Settled<Kind>;

export const ourAutoScalingGroups = ({ clients, call }: Connection, context: ReadContext) =>
  context.once('autoscaling:DescribeAutoScalingGroups', () => {
    const Filters = ourFilter(context.scope);
    return allItems(
      (NextToken) =>
        call('autoscaling:DescribeAutoScalingGroups', () =>
          clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({ Filters, NextToken, MaxRecords: 100 })),
        ),
      (page) => page.AutoScalingGroups,
    );
  });

/** A group this young that lacks instances is still being made; an older one is left to whoever scales it. */
const youth = minutes(15);

function stateOf(group: AutoScalingGroup, context: CallContext): { state: State; stateReason?: string } {
  if (group.Status !== undefined) return { state: 'deleting', stateReason: group.Status };
  const lack = lackOf(group);
  const age = context.clock.now() - (group.CreatedTime?.getTime() ?? 0);
  return lack !== undefined && age < youth.ms ? { state: 'pending', stateReason: lack } : { state: 'ready' };
}

const observedOf = (group: AutoScalingGroup): Observed<Kind> => ({
  groupName: group.AutoScalingGroupName!,
  arn: group.AutoScalingGroupARN!,
});

function toFound(group: AutoScalingGroup, context: ReadContext): Found<Kind>[] {
  const told = fromGroup(group);
  const id = idOf(told.tags, context.scope);
  if (id === undefined) return [];
  // Of a seat "none" is told, so that a seat that somebody took from the load balancer differs; other groups have none at all.
  const settled = id.startsWith('auto-scaling-group/seat-') ? { targetGroupArns: [], ...told } : told;
  const state = stateOf(group, context);
  return [{ kind: 'auto-scaling-group', id, name: settled.name, ...state, settled, observed: observedOf(group) }];
}

const toTags = (name: string, tags: Tags): Tag[] =>
  // Instances get theirs from the launch template.
  Object.entries(tags).map(([Key, Value]) => ({
    ResourceId: name,
    ResourceType: 'auto-scaling-group',
    Key,
    Value,
    PropagateAtLaunch: false,
  }));

/** What Auto Scaling, which checks the template as EC2 would use it, cannot know of for the first seconds. */
const isPropagating = (failure: AwsFailure): boolean =>
  failure.code === 'ValidationError' &&
  /Invalid IAM Instance Profile|launch template.*(does not exist|not found|could not be found)/i.test(failure.message);

const known = <T>(settled: Group, context: CallContext, act: () => Promise<T>): Promise<T> =>
  whenKnown(`launch template and instance profile of ${settled.name}`, context, act, {
    lags: isPropagating,
    patience: minutes(1),
  });

async function create(connection: Connection, settled: Group, context: CallContext): Promise<Observed<Kind>> {
  const { clients, call } = connection;
  const input = {
    AutoScalingGroupName: settled.name,
    MinSize: settled.minSize,
    MaxSize: settled.maxSize,
    DesiredCapacity: settled.desiredSize,
    VPCZoneIdentifier: settled.subnetIds.join(','),
    MixedInstancesPolicy: toPolicy(settled),
    CapacityRebalance: settled.capacityRebalance,
    // Not the load balancer's: a lost quorum must not end every seat.
    HealthCheckType: 'EC2',
    ...(settled.targetGroupArns === undefined ? {} : { TargetGroupARNs: [...settled.targetGroupArns] }),
    Tags: toTags(settled.name, settled.tags),
  };
  await known(settled, context, () =>
    call(
      'autoscaling:CreateAutoScalingGroup',
      () => clients.autoScaling.send(new CreateAutoScalingGroupCommand(input)),
      { once: true },
    ),
  );
  return observedOf(await inServiceAsWanted(connection, { name: settled.name, past: new Set() }, context));
}

const clamp = (n: number, { minSize, maxSize }: Group): number => Math.min(Math.max(n, minSize), maxSize);

/** The size to send: the spec's where it is to be applied; else only where what stands would leave the new bounds. */
function desiredCapacity(change: Change): number | undefined {
  const { found, settled, changed } = change;
  if (changed.includes('desiredSize')) return settled.desiredSize;
  const now = found.settled.desiredSize ?? settled.desiredSize;
  const inside = clamp(now, settled);
  return inside === now ? undefined : inside;
}

interface Change {
  readonly found: Found<Kind>;
  readonly settled: Group;
  readonly changed: readonly (keyof Group & string)[];
}

const policyFields: readonly (keyof Group)[] = ['launchTemplateId', 'launchTemplateVersion', 'instances'];

async function changeGroup({ clients, call }: Connection, change: Change, context: CallContext): Promise<void> {
  const { settled, changed } = change;
  const input = {
    AutoScalingGroupName: settled.name,
    MinSize: changed.includes('minSize') ? settled.minSize : undefined,
    MaxSize: changed.includes('maxSize') ? settled.maxSize : undefined,
    DesiredCapacity: desiredCapacity(change),
    VPCZoneIdentifier: changed.includes('subnetIds') ? settled.subnetIds.join(',') : undefined,
    CapacityRebalance: changed.includes('capacityRebalance') ? settled.capacityRebalance : undefined,
    MixedInstancesPolicy: changed.some((field) => policyFields.includes(field)) ? toPolicy(settled) : undefined,
  };
  if (Object.values(input).filter((value) => value !== undefined).length === 1) return;
  await known(settled, context, () =>
    call('autoscaling:UpdateAutoScalingGroup', () =>
      clients.autoScaling.send(new UpdateAutoScalingGroupCommand(input)),
    ),
  );
}

/** Registers the instances with the target groups that are new, then takes them from those that are no longer named. */
async function setTargetGroups({ clients, call }: Connection, { found, settled }: Change): Promise<void> {
  const [before, after] = [found.settled.targetGroupArns ?? [], settled.targetGroupArns ?? []];
  const attach = after.filter((arn) => !before.includes(arn));
  const detach = before.filter((arn) => !after.includes(arn));
  const AutoScalingGroupName = settled.name;
  if (attach.length > 0) {
    const input = { AutoScalingGroupName, TargetGroupARNs: attach };
    await call('autoscaling:AttachLoadBalancerTargetGroups', () =>
      clients.autoScaling.send(new AttachLoadBalancerTargetGroupsCommand(input)),
    );
  }
  if (detach.length > 0) {
    const input = { AutoScalingGroupName, TargetGroupARNs: detach };
    await call('autoscaling:DetachLoadBalancerTargetGroups', () =>
      clients.autoScaling.send(new DetachLoadBalancerTargetGroupsCommand(input)),
    );
  }
}

async function retagGroup({ clients, call }: Connection, name: string, tags: { before: Tags; after: Tags }) {
  const { set, remove } = tagChanges(tags.before, tags.after);
  if (Object.keys(set).length > 0) {
    const Tags = toTags(name, set);
    await call('autoscaling:CreateOrUpdateTags', () =>
      clients.autoScaling.send(new CreateOrUpdateTagsCommand({ Tags })),
    );
  }
  if (remove.length > 0) {
    const Tags = remove.map((Key) => ({ ResourceId: name, ResourceType: 'auto-scaling-group', Key }));
    await call('autoscaling:DeleteTags', () => clients.autoScaling.send(new DeleteTagsCommand({ Tags })));
  }
}

async function update(connection: Connection, change: Change, context: CallContext): Promise<Observed<Kind>> {
  const { found, settled, changed } = change;
  const resizes = changed.some((field) => ['minSize', 'maxSize', 'desiredSize'].includes(field));
  const past = resizes ? await pastActivities(connection, settled.name) : new Set<string>();
  await changeGroup(connection, change, context);
  if (changed.includes('targetGroupArns')) await setTargetGroups(connection, change);
  if (resizes) await inServiceAsWanted(connection, { name: settled.name, past }, context);
  // Last, since one of the tags says which size was applied: a run that is cut before it applies the size again.
  if (changed.includes('tags'))
    await retagGroup(connection, settled.name, { before: found.settled.tags ?? {}, after: settled.tags });
  return found.observed;
}

const isNoGroup = (failure: AwsFailure): boolean =>
  failure.code === 'ValidationError' && /not found/i.test(failure.message);

async function remove(connection: Connection, name: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const group = await groupByName(connection, name);
  if (group !== undefined && group.Status === undefined) {
    await deleteWhenFree(
      `auto scaling group ${name}`,
      context,
      async () => {
        try {
          await call('autoscaling:DeleteAutoScalingGroup', () =>
            clients.autoScaling.send(
              new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: name, ForceDelete: true }),
            ),
          );
        } catch (error) {
          if (!(isAwsFailure(error) && isNoGroup(error))) throw error;
        }
      },
      { held: isConflict },
    );
  }
  await groupAndInstancesGone(connection, name, context);
}

const describe: Permission[] = ['autoscaling:DescribeAutoScalingGroups', 'autoscaling:DescribeScalingActivities'].map(
  (action) => ({ action, resource: '*' }),
);
const groupArn = 'arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/*';
const ours = (action: string): Permission => ({ action, resource: groupArn, condition: 'our-tag-on-resource' });

const launching: Permission[] = [...launchPermissions, passRole('ec2.amazonaws.com')];

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_CreateAutoScalingGroup.html */
export const autoScalingGroup: Adapter<Kind> = {
  permissions: {
    read: describe.slice(0, 1),
    create: [
      { action: 'autoscaling:CreateAutoScalingGroup', resource: groupArn, condition: 'our-tag-in-request' },
      { action: 'autoscaling:CreateOrUpdateTags', resource: groupArn, condition: 'our-tag-in-request' },
      ...launching,
      serviceLinkedRole('autoscaling.amazonaws.com'),
      ...describe,
    ],
    update: [
      ours('autoscaling:UpdateAutoScalingGroup'),
      ours('autoscaling:AttachLoadBalancerTargetGroups'),
      ours('autoscaling:DetachLoadBalancerTargetGroups'),
      ours('autoscaling:CreateOrUpdateTags'),
      ours('autoscaling:DeleteTags'),
      ...launching,
      ...describe,
    ],
    delete: [
      ours('autoscaling:DeleteAutoScalingGroup'),
      ...describe.slice(0, 1),
      { action: 'ec2:DescribeInstances', resource: '*' },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourAutoScalingGroups(connection, context)).flatMap((group) => toFound(group, context));
    },
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),
    update: (change, context) => update(connection, change, context),
    delete: (found, context) => remove(connection, found.observed.groupName, context),
    ready: async (found, context) => {
      const { groupName } = found.observed;
      return observedOf(await inServiceAsWanted(connection, { name: groupName, past: new Set() }, context));
    },
  }),
};
