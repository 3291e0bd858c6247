import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { some } from '../base/some.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { clusterTag } from '../model/tags.ts';
import type { Standing } from '../ports/standing.ts';
import { appCodes } from './codes.ts';
import { hasSeats } from './policy-lists.ts';
import { type AwsToRead, contextFor } from './ports.ts';

const report = reporter(appCodes);

const adoptIt = '`quilla adopt -f FILE` takes it over: tags only.';

/** Whether all that stands there was exported, and none of it is ours. */
export const isExportedOnly = ({ exported }: Standing, { found }: Snapshot): boolean =>
  exported.length > 0 && found.length === 0;

/**
 * What stands under a cluster's name without being ours. A part that is ours beside one that was exported stops a plan, which would make
 * the rest a second time.
 */
export function standsAlready({ exported, foreignCluster }: Standing, { cluster, found }: Snapshot): Diagnostic[] {
  if (exported.length > 0 && found.length > 0) {
    const ours =
      found.length === 1 ? `1 object of cluster ${cluster} is` : `${found.length} objects of cluster ${cluster} are`;
    const detail = `${ours} Quilla's, and these were exported and are not: ${some(exported)}`;
    return [report('app.half-adopted', { detail, fix: 'Run `quilla adopt -f FILE` again; it goes on from here.' })];
  }
  if (exported.length > 0)
    return [
      report('app.exported-there', {
        detail: `exported for cluster ${cluster}: ${some(exported)}`,
        fix: adoptIt,
      }),
    ];
  if (foreignCluster === undefined) return [];
  return [
    report('app.foreign-cluster', {
      detail: foreignCluster,
      fix: 'Choose another name, or remove that cluster with the tool that made it.',
    }),
  ];
}

/** Why an apply must not begin where a plan only warns. */
export const namesTaken = ({ exported }: Standing, cluster: string): Diagnostic[] =>
  exported.length === 0
    ? []
    : [report('app.exported-stands', { detail: `exported for cluster ${cluster}: ${some(exported)}`, fix: adoptIt })];

/**
 * What still stands of a self-managed cluster that nobody owns, where nothing is ours: after `quilla disown`. Another one beside it would
 * find half of its names taken, and would take part of the first one's roles and keys. Asks only where nothing is ours: whether the store
 * is there by its name, and which machines run.
 */
export async function seatsWithoutOwner(
  { graph, snapshot, standing }: { graph: ResourceGraph; snapshot: Snapshot; standing: Standing },
  aws: AwsToRead,
): Promise<Diagnostic[]> {
  if (snapshot.found.length > 0 || standing.exported.length > 0 || !hasSeats(graph)) return [];
  const { cluster } = snapshot;
  const [stores, machines] = await Promise.all([storesOf(graph, cluster, aws), machinesOf(cluster, aws)]);
  // A bucket alone is no cluster: an apply makes the rest, and says that its name is taken.
  if (standing.unownedRoles.length + machines.length === 0) return [];
  const what = [...stores.map((bucket) => `bucket ${bucket}`), ...standing.unownedRoles, ...machines];
  return [
    report('app.name-taken', {
      detail: `of cluster ${cluster}, and without a tag of Quilla's: ${some(what)}`,
      fix: 'Choose another name, or remove what stands: with the tool that holds it, or by hand. Keys and backups in a bucket are gone with it.',
    }),
  ];
}

/** The bucket of the store, where the graph makes one and it is in this account. */
async function storesOf({ resources }: ResourceGraph, cluster: string, aws: AwsToRead): Promise<string[]> {
  const names = resources.flatMap(({ kind, id, desired }) => {
    const name = kind === 'bucket' && id === 'bucket/store' ? (desired as { readonly name?: unknown }).name : undefined;
    return typeof name === 'string' ? [name] : [];
  });
  const facts = await Promise.all(names.map((name) => aws.store.facts(name, contextFor(aws, cluster))));
  return names.filter((_, i) => facts[i]?.owner === aws.identity.account);
}

/** Machines of the cluster that run: they keep the tags of the launch template that Quilla wrote. */
async function machinesOf(cluster: string, { facts }: AwsToRead): Promise<string[]> {
  return (await facts.nodeInstances(cluster))
    .filter(({ state, tags }) => (state === 'running' || state === 'pending') && tags[clusterTag] === cluster)
    .map(({ instanceId }) => instanceId);
}
