import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { readinessCodes } from '../insight/readiness-codes.ts';
import { type Found, ofKind, type Snapshot } from '../model/snapshot.ts';
import { observeIn } from '../observe/observe.ts';
import { readContext } from '../ports/aws.ts';
import { type ClusterAsked, exportedInstead, nameOf } from './exported-instead.ts';
import { contextFor } from './ports.ts';
import { hasAnchor, isSelfManaged } from './self-managed/hull.ts';
import { selfManagedStatus } from './self-managed/status-of-seats.ts';
import { groupProblems, groupsOf, inside, nodeProblems, podProblems } from './status-parts.ts';
import type { Status, ToStatus } from './status-shape.ts';
import { strandedProblems } from './stranded.ts';

const report = reporter(readinessCodes);

/** Looks at control plane, nodes and system pods, and finds out why what is not ready is not. Reads only. */
export async function clusterStatus(asked: ClusterAsked, aws: ToStatus): Promise<Status> {
  const name = nameOf(asked);
  const reading = readContext(contextFor(aws, name));
  const own = await observeIn(aws.readers, reading);
  const exported = hasAnchor(own) ? undefined : await exportedInstead(asked, reading, aws);
  const status = await statusOf(name, exported?.snapshot ?? own, aws);
  return exported === undefined ? status : { ...status, problems: [notAdopted(name), ...status.problems] };
}

const notAdopted = (name: string): Diagnostic =>
  report('cluster.not-adopted', {
    detail: `cluster ${name} was exported, and Terraform or CloudFormation made it`,
    fix: '`quilla adopt -f FILE` takes it over: tags only. Until then they change it, and `quilla store fill` makes its keys.',
  });

async function statusOf(name: string, snapshot: Snapshot, aws: ToStatus): Promise<Status> {
  const [cluster] = ofKind(snapshot, 'cluster');
  if (cluster !== undefined) return eksStatus(cluster, snapshot, aws);
  return isSelfManaged(snapshot) ? selfManagedStatus(snapshot, aws) : absent(name, aws);
}

function absent(name: string, { identity: { region } }: ToStatus): Status {
  const controlPlane = {
    type: null,
    state: 'absent',
    version: null,
    platformVersion: null,
    endpoint: null,
    reached: false,
    seats: [],
  } as const;
  const problem = report('cluster.not-ready', {
    detail: `there is no cluster ${name} of ours in ${region}`,
    fix: 'quilla plan shows what an apply would make, or what is in its way; quilla get clusters lists what is there.',
  });
  return {
    cluster: name,
    region,
    ready: false,
    controlPlane,
    groups: [],
    nodes: [],
    systemPods: [],
    problems: [problem],
  };
}

const fixes = {
  unauthorized: 'Add an access entry for yourself: access.principals in the spec.',
  forbidden:
    'Your access entry does not let you list nodes and pods: give it a policy such as AmazonEKSAdminViewPolicy.',
  unreachable: 'Run this from inside the VPC, or add your address to access.api.from.',
  tls: 'Something between here and the API changes its certificate.',
};

async function eksStatus(
  cluster: Extract<Found, { kind: 'cluster' }>,
  snapshot: Snapshot,
  aws: ToStatus,
): Promise<Status> {
  const name = snapshot.cluster;
  const { endpoint, certificateAuthority, platformVersion } = cluster.observed;
  const answers = cluster.state === 'ready' || cluster.state === 'pending';
  const kubernetes = await inside(
    answers ? aws.kubernetes({ cluster: name, endpoint, certificateAuthority }) : undefined,
    fixes,
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
  const groups = groupsOf(snapshot, { instances, nodes: kubernetes.nodes });
  const full = groups.every(({ desired, readyNodes }) => readyNodes >= desired);
  return {
    cluster: name,
    region: snapshot.region,
    ready: cluster.state === 'ready' && kubernetes.reached && settled && full,
    controlPlane: {
      type: 'eks',
      state: cluster.state,
      version: cluster.settled.version ?? null,
      platformVersion: platformVersion ?? null,
      endpoint,
      reached: kubernetes.reached,
      seats: [],
    },
    groups,
    nodes: kubernetes.nodes,
    systemPods: kubernetes.pods,
    problems,
  };
}

/** States of instances that are on their way out and no longer count. */
const leaving: ReadonlySet<string> = new Set(['terminated', 'shutting-down']);

const controlPlaneProblems = ({ name, state, stateReason }: Extract<Found, { kind: 'cluster' }>): Diagnostic[] =>
  state === 'ready'
    ? []
    : [
        report('cluster.not-ready', {
          detail: `EKS cluster ${name} is ${state}${stateReason === undefined ? '' : `: ${stateReason}`}`,
        }),
      ];
