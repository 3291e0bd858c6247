import { type KindName, kindNames } from '../model/kinds/names.ts';
import { ofKind, type State } from '../model/snapshot.ts';
import { observe } from '../observe/observe.ts';
import { readContext } from '../ports/aws.ts';
import type { ClusterSummary, NodeInstance } from '../ports/facts.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { apiOfSeats, clusterState, seatGroupId, seatNames } from './self-managed/hull.ts';

/** Clusters of ours in this region, both control planes; one of them where it is named. */
export async function getClusters(aws: AwsToRead, only?: string): Promise<{ clusters: readonly ClusterSummary[] }> {
  const [eks, names] = await Promise.all([aws.facts.ourClusters(), aws.facts.ourSeats()]);
  const isMeant = (name: string): boolean => only === undefined || name === only;
  const seats = await Promise.all(names.filter(isMeant).map((name) => summaryOfSeats(name, aws)));
  const clusters = [...eks.filter(({ name }) => isMeant(name)), ...seats];
  return { clusters: clusters.sort((a, b) => a.name.localeCompare(b.name)) };
}

async function summaryOfSeats(name: string, aws: AwsToRead): Promise<ClusterSummary> {
  const context = readContext(contextFor(aws, name));
  const kinds = [
    'load-balancer',
    'dns-record',
    'cluster-keys',
    'bucket-object',
    'volume',
    'auto-scaling-group',
  ] as const;
  const found = (await Promise.all(kinds.map((kind) => aws.readers[kind].list(context)))).flat();
  const endpoint = apiOfSeats({ found })?.endpoint;
  const seats = seatNames({ found });
  const groups = new Set(ofKind({ found }, 'auto-scaling-group').map(({ id }) => id));
  const isWhole = seats.length > 0 && seats.every((seat) => groups.has(seatGroupId(seat)));
  return {
    name,
    version: clusterState({ found })?.kubernetes ?? '',
    status: isWhole ? 'ACTIVE' : 'INCOMPLETE',
    ...(endpoint === undefined ? {} : { endpoint }),
    controlPlane: 'self-managed',
  };
}

/** Names of the clusters of ours, both control planes. */
async function namesOf(aws: AwsToRead, only?: string): Promise<readonly string[]> {
  if (only !== undefined) return [only];
  const [eks, seats] = await Promise.all([aws.facts.ourClusters(), aws.facts.ourSeats()]);
  return [...new Set([...eks.map(({ name }) => name), ...seats])].sort();
}

/** Instances of our clusters. */
export async function getNodes(
  aws: AwsToRead,
  only?: string,
): Promise<{ nodes: readonly (NodeInstance & { readonly cluster: string })[] }> {
  const names = await namesOf(aws, only);
  const lists = await Promise.all(
    names.map(async (cluster) => (await aws.facts.nodeInstances(cluster)).map((node) => ({ cluster, ...node }))),
  );
  return { nodes: lists.flat() };
}

/** One resource of ours, as `get resources` lists it. */
export interface ResourceSummary {
  readonly cluster: string;
  readonly kind: KindName;
  readonly id: string;
  readonly name: string;
  readonly state: State;
}

/** Every resource of our clusters, in the order of the kinds. */
export async function getResources(aws: AwsToRead, only?: string): Promise<{ resources: readonly ResourceSummary[] }> {
  const rank = new Map(kindNames.map((kind, i) => [kind, i]));
  const lists = await Promise.all(
    (await namesOf(aws, only)).map(async (cluster) => {
      const { found } = await observe(aws.readers, contextFor(aws, cluster));
      return found
        .map(({ kind, id, name, state }) => ({ cluster, kind, id, name, state }))
        .sort((a, b) => rank.get(a.kind)! - rank.get(b.kind)! || a.id.localeCompare(b.id));
    }),
  );
  return { resources: lists.flat() };
}
