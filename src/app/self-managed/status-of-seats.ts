import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { quorumProblem } from '../../insight/quorum-problem.ts';
import { readinessCodes } from '../../insight/readiness-codes.ts';
import { isUp, lacksQuorum, quorumOf, type SeatSeen, seatProblems, serves } from '../../insight/seat-problems.ts';
import type { Snapshot, State } from '../../model/snapshot.ts';
import type { KubernetesNode, KubernetesPod } from '../../ports/kubernetes.ts';
import { groupProblems, groupsOf, inside, nodeProblems, podProblems } from '../status-parts.ts';
import type { SeatStatus, Status, ToStatus } from '../status-shape.ts';
import { groupOf } from '../stranded.ts';
import { closedPorts } from './closed-ports.ts';
import { apiOfSeats, clusterState, isOfWorkers } from './hull.ts';
import { lookAtSeats } from './look-at-seats.ts';
import { lostKeys } from './lost-keys.ts';
import { strandedWorkers } from './stranded-workers.ts';

const report = reporter(readinessCodes);

const fixes = {
  unauthorized:
    'Add yourself to access.principals in the spec; `quilla kubeconfig --admin` gives a way in for the time until then.',
  forbidden: 'Your access does not let you list nodes and pods: give it AmazonEKSClusterAdminPolicy.',
  unreachable: 'Run this from inside the VPC, or open the API: access.api.public and access.api.from.',
  tls: 'Where the certificate does not name the host: a name that is new is in the certificates of seats made after it. Terminate the instances of the seats one at a time, each when the one before is back. Otherwise something between here and the API changes its certificate.',
};

const leaving: ReadonlySet<string> = new Set(['terminated', 'shutting-down']);

/** How a cluster with a control plane of its own is: its seats, nodes and system pods. */
export async function selfManagedStatus(snapshot: Snapshot, aws: ToStatus): Promise<Status> {
  const { cluster, region } = snapshot;
  const api = apiOfSeats(snapshot);
  const instances = (await aws.facts.nodeInstances(cluster)).filter(({ state }) => !leaving.has(state));
  const [kubernetes, seats] = await Promise.all([
    inside(api === undefined ? undefined : aws.kubernetes({ cluster, ...api }), fixes),
    lookAtSeats(snapshot, instances, aws),
  ]);
  const { nodes, pods, reached } = kubernetes;
  const workers = instances.filter((instance) => isOfWorkers(groupOf(instance, snapshot)));
  const waits = seats.length > 0 && !reached && lacksQuorum(seats);
  const quorumSaid = seats.length === 0 ? undefined : quorumProblem(seats, reached);
  const quorum = seats.filter(serves).length >= quorumOf(seats.length);
  const starting = quorumSaid?.code === 'control-plane.booting';
  const inCluster = [...nodes.flatMap(nodeProblems), ...pods.flatMap(podProblems)];
  const problems = [
    ...unmade(snapshot, seats),
    ...lostKeys(snapshot),
    ...(quorumSaid === undefined ? [] : [quorumSaid]),
    // A seat that is up and has too few others beside it cannot serve: nothing is wrong with it.
    ...(starting ? [] : seats.filter((seat) => !(waits && isUp(seat))).flatMap(seatProblems)),
    ...(seats.some((seat) => isUp(seat) && !serves(seat)) ? await closedPorts(snapshot, aws) : []),
    ...notReached(kubernetes.problems, quorumSaid),
    // While all of it starts, hardly a pod is ready, and none is ill.
    ...(starting ? [] : inCluster),
    ...(reached && !starting ? await strandedWorkers(snapshot, workers, { aws, nodes, apiAnswers: true }) : []),
    ...groupProblems(snapshot, workers, isOfWorkers),
  ];
  const settled = !starting && problems.every(({ severity }) => severity === 'note');
  const groups = groupsOf(snapshot, { instances: workers, nodes }, isOfWorkers);
  const full = groups.every(({ desired, readyNodes }) => readyNodes >= desired);
  return {
    cluster,
    region,
    ready: seats.length > 0 && seats.every(serves) && reached && settled && full,
    controlPlane: {
      type: 'self-managed',
      state: stateOf(seats, quorum),
      version: clusterState(snapshot)?.kubernetes ?? null,
      platformVersion: null,
      endpoint: api?.endpoint ?? null,
      reached,
      seats: seats.map((seat) => ({
        ...seatStatus(seat, kubernetes),
        ...(waits && isUp(seat) ? { state: 'waiting' as const } : {}),
      })),
    },
    groups,
    nodes,
    systemPods: pods,
    problems,
  };
}

/** Where too few seats serve, the way from here to the API is not what is to be mended; while they boot, nothing is. */
function notReached(problems: readonly Diagnostic[], quorumSaid: Diagnostic | undefined): readonly Diagnostic[] {
  if (quorumSaid?.code === 'control-plane.booting') return [];
  if (quorumSaid?.code !== 'control-plane.no-quorum') return problems;
  const fix = 'It answers again when enough seats serve. What runs on the nodes goes on meanwhile.';
  return problems.map((problem) => (problem.code === 'api.unreachable' ? { ...problem, fix } : problem));
}

/** Where an apply did not come so far that there are seats. */
const unmade = ({ cluster }: Snapshot, seats: readonly SeatSeen[]) =>
  seats.length > 0
    ? []
    : [
        report('cluster.not-ready', {
          detail: `cluster ${cluster} has no seats yet: an apply has begun and not ended`,
          fix: 'Run quilla apply again; it goes on.',
        }),
      ];

function stateOf(seats: readonly SeatSeen[], quorum: boolean): State {
  if (quorum && seats.length > 0) return 'ready';
  const young = seats.length === 0 || seats.some((seat) => seatState(seat) === 'booting');
  return young ? 'pending' : 'failed';
}

function seatState(seat: SeatSeen): SeatStatus['state'] {
  if (serves(seat)) return 'serving';
  if (seat.instance === undefined || !['running', 'pending'].includes(seat.instance.state)) return 'missing';
  const problems = seatProblems(seat);
  return problems.every(({ code }) => code === 'seat.booting') ? 'booting' : 'failed';
}

function seatStatus(
  seat: SeatSeen,
  { reached, nodes, pods }: { reached: boolean; nodes: readonly KubernetesNode[]; pods: readonly KubernetesPod[] },
): SeatStatus {
  const instanceId = seat.instance?.instanceId ?? null;
  const node = nodes.find((one) => one.instanceId === instanceId)?.name ?? instanceId;
  const etcd = pods.find(({ labels, node: on }) => labels.component === 'etcd' && on === node);
  return {
    name: seat.name,
    zone: seat.zone,
    state: seatState(seat),
    instanceId,
    boot: seat.boot ?? null,
    etcd: reached && instanceId !== null ? (etcd?.ready ?? null) : null,
  };
}
