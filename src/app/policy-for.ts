import { Failure } from '../base/diagnostic.ts';
import { buildGraph } from '../model/build/index.ts';
import { factsNeeded } from '../model/facts.ts';
import type { PermissionTable } from '../ports/permissions.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { anyDigests } from './file-digests.ts';
import { gatherFacts } from './gather-facts.ts';
import { type FurtherPermissions, leastPolicy, type PolicyDocument, type PolicyVerb } from './policy.ts';
import { type AwsToRead, scopeOf } from './ports.ts';
import { mustBeSelfManaged } from './self-managed/must-be-self-managed.ts';

export interface PolicySource {
  readonly aws: AwsToRead;
  readonly permissions: PermissionTable;
  readonly further: FurtherPermissions;
}

/** The least policy of a verb for a spec, narrowed to the account that asks: all of its documents are needed together. */
export async function policyFor(
  verb: PolicyVerb,
  { cluster }: LoadedCluster,
  { aws, permissions, further }: PolicySource,
): Promise<readonly PolicyDocument[]> {
  if (verb === 'store' || verb === 'logs') mustBeSelfManaged(cluster, verb);
  if (verb === 'recover' || verb === 'fill') mustBeSelfManaged(cluster, 'store');
  if (verb === 'kubeconfig') mustBeSelfManaged(cluster, 'admin');
  const needed = factsNeeded(cluster);
  const built = buildGraph(cluster, { ...(await gatherFacts(needed, aws)), ...anyDigests(needed.files) });
  if (!built.ok) throw new Failure(...built.diagnostics);
  return leastPolicy({ verb, graph: built.value, scope: scopeOf(aws, cluster.metadata.name), permissions, further });
}
