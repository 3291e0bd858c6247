import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { readinessCodes } from '../insight/why-no-node.ts';
import { type Found, ofKind, type Snapshot } from '../model/snapshot.ts';
import { observe } from '../observe/observe.ts';
import type { NodeInstance } from '../ports/facts.ts';
import {
  KubernetesFailure,
  type KubernetesNode,
  type KubernetesPod,
  type KubernetesReader,
} from '../ports/kubernetes.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { groupOf, strandedProblems } from './stranded.ts';

const report = reporter(readinessCodes);

export interface GroupStatus {
  readonly name: string;
  readonly manager: 'eks' | 'asg';
  readonly desired: number;
  readonly min: number;
  readonly max: number;
  readonly instances: number;
  readonly readyNodes: number;
}

/** How a cluster is: what runs, and what is not ready and why. */
export interface Status {
  readonly cluster: string;
  readonly region: string;
  readonly ready: boolean;
  readonly controlPlane: {
    readonly state: Found['state'] | 'absent';
    readonly version: string | null;
    readonly platformVersion: string | null;
    readonly endpoint: string | null;
    /** Whether the Kubernetes API answered from here. */
    readonly reached: boolean;
  };
  readonly groups: readonly GroupStatus[];
  readonly nodes: readonly KubernetesNode[];
  readonly systemPods: readonly KubernetesPod[];
  readonly problems: readonly Diagnostic[];
}

export interface ToStatus extends AwsToRead {
  /** A reader of the cluster's Kubernetes API as the caller. */
  kubernetes(access: {
    readonly cluster: string;
    readonly endpoint: string;
    readonly certificateAuthority: string;
  }): KubernetesReader;
}

/** Looks at control plane, nodes and system pods, and finds out why what is not ready is not. Reads only. */
export async function clusterStatus(name: string, aws: ToStatus): Promise<Status> {
  const snapshot = await observe(aws.readers, contextFor(aws, name));
  const [cluster] = ofKind(snapshot, 'cluster');
  const base = { cluster: name, region: aws.identity.region, groups: [], nodes: [], systemPods: [] };
  if (cluster === undefined) {
    const controlPlane = {
      state: 'absent',
      version: null,
      platformVersion: null,
      endpoint: null,
      reached: false,
    } as const;
    const problem = report('cluster.not-ready', {
      detail: `there is no EKS cluster ${name} of ours in ${aws.identity.region}`,
      fix: 'quilla apply makes it; quilla get clusters lists what is there.',
    });
    return { ...base, ready: false, controlPlane, problems: [problem] };
  }
  const { endpoint, certificateAuthority, platformVersion } = cluster.observed;
  const kubernetes = await inside(
    cluster.state === 'ready' || cluster.state === 'pending'
      ? aws.kubernetes({ cluster: name, endpoint, certificateAuthority })
      : undefined,
  );
  const instances = (await aws.facts.nodeInstances(name)).filter(({ state }) => !leaving.has(state));
  const problems = [
    ...controlPlaneProblems(cluster),
    ...kubernetes.problems,
    ...kubernetes.nodes.flatMap(nodeProblems),
    ...kubernetes.pods.flatMap(podProblems),
    ...(kubernetes.reached ? await strandedProblems(snapshot, instances, { aws, nodes: kubernetes.nodes }) : []),
    ...groupProblems(snapshot, instances),
  ];
  const settled = problems.every(({ severity }) => severity === 'note');
  const groups = groupsOf(snapshot, instances, kubernetes.nodes);
  const full = groups.every(({ desired, readyNodes }) => readyNodes >= desired);
  return {
    ...base,
    ready: cluster.state === 'ready' && kubernetes.reached && settled && full,
    controlPlane: {
      state: cluster.state,
      version: cluster.settled.version ?? null,
      platformVersion: platformVersion ?? null,
      endpoint,
      reached: kubernetes.reached,
    },
    groups,
    nodes: kubernetes.nodes,
    systemPods: kubernetes.pods,
    problems,
  };
}

/** States of instances that are on their way out and no longer count. */
const leaving: ReadonlySet<string> = new Set(['terminated', 'shutting-down']);

interface Inside {
  readonly reached: boolean;
  readonly nodes: readonly KubernetesNode[];
  readonly pods: readonly KubernetesPod[];
  readonly problems: readonly Diagnostic[];
}

async function inside(reader: KubernetesReader | undefined): Promise<Inside> {
  const nothing = { reached: false, nodes: [], pods: [] };
  if (reader === undefined) return { ...nothing, problems: [] };
  try {
    const [nodes, pods] = await Promise.all([reader.nodes(), reader.pods('kube-system')]);
    return { reached: true, nodes, pods, problems: [] };
  } catch (error) {
    if (!(error instanceof KubernetesFailure)) throw error;
    const fixes = {
      unauthorized: 'Add an access entry for yourself: access.principals in the spec.',
      forbidden:
        'Your access entry does not let you list nodes and pods: give it a policy such as AmazonEKSAdminViewPolicy.',
      unreachable: 'Run this from inside the VPC, or add your address to access.api.from.',
      tls: 'Something between here and the API changes its certificate.',
      unavailable: 'Try again in a minute.',
      invalid: 'Please report this with the detail.',
    } as const;
    return {
      ...nothing,
      problems: [report('api.unreachable', { detail: `${error.reason}: ${error.message}`, fix: fixes[error.reason] })],
    };
  }
}

const controlPlaneProblems = ({ name, state, stateReason }: Extract<Found, { kind: 'cluster' }>): Diagnostic[] =>
  state === 'ready'
    ? []
    : [
        report('cluster.not-ready', {
          detail: `EKS cluster ${name} is ${state}${stateReason === undefined ? '' : `: ${stateReason}`}`,
        }),
      ];

const nodeProblems = ({ name, ready, reason, message }: KubernetesNode): Diagnostic[] =>
  ready
    ? []
    : [
        report('node.not-ready', {
          detail: `node ${name}: ${reason ?? 'no reason given'}${message === undefined ? '' : `, ${message}`}`,
        }),
      ];

const podProblems = ({ namespace, name, ready, phase, reason, message }: KubernetesPod): Diagnostic[] =>
  ready || phase === 'Succeeded'
    ? []
    : [
        report('pod.not-ready', {
          detail: `pod ${namespace}/${name} is ${reason ?? phase}${message === undefined ? '' : `: ${message}`}`,
        }),
      ];

/** Groups that AWS itself calls broken, and those for which no instance is launched. */
function groupProblems(snapshot: Snapshot, instances: readonly NodeInstance[]): Diagnostic[] {
  return [...ofKind(snapshot, 'node-group'), ...ofKind(snapshot, 'auto-scaling-group')].flatMap(
    ({ id, state, stateReason, settled }) => {
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
    },
  );
}

function groupsOf(
  snapshot: Snapshot,
  instances: readonly NodeInstance[],
  nodes: readonly KubernetesNode[],
): GroupStatus[] {
  const ready = new Set(
    nodes.flatMap((node) => (node.ready && node.instanceId !== undefined ? [node.instanceId] : [])),
  );
  return [...ofKind(snapshot, 'node-group'), ...ofKind(snapshot, 'auto-scaling-group')].map(({ id, kind, settled }) => {
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
