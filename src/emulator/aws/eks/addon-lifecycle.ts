import type { Json } from '../../../base/canonical-json.ts';
import type { Duration } from '../../../base/duration.ts';
import type { EventHandlers, Turn } from '../../call.ts';
import { addonProblem, applyAddonWorkloads, removeAddonWorkloads } from '../../kubernetes/addons.ts';
import type { EksAddon, EksCluster } from './state.ts';
import { eksTimings } from './timings.ts';

type Next = 'install' | 'check' | 'remove' | 'forget';

interface AddonEvent {
  readonly cluster: string;
  readonly arn: string;
  readonly next: Next;
  /** When the change began. */
  readonly since: number;
}

const after = (addon: EksAddon): Record<Next, Duration> => ({
  install: addon.status === 'UPDATING' ? eksTimings.addonUpdate : eksTimings.addonInstall,
  check: eksTimings.addonCheck,
  remove: eksTimings.addonDelete,
  forget: eksTimings.addonDelete,
});

/** Has the next step of an add-on happen after its usual time. */
export function scheduleAddon(turn: Turn, cluster: EksCluster, { addon, next }: { addon: EksAddon; next: Next }): void {
  const event: AddonEvent = { cluster: cluster.name, arn: addon.arn, next, since: addon.modifiedAt };
  turn.later(after(addon)[next], 'eks.addon', event as unknown as Json);
}

function finishUpdate(cluster: EksCluster, addon: EksAddon, problem: string | undefined): void {
  const update = cluster.updates[addon.updateId ?? ''];
  delete addon.updateId;
  if (update === undefined) return;
  update.status = problem === undefined ? 'Successful' : 'Failed';
  if (problem !== undefined) {
    update.errors.push({ errorCode: 'InsufficientNumberOfReplicas', errorMessage: problem, resourceIds: [addon.name] });
  }
}

function settle(cluster: EksCluster, addon: EksAddon): void {
  addon.status = 'ACTIVE';
  addon.issues = [];
  finishUpdate(cluster, addon, undefined);
}

/** Looks whether what the add-on installed runs; what does not is DEGRADED after a while, and looked at further. */
function check(turn: Turn, cluster: EksCluster, addon: EksAddon): void {
  const problem = addonProblem(turn, { cluster: cluster.name, name: addon.name });
  if (problem === undefined) {
    settle(cluster, addon);
    return;
  }
  const waited = turn.now - addon.modifiedAt;
  if (waited >= eksTimings.addonDegraded.ms) {
    addon.status = 'DEGRADED';
    addon.issues = [{ code: 'InsufficientNumberOfReplicas', message: problem, resourceIds: [addon.name] }];
  }
  if (waited >= eksTimings.addonGiveUp.ms) {
    finishUpdate(cluster, addon, problem);
    return;
  }
  scheduleAddon(turn, cluster, { addon, next: 'check' });
}

function install(turn: Turn, cluster: EksCluster, addon: EksAddon): void {
  applyAddonWorkloads(turn, {
    cluster: cluster.name,
    name: addon.name,
    version: addon.version,
    configurationValues: addon.configurationValues,
    serviceAccountRoleArn: addon.serviceAccountRoleArn,
    namespace: addon.namespace,
  });
  check(turn, cluster, addon);
}

function remove(turn: Turn, cluster: EksCluster, { addon, preserve }: { addon: EksAddon; preserve: boolean }): void {
  removeAddonWorkloads(turn, { cluster: cluster.name, name: addon.name, preserve });
  for (const association of Object.values(cluster.podIdentityAssociations)) {
    if (association.ownerArn === addon.arn) delete cluster.podIdentityAssociations[association.id];
  }
  delete cluster.addons[addon.name];
}

function addonDue(data: Json, turn: Turn): void {
  const { cluster: name, arn, next, since } = data as unknown as AddonEvent;
  const cluster = turn.state.eks.clusters[name];
  const addon = Object.values(cluster?.addons ?? {}).find((own) => own.arn === arn);
  if (cluster === undefined || addon === undefined || addon.modifiedAt !== since) return;
  if (cluster.status === 'DELETING') return;
  if (next === 'install') install(turn, cluster, addon);
  else if (next === 'check') check(turn, cluster, addon);
  else remove(turn, cluster, { addon, preserve: next === 'forget' });
}

/**
 * DescribeAddon shows what is true now: an add-on whose pods came after EKS had stopped looking is ACTIVE again.
 * Called where the state is read, since pods change without any event of EKS.
 */
export function refreshAddon(turn: Turn, cluster: EksCluster, addon: EksAddon): void {
  if (addon.status !== 'DEGRADED' && addon.status !== 'CREATING') return;
  if (addon.status === 'CREATING' && turn.now - addon.modifiedAt < eksTimings.addonInstall.ms) return;
  if (turn.state.kubernetes[cluster.name] === undefined) return;
  if (addonProblem(turn, { cluster: cluster.name, name: addon.name }) === undefined) settle(cluster, addon);
}

export const addonEvents: EventHandlers = { 'eks.addon': addonDue };
