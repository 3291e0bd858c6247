import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { readinessCodes } from '../insight/readiness-codes.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import type { NodeInstance } from '../ports/facts.ts';
import {
  KubernetesFailure,
  type KubernetesNode,
  type KubernetesPod,
  type KubernetesReader,
  type KubernetesReason,
} from '../ports/kubernetes.ts';
import type { GroupStatus } from './status-shape.ts';
import { groupOf } from './stranded.ts';

const report = reporter(readinessCodes);

/** What Kubernetes itself shows. */
export interface Inside {
  readonly reached: boolean;
  readonly nodes: readonly KubernetesNode[];
  readonly pods: readonly KubernetesPod[];
  readonly problems: readonly Diagnostic[];
}

/** What to do where the API does not answer or lets nobody in; the rest is the same for every control plane. */
export type AccessFixes = Readonly<Record<'unauthorized' | 'forbidden' | 'unreachable' | 'tls', string>>;

/** Nodes and system pods, or why they cannot be seen from here. */
export async function inside(reader: KubernetesReader | undefined, access: AccessFixes): Promise<Inside> {
  const nothing = { reached: false, nodes: [], pods: [] };
  if (reader === undefined) return { ...nothing, problems: [] };
  try {
    const [nodes, pods] = await Promise.all([reader.nodes(), reader.pods('kube-system')]);
    return { reached: true, nodes, pods, problems: [] };
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    const fixes: Readonly<Record<KubernetesReason, string>> = {
      ...access,
      unavailable: 'Try again in a minute.',
      invalid: 'Please report this with the detail.',
    };
    return {
      ...nothing,
      problems: [report('api.unreachable', { detail: `${error.reason}: ${error.message}`, fix: fixes[error.reason] })],
    };
  }
}

export const nodeProblems = ({ name, ready, reason, message }: KubernetesNode): Diagnostic[] =>
  ready
    ? []
    : [
        report('node.not-ready', {
          detail: `node ${name}: ${reason ?? 'no reason given'}${message === undefined ? '' : `, ${message}`}`,
        }),
      ];

export const podProblems = ({ namespace, name, ready, phase, reason, message }: KubernetesPod): Diagnostic[] =>
  ready || phase === 'Succeeded'
    ? []
    : [
        report('pod.not-ready', {
          detail: `pod ${namespace}/${name} is ${reason ?? phase}${message === undefined ? '' : `: ${message}`}`,
        }),
      ];

/** Which groups are meant: all, or those of workers. */
type Which = (groupId: string) => boolean;

const groupsIn = (snapshot: Snapshot, which: Which) =>
  [...ofKind(snapshot, 'node-group'), ...ofKind(snapshot, 'auto-scaling-group')].filter(({ id }) => which(id));

/** Groups that AWS itself calls broken, and those for which no instance is launched. */
export function groupProblems(
  snapshot: Snapshot,
  instances: readonly NodeInstance[],
  which: Which = () => true,
): Diagnostic[] {
  return groupsIn(snapshot, which).flatMap(({ id, state, stateReason, settled }) => {
    if (state === 'failed')
      return [report('node.instance-not-running', { detail: `${id}: ${stateReason ?? 'AWS reports it as failed'}` })];
    const there = instances.filter((instance) => groupOf(instance, snapshot) === id).length;
    const wanted = settled.desiredSize ?? 0;
    return there >= wanted
      ? []
      : [
          report('node.instance-not-running', {
            detail: `${id} has ${there} of ${wanted} instances${stateReason === undefined ? '' : `: ${stateReason}`}`,
          }),
        ];
  });
}

/** Groups of nodes with what they want and have. */
export function groupsOf(
  snapshot: Snapshot,
  { instances, nodes }: { readonly instances: readonly NodeInstance[]; readonly nodes: readonly KubernetesNode[] },
  which: Which = () => true,
): GroupStatus[] {
  const ready = new Set(
    nodes.flatMap((node) => (node.ready && node.instanceId !== undefined ? [node.instanceId] : [])),
  );
  return groupsIn(snapshot, which).map(({ id, kind, settled }) => {
    const own = instances.filter((instance) => groupOf(instance, snapshot) === id);
    return {
      name: id,
      manager: kind === 'node-group' ? 'eks' : 'asg',
      desired: settled.desiredSize ?? 0,
      min: settled.minSize ?? 0,
      max: settled.maxSize ?? 0,
      instances: own.length,
      readyNodes: own.filter(({ instanceId }) => ready.has(instanceId)).length,
    };
  });
}
