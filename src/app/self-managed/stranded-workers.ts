import type { Diagnostic } from '../../base/diagnostic.ts';
import { partitionOf } from '../../catalog/regions.ts';
import { type WorkerSurroundings, whyNoWorker } from '../../insight/why-no-worker.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import { authorityObject, storeLayout } from '../../model/store-layout.ts';
import type { NodeInstance } from '../../ports/facts.ts';
import type { KubernetesNode } from '../../ports/kubernetes.ts';
import type { AwsToRead } from '../ports.ts';
import { endpointsOf, strandedInstances } from '../stranded.ts';
import { balancerName, clusterState, storeOf } from './hull.ts';

interface Sight {
  readonly aws: AwsToRead;
  readonly nodes: readonly KubernetesNode[];
  readonly apiAnswers: boolean;
}

/** Why workers are no nodes. Asks AWS further only where there are such. */
export async function strandedWorkers(
  snapshot: Snapshot,
  workers: readonly NodeInstance[],
  { aws, nodes, apiAnswers }: Sight,
): Promise<Diagnostic[]> {
  const joined = new Set(nodes.map(({ instanceId }) => instanceId));
  const stranded = workers.filter(({ instanceId }) => !joined.has(instanceId));
  if (stranded.length === 0) return [];
  const [surroundings, seen] = await Promise.all([
    surroundingsOf(snapshot, stranded, { aws, apiAnswers }),
    strandedInstances(snapshot, stranded, aws),
  ]);
  return seen.flatMap((instance) => whyNoWorker(instance, surroundings));
}

function storeSeen(snapshot: Snapshot): Pick<WorkerSurroundings, 'store' | 'authority'> {
  const store = storeOf(snapshot) ?? '';
  const objects = ofKind(snapshot, 'cluster-keys')[0]?.settled.objects;
  return {
    store,
    authority: {
      arn: `arn:${partitionOf(snapshot.region)}:s3:::${store}/${authorityObject}`,
      isThere: objects?.includes(authorityObject.slice(storeLayout.keys.length)),
    },
  };
}

async function surroundingsOf(
  snapshot: Snapshot,
  stranded: readonly NodeInstance[],
  { aws: { facts }, apiAnswers }: Omit<Sight, 'nodes'>,
): Promise<WorkerSurroundings> {
  const apiSecurityGroupId =
    ofKind(snapshot, 'security-group').find(({ id }) => id === 'security-group/api')?.observed.groupId ?? '';
  const groupIds = [
    ...new Set([
      ...(apiSecurityGroupId === '' ? [] : [apiSecurityGroupId]),
      ...stranded.flatMap(({ securityGroupIds }) => securityGroupIds),
    ]),
  ];
  const rules = await facts.securityGroupRules(groupIds);
  const state = clusterState(snapshot);
  return {
    apiName: balancerName(snapshot, 'internal') ?? '',
    apiAnswers,
    ...storeSeen(snapshot),
    nodeRoles: state === undefined ? undefined : new Set(state.nodeRoles),
    apiSecurityGroupId,
    apiIngress: rules.find(({ groupId }) => groupId === apiSecurityGroupId)?.ingress ?? [],
    egress: new Map(rules.map(({ groupId, egress }) => [groupId, egress])),
    endpoints: endpointsOf(snapshot),
  };
}
