import { appendConsole } from '../../aws/ec2/instances/life.ts';
import { type Chart, type ClusterState, clusterState } from '../../nodes/self-managed/cluster-state.ts';
import { note } from '../../nodes/self-managed/journal.ts';
import { type RunningMember, servingSeats } from '../../nodes/self-managed/quorum.ts';
import { registryProblem } from '../../nodes/self-managed/shared-steps.ts';
import { fetchObject, latestObject, objectAt, textOf } from '../../nodes/self-managed/store-objects.ts';
import type { Workload } from '../addons/workload-parts.ts';
import { applyObject } from '../apply-object.ts';
import { createNamespace } from '../bootstrap-objects.ts';
import type { Plural } from '../object.ts';
import type { KubernetesState } from '../state.ts';
import type { Store } from '../store.ts';
import { applyBindings } from './bindings.ts';
import { knowsChart, workloadsOfChart } from './chart-workloads.ts';
import { coredns, kubeProxy } from './kubeadm-addons.ts';

const stateKey = 'cluster/state.json';
const releaseName = 'meta.helm.sh/release-name';

/** The timer on the seats runs at every full minute. */
const minute = 60_000;

/** What the seats know of `cluster/state.json`; undefined before their first look. */
export function appliedState(state: KubernetesState): ClusterState | undefined {
  const text = state.selfManaged?.applied?.text;
  return text === undefined ? undefined : clusterState.parse(JSON.parse(text));
}

/** Brings what the store wanted at the last full minute into the cluster, as the timer on the seats does. */
export function applyClusterState(store: Store): void {
  const seat = servingSeats(store.turn, store.state.name)[0];
  if (seat === undefined) return;
  const changed = readState(store, seat);
  const wanted = appliedState(store.state);
  if (wanted === undefined) return;
  const own = store.state.selfManaged!;
  applyBindings(store, wanted.bindings);
  if (!changed && own.applied?.unfinished !== true) return;
  delete own.applied?.unfinished;
  if (wanted.kubeProxy) applyAll(store, kubeProxy(store.state));
  if (wanted.coredns) applyAll(store, coredns(store.state));
  for (const chart of wanted.charts) install(store, seat, chart);
  uninstall(store, new Set(wanted.charts.map(({ name }) => name)));
}

function tell({ turn }: Store, { instance }: RunningMember, line: string): void {
  if (instance.console.some((known) => known.endsWith(line))) return;
  appendConsole(turn, instance.id, `quilla: timer: ${line}`);
  note(turn, instance.id, 'quilla-state', `boot[2644]: quilla: ${line}`);
}

/** Whether there is something new. What cannot be read leaves things as they are, and stands on the seat's console. */
function readState(store: Store, seat: RunningMember): boolean {
  const { turn, state } = store;
  const own = state.selfManaged!;
  const place = { store: own.store, key: stateKey };
  const version =
    own.applied === undefined
      ? latestObject(turn, own.store, stateKey)
      : objectAt(turn, place, Math.floor(turn.now / minute) * minute);
  if (version !== undefined && version.versionId === own.applied?.versionId && version.versionId !== 'null')
    return false;
  if (version === undefined && own.applied !== undefined) return false;
  const fetched = fetchObject(turn, seat.instance, place);
  if ('why' in fetched || version === undefined) {
    tell(store, seat, 'why' in fetched ? fetched.why : `${own.store} holds no ${stateKey}`);
    return false;
  }
  const text = textOf(version);
  if (text === own.applied?.text) return false;
  const problem = stateProblem(text);
  if (problem !== undefined) {
    tell(store, seat, `${stateKey}: ${problem}`);
    return false;
  }
  own.applied = { versionId: version.versionId, text };
  note(turn, seat.instance.id, 'quilla-state', `boot[2644]: quilla: ${stateKey} is read`);
  return true;
}

function stateProblem(text: string): string | undefined {
  try {
    const read = clusterState.safeParse(JSON.parse(text));
    return read.success ? undefined : (read.error.issues[0]?.message ?? 'it is not valid');
  } catch {
    return 'it is no JSON';
  }
}

function applyAll(store: Store, workloads: readonly Workload[], annotations?: Record<string, string>): void {
  for (const { plural, object } of workloads) {
    const { namespace } = object.metadata;
    if (namespace !== undefined && store.get('namespaces', namespace) === undefined) createNamespace(store, namespace);
    const metadata = { ...object.metadata, annotations: { ...object.metadata.annotations, ...annotations } };
    applyObject(store, plural, annotations === undefined ? object : { ...object, metadata });
  }
}

function install(store: Store, seat: RunningMember, chart: Chart): void {
  const host = URL.parse(chart.repository)?.hostname ?? chart.repository;
  const blocked = registryProblem(store.turn, seat.instance, host);
  if (blocked !== undefined) {
    tell(store, seat, `chart ${chart.name} cannot be fetched from ${host}: ${blocked}`);
    store.state.selfManaged!.applied!.unfinished = true;
    return;
  }
  if (!knowsChart(chart)) {
    tell(store, seat, `this embedded AWS does not know what chart ${chart.chart} runs: it makes no objects`);
    return;
  }
  applyAll(store, workloadsOfChart(store.state, chart), {
    [releaseName]: chart.name,
    'meta.helm.sh/release-namespace': chart.namespace,
  });
}

/** Takes away what releases brought that are no longer wanted. */
function uninstall(store: Store, wanted: ReadonlySet<string>): void {
  for (const plural of Object.keys(store.state.objects) as Plural[]) {
    for (const object of store.list(plural)) {
      const release = object.metadata.annotations?.[releaseName];
      if (release !== undefined && !wanted.has(release)) store.remove(plural, object);
    }
  }
}
