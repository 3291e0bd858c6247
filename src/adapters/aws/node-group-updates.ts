import { randomUUID } from 'node:crypto';
import {
  type Taint as EksTaint,
  UpdateNodegroupConfigCommand,
  type UpdateNodegroupConfigRequest,
  UpdateNodegroupVersionCommand,
} from '@aws-sdk/client-eks';
import { sameJson } from '../../base/canonical-json.ts';
import { hours, seconds } from '../../base/duration.ts';
import type { Taint } from '../../model/kinds/node-group.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Connection } from './connection.ts';
import { changeAndWait, retagEks } from './eks.ts';
import { tagChanges } from './found.ts';

export interface NodeGroupUpdate {
  readonly found: Found<'node-group'>;
  readonly settled: Settled<'node-group'>;
  readonly changed: readonly (keyof Settled<'node-group'> & string)[];
}

const effects = {
  NoSchedule: 'NO_SCHEDULE',
  PreferNoSchedule: 'PREFER_NO_SCHEDULE',
  NoExecute: 'NO_EXECUTE',
} as const satisfies Record<Taint['effect'], EksTaint['effect']>;

/** A taint in EKS's words, and back. */
export const toEksTaint = ({ key, value, effect }: Taint): EksTaint => ({ key, value, effect: effects[effect] });
export const fromEksTaint = ({ key, value, effect }: EksTaint): Taint => ({
  key: key!,
  value: value ?? '',
  effect: effect === 'NO_EXECUTE' ? 'NoExecute' : effect === 'PREFER_NO_SCHEDULE' ? 'PreferNoSchedule' : 'NoSchedule',
});

/** EKS takes at most one node group update at a time; nodes that cannot be drained hold one up for a quarter of an hour each. */
const of = (settled: Settled<'node-group'>, operation: string, what: string) => ({
  operation,
  what: `${what} of node group ${settled.name}`,
  clusterName: settled.clusterName,
  nodegroupName: settled.name,
  every: seconds(5),
  deadline: hours(6),
});

/** The spec's desired size only where it changed there; else the present one, as far as the new bounds allow it. */
function scaling({ found, settled, changed }: NodeGroupUpdate) {
  const { minSize, maxSize } = settled;
  const wanted = changed.includes('desiredSize')
    ? settled.desiredSize
    : (found.settled.desiredSize ?? settled.desiredSize);
  return { minSize, maxSize, desiredSize: Math.min(maxSize, Math.max(minSize, wanted)) };
}

function labels({ found, settled }: NodeGroupUpdate) {
  const { set, remove } = tagChanges(found.settled.labels ?? {}, settled.labels);
  return {
    ...(Object.keys(set).length === 0 ? {} : { addOrUpdateLabels: { ...set } }),
    ...(remove.length === 0 ? {} : { removeLabels: remove }),
  };
}

/** A taint is known by its key and effect: a new value updates it. */
function taints({ found, settled }: NodeGroupUpdate) {
  const before = found.settled.taints ?? [];
  const added = settled.taints.filter((taint) => !before.some((other) => sameJson(other, taint)));
  const same = (a: Taint) => (b: Taint) => a.key === b.key && a.effect === b.effect;
  const removed = before.filter((taint) => !settled.taints.some(same(taint)));
  return {
    ...(added.length === 0 ? {} : { addOrUpdateTaints: added.map(toEksTaint) }),
    ...(removed.length === 0 ? {} : { removeTaints: removed.map(toEksTaint) }),
  };
}

function configurationOf(update: NodeGroupUpdate): Partial<UpdateNodegroupConfigRequest> {
  const { settled, changed } = update;
  const sized = changed.some((field) => field === 'minSize' || field === 'maxSize' || field === 'desiredSize');
  return {
    ...(sized ? { scalingConfig: scaling(update) } : {}),
    ...(changed.includes('labels') ? { labels: labels(update) } : {}),
    ...(changed.includes('taints') ? { taints: taints(update) } : {}),
    ...(changed.includes('updateConfig') ? { updateConfig: { ...settled.updateConfig } } : {}),
  };
}

/**
 * Without a version EKS would take the control plane's, without a release the newest: what the plan does not change is said
 * as it is. With an image of one's own neither may be said.
 * https://docs.aws.amazon.com/eks/latest/APIReference/API_UpdateNodegroupVersion.html
 */
function versionsOf({ found, settled, changed }: NodeGroupUpdate) {
  if (settled.amiType === 'CUSTOM') return {};
  const version = settled.version ?? found.settled.version;
  const sameVersion = version === found.settled.version;
  const releaseVersion =
    settled.releaseVersion ??
    (sameVersion && !changed.includes('releaseVersion') ? found.settled.releaseVersion : undefined);
  return {
    ...(version === undefined ? {} : { version }),
    ...(releaseVersion === undefined ? {} : { releaseVersion }),
  };
}

async function configure(connection: Connection, update: NodeGroupUpdate, context: CallContext): Promise<void> {
  const { clients } = connection;
  const { settled } = update;
  const configuration = configurationOf(update);
  if (Object.keys(configuration).length === 0) return;
  const input = {
    clusterName: settled.clusterName,
    nodegroupName: settled.name,
    clientRequestToken: randomUUID(),
    ...configuration,
  };
  await changeAndWait(connection, of(settled, 'eks:UpdateNodegroupConfig', 'settings'), context, () =>
    clients.eks.send(new UpdateNodegroupConfigCommand(input)),
  );
}

async function roll(connection: Connection, update: NodeGroupUpdate, context: CallContext): Promise<void> {
  const { clients } = connection;
  const { settled, changed } = update;
  const rolled = ['version', 'releaseVersion', 'launchTemplateVersion'] as const;
  if (!rolled.some((field) => changed.includes(field))) return;
  const input = {
    clusterName: settled.clusterName,
    nodegroupName: settled.name,
    ...versionsOf(update),
    ...(changed.includes('launchTemplateVersion')
      ? { launchTemplate: { id: settled.launchTemplateId, version: settled.launchTemplateVersion } }
      : {}),
    clientRequestToken: randomUUID(),
  };
  await changeAndWait(connection, of(settled, 'eks:UpdateNodegroupVersion', 'version'), context, () =>
    clients.eks.send(new UpdateNodegroupVersionCommand(input)),
  );
}

/** Size and settings, then versions, then tags: the tag that keeps the size applied last must not be ahead of the size. */
export async function updateNodeGroup(
  connection: Connection,
  update: NodeGroupUpdate,
  context: CallContext,
): Promise<void> {
  const { found, settled, changed } = update;
  await configure(connection, update, context);
  await roll(connection, update, context);
  if (changed.includes('tags')) {
    await retagEks(connection, found.observed.arn, { before: found.settled.tags ?? {}, after: settled.tags });
  }
}
