import { type KindName, kindNames } from '../model/kinds/names.ts';
import type { State } from '../model/snapshot.ts';
import { observe } from '../observe/observe.ts';
import type { ClusterSummary, NodeInstance } from '../ports/facts.ts';
import { type AwsToRead, contextFor } from './ports.ts';

/** Clusters of ours in this region; one of them where it is named. */
export async function getClusters(
  { facts }: AwsToRead,
  only?: string,
): Promise<{ clusters: readonly ClusterSummary[] }> {
  const clusters = await facts.ourClusters();
  return { clusters: only === undefined ? clusters : clusters.filter(({ name }) => name === only) };
}

const namesOf = async (aws: AwsToRead, only?: string): Promise<readonly string[]> =>
  only === undefined ? (await aws.facts.ourClusters()).map(({ name }) => name) : [only];

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
