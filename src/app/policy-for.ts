import { Failure } from '../base/diagnostic.ts';
import { buildGraph } from '../model/build/index.ts';
import { factsNeeded } from '../model/facts.ts';
import type { Permission, PermissionTable } from '../ports/permissions.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { gatherFacts } from './gather-facts.ts';
import { leastPolicy, type PolicyDocument, type PolicyVerb } from './policy.ts';
import { type AwsToRead, scopeOf } from './ports.ts';

export interface PolicySource {
  readonly aws: AwsToRead;
  readonly permissions: PermissionTable;
  readonly further: Readonly<Record<PolicyVerb, readonly Permission[]>>;
}

/** The least policy of a verb for a spec, narrowed to the account that asks: all of its documents are needed together. */
export async function policyFor(
  verb: PolicyVerb,
  { cluster }: LoadedCluster,
  { aws, permissions, further }: PolicySource,
): Promise<readonly PolicyDocument[]> {
  const built = buildGraph(cluster, await gatherFacts(factsNeeded(cluster), aws));
  if (!built.ok) throw new Failure(...built.diagnostics);
  return leastPolicy({ verb, graph: built.value, scope: scopeOf(aws, cluster.metadata.name), permissions, further });
}
