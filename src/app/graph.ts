import { type Diagnostic, Failure, type Result } from '../base/diagnostic.ts';
import { buildGraph } from '../model/build/index.ts';
import { type Facts, factsNeeded } from '../model/facts.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import { creatorTag } from '../model/tags.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { anyDigests, fileDigests } from './file-digests.ts';
import { gatherFacts } from './gather-facts.ts';
import type { AwsToRead } from './ports.ts';
import { clusterState } from './self-managed/hull.ts';

/** A graph with the facts that it was built from. */
export interface Built {
  readonly graph: Result<ResourceGraph>;
  readonly facts: Facts;
}

/** Asks for the facts and builds the graph of a spec; diagnostics have their places in the file. */
export async function buildFor(loaded: LoadedCluster, aws: AwsToRead, seen: Promise<Snapshot>): Promise<Built> {
  const needed = factsNeeded(loaded.cluster);
  const [asked, snapshot] = await Promise.all([gatherFacts(needed, aws), seen]);
  const files =
    needed.files.length === 0 ? {} : await fileDigests(needed.files, { snapshot, publisher: aws.publisher });
  const facts = { ...withCreator(asked, snapshot), ...files };
  const graph = buildGraph(loaded.cluster, facts);
  return { facts, graph: { ...graph, diagnostics: graph.diagnostics.map((diagnostic) => locate(diagnostic, loaded)) } };
}

/** The graph of a spec, or undefined where spec and facts no longer fit: a given VPC that is gone must not keep a cluster from being removed. */
export async function graphIfAny(loaded: LoadedCluster, aws: AwsToRead): Promise<ResourceGraph | undefined> {
  try {
    const needed = factsNeeded(loaded.cluster);
    const built = buildGraph(loaded.cluster, { ...(await gatherFacts(needed, aws)), ...anyDigests(needed.files) });
    return built.ok ? built.value : undefined;
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** The cluster remembers who made it (EKS in a tag, else in the store), so that a plan by somebody else does not hand it over. */
function withCreator(facts: Facts, snapshot: Snapshot): Facts {
  const [cluster] = ofKind(snapshot, 'cluster');
  const remembered = cluster?.settled.tags?.[creatorTag] ?? clusterState(snapshot)?.creator ?? undefined;
  return remembered === undefined || facts.creatorArn === null ? facts : { ...facts, creatorArn: remembered };
}

/** Gives a diagnostic of the model its place in the file. */
export function locate(diagnostic: Diagnostic, { locate: find }: LoadedCluster): Diagnostic {
  const path = diagnostic.at?.path;
  const isPlaced = path === undefined || diagnostic.at?.line !== undefined;
  return isPlaced ? diagnostic : { ...diagnostic, at: { ...find(path), path } };
}
