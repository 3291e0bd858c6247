import {
  type Activity,
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  DescribeScalingActivitiesCommand,
} from '@aws-sdk/client-auto-scaling';
import { DescribeInstancesCommand, type Instance } from '@aws-sdk/client-ec2';
import { minutes, seconds } from '../../base/duration.ts';
import type { AwsFailure, CallContext } from '../../ports/aws.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { failedLater } from './failed-later.ts';
import { waitFor } from './wait.ts';

export async function groupByName({ clients, call }: Connection, name: string): Promise<AutoScalingGroup | undefined> {
  const answer = await call('autoscaling:DescribeAutoScalingGroups', () =>
    clients.autoScaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: [name] })),
  );
  return answer.AutoScalingGroups?.[0];
}

/** The newest activities of a group, the newest first. */
async function activitiesOf({ clients, call }: Connection, name: string): Promise<readonly Activity[]> {
  const answer = await call('autoscaling:DescribeScalingActivities', () =>
    clients.autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: name, MaxRecords: 20 })),
  );
  return answer.Activities ?? [];
}

/** Ids of what a group did so far, so that an old failure is not taken for one of the change that follows. */
export const pastActivities = async (connection: Connection, name: string): Promise<ReadonlySet<string>> =>
  new Set((await activitiesOf(connection, name)).map((activity) => activity.ActivityId!));

/** A failed launch in the closed set. AWS puts EC2's code into the text, or only EC2's sentence. */
function launchFailure(activity: Activity): AwsFailure {
  const message = activity.StatusMessage ?? activity.Description ?? 'AWS gives no reason';
  const named = /\b([A-Z][A-Za-z]+(?:\.[A-Z][A-Za-z]+)*) - /.exec(message)?.[1];
  const implied = /limit|quota/i.test(message)
    ? 'VcpuLimitExceeded'
    : /capacity/i.test(message)
      ? 'InsufficientInstanceCapacity'
      : 'LaunchFailed';
  const code = named === undefined || named === 'UnfulfillableCapacity' ? implied : named;
  return failedLater('ec2:RunInstances', code, message);
}

/** A group that fails in one zone goes on in the next: it has failed only when its newest activity stays a failure. */
const looksUntilCapacityIsOut = 3;
/** Other failures may pass: a role or a key that AWS does not know everywhere yet. */
const looksUntilHopeless = 8;

/** Tells after how many looks in a row the group's newest activity counts as its last word. */
function failureWatch(past: ReadonlySet<string>) {
  let looks = 0;
  return (activities: readonly Activity[]): void => {
    const newest = activities.find((activity) => !past.has(activity.ActivityId!));
    looks = newest?.StatusCode === 'Failed' ? looks + 1 : 0;
    if (newest === undefined || looks === 0) return;
    const failure = launchFailure(newest);
    const isAboutCapacity = failure.reason === 'no-capacity' || failure.reason === 'quota';
    if (looks >= (isAboutCapacity ? looksUntilCapacityIsOut : looksUntilHopeless)) throw failure;
  };
}

const inService = (group: AutoScalingGroup): number =>
  (group.Instances ?? []).filter((instance) => instance.LifecycleState === 'InService').length;

/** `2 of 3 instances in service` where a group has not what it wants; undefined where it has. */
export function lackOf(group: AutoScalingGroup): string | undefined {
  const [wanted, there, all] = [group.DesiredCapacity ?? 0, inService(group), group.Instances?.length ?? 0];
  if (there === wanted && all === wanted) return undefined;
  return there < wanted ? `${there} of ${wanted} instances in service` : `${all - wanted} instances still to go`;
}

/**
 * Waits until exactly as many instances as the group wants are in service.
 * Fails early, with `no-capacity` or `quota`, when launches keep failing for that.
 */
export function inServiceAsWanted(
  connection: Connection,
  group: { readonly name: string; readonly past: ReadonlySet<string> },
  context: CallContext,
): Promise<AutoScalingGroup> {
  const watch = failureWatch(group.past);
  return waitFor(
    `auto scaling group ${group.name} to have its instances in service`,
    context,
    async () => {
      const now = await groupByName(connection, group.name);
      if (now === undefined) return { waiting: 'not visible yet' };
      const lack = lackOf(now);
      if (lack === undefined) return { done: now };
      watch(await activitiesOf(connection, group.name));
      return { waiting: lack };
    },
    { every: seconds(5), deadline: minutes(15) },
  );
}

async function instancesOf({ clients, call }: Connection, name: string): Promise<readonly Instance[]> {
  const Filters = [
    { Name: 'tag:aws:autoscaling:groupName', Values: [name] },
    { Name: 'instance-state-name', Values: ['pending', 'running', 'shutting-down', 'stopping', 'stopped'] },
  ];
  const reservations = await allItems(
    (NextToken) =>
      call('ec2:DescribeInstances', () => clients.ec2.send(new DescribeInstancesCommand({ Filters, NextToken }))),
    (page) => page.Reservations,
  );
  return reservations.flatMap((reservation) => reservation.Instances ?? []);
}

/** Waits until the group and its instances are gone: AWS forgets the group before the last instance let go of its interface. */
export const groupAndInstancesGone = (connection: Connection, name: string, context: CallContext): Promise<void> =>
  waitFor(
    `auto scaling group ${name} and its instances to be gone`,
    context,
    async () => {
      const group = await groupByName(connection, name);
      if (group !== undefined) return { waiting: group.Status ?? `${group.Instances?.length ?? 0} instances left` };
      const left = await instancesOf(connection, name);
      return left.length === 0 ? { done: undefined } : { waiting: `${left.length} instances shutting down` };
    },
    { every: seconds(5), deadline: minutes(20) },
  );
