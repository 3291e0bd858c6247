import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { milliseconds } from '../base/duration.ts';
import { readinessCodes, type StrandedInstance, type Surroundings, whyNoNode } from '../insight/why-no-node.ts';
import { type Found, ofKind, type Snapshot } from '../model/snapshot.ts';
import type { Settled } from '../model/types.ts';
import { observe } from '../observe/observe.ts';
import type { NodeInstance } from '../ports/facts.ts';
import {
  KubernetesFailure,
  type KubernetesNode,
  type KubernetesPod,
  type KubernetesReader,
} from '../ports/kubernetes.ts';
import { type AwsToRead, scopeOf } from './ports.ts';

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
  const context = { scope: scopeOf(aws, name), clock: aws.clock, signal: aws.signal, onWait: () => {} };
  const snapshot = await observe(aws.readers, context);
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

/** The group's id in the graph, from the tags that Auto Scaling puts on its instances. */
function groupOf({ tags }: NodeInstance, snapshot: Snapshot): string {
  const asg = tags['aws:autoscaling:groupName'];
  const managed = tags['eks:nodegroup-name'] ?? tags['eks.amazonaws.com/nodegroup'];
  const own = ofKind(snapshot, 'auto-scaling-group').find(({ observed }) => observed.groupName === asg);
  const eks = ofKind(snapshot, 'node-group').find(
    ({ observed, name }) =>
      (asg !== undefined && observed.autoScalingGroupName === asg) ||
      observed.nodeGroupName === managed ||
      name === managed,
  );
  return own?.id ?? eks?.id ?? 'no group of ours';
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

interface Sight {
  readonly aws: ToStatus;
  readonly nodes: readonly KubernetesNode[];
}

/** Why instances of ours are no nodes. Asks AWS further only where there are such. */
async function strandedProblems(
  snapshot: Snapshot,
  instances: readonly NodeInstance[],
  { aws, nodes }: Sight,
): Promise<Diagnostic[]> {
  const joined = new Set(nodes.map(({ instanceId }) => instanceId));
  const stranded = instances.filter(({ instanceId }) => !joined.has(instanceId));
  if (stranded.length === 0) return [];
  const [surroundings, seen] = await Promise.all([
    surroundingsOf(snapshot, stranded, aws),
    strandedInstances(snapshot, stranded, aws),
  ]);
  return seen.flatMap((instance) => whyNoNode(instance, surroundings));
}

async function surroundingsOf(
  snapshot: Snapshot,
  stranded: readonly NodeInstance[],
  { facts }: ToStatus,
): Promise<Surroundings> {
  const cluster = ofKind(snapshot, 'cluster')[0]!;
  const { endpoint, certificateAuthority, clusterSecurityGroupId } = cluster.observed;
  const groupIds = [
    ...new Set([clusterSecurityGroupId, ...stranded.flatMap(({ securityGroupIds }) => securityGroupIds)]),
  ];
  const rules = await facts.securityGroupRules(groupIds);
  const endpoints = ofKind(snapshot, 'vpc-endpoint').flatMap(
    ({ settled }) => settled.endpointService?.replace(/^com\.amazonaws\.[^.]+\./, '') ?? [],
  );
  const entries = ofKind(snapshot, 'access-entry').filter(({ settled }) => settled.entryType === 'EC2_LINUX');
  // EKS keeps the entries of managed groups itself, untagged: their roles are mapped while the group is not degraded.
  const managed = ofKind(snapshot, 'node-group').flatMap(({ settled, stateReason }) =>
    stateReason?.includes('AccessDenied') ? [] : (settled.nodeRoleArn ?? []),
  );
  return {
    cluster: cluster.settled as Settled<'cluster'>,
    endpoint,
    certificateAuthority,
    clusterSecurityGroupId,
    ingress: rules.find(({ groupId }) => groupId === clusterSecurityGroupId)?.ingress ?? [],
    egress: new Map(rules.map(({ groupId, egress }) => [groupId, egress])),
    mappedRoles: new Set([...entries.flatMap(({ settled }) => settled.principalArn ?? []), ...managed]),
    endpoints: new Set(endpoints),
  };
}

async function strandedInstances(
  snapshot: Snapshot,
  stranded: readonly NodeInstance[],
  { facts, clock }: ToStatus,
): Promise<StrandedInstance[]> {
  const profileNames = [
    ...new Set(stranded.flatMap(({ instanceProfileArn }) => instanceProfileArn?.split('/').at(-1) ?? [])),
  ];
  const [subnets, { instanceProfiles }, consoles] = await Promise.all([
    facts.subnets([...new Set(stranded.map(({ subnetId }) => subnetId))]),
    facts.givenThings({ instanceProfiles: profileNames }),
    Promise.all(stranded.map(({ instanceId }) => facts.consoleOutput(instanceId))),
  ]);
  const wayOuts = new Map(
    subnets.map(({ subnetId, wayOut }) => [
      subnetId,
      { type: wayOut.type, publicAddresses: wayOut.type === 'nat-gateway' ? wayOut.publicAddresses : [] },
    ]),
  );
  return stranded.map((instance, i) => {
    const {
      instanceId,
      state,
      stateReason,
      subnetId,
      publicAddress,
      securityGroupIds,
      instanceProfileArn,
      launchedAt,
    } = instance;
    const group = groupOf(instance, snapshot);
    const template = ofKind(snapshot, 'launch-template').find(({ id }) => id.split('/')[1] === group.split('/')[1]);
    return {
      instanceId,
      group,
      state,
      subnetId,
      securityGroupIds,
      ...(stateReason === undefined ? {} : { stateReason }),
      ...(publicAddress === undefined ? {} : { publicAddress }),
      age: milliseconds(Math.max(0, clock.now() - Date.parse(launchedAt))),
      wayOut: wayOuts.get(subnetId),
      roleArn: instanceProfiles.get(instanceProfileArn?.split('/').at(-1) ?? '')?.roleArn,
      userData: template?.settled.userData ?? null,
      console: consoles[i],
    };
  });
}
