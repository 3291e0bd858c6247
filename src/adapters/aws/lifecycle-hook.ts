import {
  DeleteLifecycleHookCommand,
  DescribeLifecycleHooksCommand,
  type LifecycleHook,
  PutLifecycleHookCommand,
} from '@aws-sdk/client-auto-scaling';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { type AwsFailure, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { ourAutoScalingGroups } from './auto-scaling-group.ts';
import type { Connection } from './connection.ts';
import { fromTagList, idOf } from './found.ts';
import { hasSeats, hullPermissions } from './hull.ts';

type Hook = Settled<'lifecycle-hook'>;

/** Groups of workers by the id's last part. Seats and the bastion have no hooks, and AWS tells the hooks of one group a call. */
async function workerGroups(connection: Connection, context: ReadContext): Promise<{ group: string; name: string }[]> {
  if (!(await hasSeats(connection, context))) return [];
  const groups = await ourAutoScalingGroups(connection, context);
  return groups.flatMap((one) => {
    const id = idOf(fromTagList(one.Tags), context.scope);
    const group = id?.slice(id.indexOf('/') + 1) ?? '';
    if (id === undefined || group.startsWith('seat-') || group === 'bastion') return [];
    return one.Status === undefined ? [{ group, name: one.AutoScalingGroupName! }] : [];
  });
}

const isNotThere = (failure: AwsFailure): boolean =>
  failure.code === 'ValidationError' && /not found|No Lifecycle Hook/i.test(failure.message);

async function unlessNotThere<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (isAwsFailure(error) && isNotThere(error)) return undefined;
    throw error;
  }
}

const shortTransition: Readonly<Record<string, string>> = {
  'autoscaling:EC2_INSTANCE_LAUNCHING': 'launching',
  'autoscaling:EC2_INSTANCE_TERMINATING': 'terminating',
};

/** Hooks carry no tags: on a group of ours, the one with the name that the graph gives it (its id's end) is ours. */
function toFound(hook: LifecycleHook, group: string): Found<'lifecycle-hook'>[] {
  const name = hook.LifecycleHookName!;
  const transition = hook.LifecycleTransition as Hook['transition'];
  const id = `lifecycle-hook/${group}-${shortTransition[transition]}`;
  if (!name.startsWith('quilla-')) return [];
  return [
    {
      kind: 'lifecycle-hook',
      id,
      name,
      state: 'ready',
      settled: {
        groupName: hook.AutoScalingGroupName!,
        name,
        transition,
        heartbeatSeconds: hook.HeartbeatTimeout ?? 3600,
        defaultResult: hook.DefaultResult === 'CONTINUE' ? 'CONTINUE' : 'ABANDON',
      },
      observed: { hookName: name },
    },
  ];
}

/** Makes and changes alike. */
async function put({ clients, call }: Connection, hook: Hook): Promise<void> {
  const input = {
    AutoScalingGroupName: hook.groupName,
    LifecycleHookName: hook.name,
    LifecycleTransition: hook.transition,
    HeartbeatTimeout: hook.heartbeatSeconds,
    DefaultResult: hook.defaultResult,
  };
  await call('autoscaling:PutLifecycleHook', () => clients.autoScaling.send(new PutLifecycleHookCommand(input)));
}

const onOurGroups = (action: string): Permission => ({
  action: `autoscaling:${action}`,
  resource: 'arn:${partition}:autoscaling:${region}:${account}:autoScalingGroup:*:autoScalingGroupName/*',
  condition: 'our-tag-on-resource',
});

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_PutLifecycleHook.html */
export const lifecycleHook: Adapter<'lifecycle-hook'> = {
  permissions: {
    read: [
      ...hullPermissions,
      { action: 'autoscaling:DescribeAutoScalingGroups', resource: '*' },
      { action: 'autoscaling:DescribeLifecycleHooks', resource: '*' },
    ],
    create: [onOurGroups('PutLifecycleHook')],
    update: [onOurGroups('PutLifecycleHook')],
    delete: [onOurGroups('DeleteLifecycleHook')],
  },

  reader: (connection) => ({
    async list(context) {
      const { clients, call } = connection;
      const groups = await workerGroups(connection, context);
      const found = await Promise.all(
        groups.map(async ({ group, name }) => {
          const answer = await unlessNotThere(
            call('autoscaling:DescribeLifecycleHooks', () =>
              clients.autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: name })),
            ),
          );
          return (answer?.LifecycleHooks ?? []).flatMap((hook) => toFound(hook, group));
        }),
      );
      return found.flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }) {
      await put(connection, settled);
      return { hookName: settled.name };
    },

    async update({ found, settled }) {
      await put(connection, settled);
      return found.observed;
    },

    async delete(found) {
      const { clients, call } = connection;
      const input = { AutoScalingGroupName: found.settled.groupName!, LifecycleHookName: found.name };
      await unlessNotThere(
        call('autoscaling:DeleteLifecycleHook', () => clients.autoScaling.send(new DeleteLifecycleHookCommand(input))),
      );
    },
  }),
};
