import type { Status } from '../../../app/index.ts';
import { columns } from '../layout.ts';
import { plural, type Style } from '../style.ts';
import { diagnosticsText } from './diagnostics.ts';

type Good = (ok: boolean, text: string) => string;

/** How a cluster is, as people read it. */
export function statusText(status: Status, style: Style): string {
  const good: Good = (ok, text) => (ok ? style.green(text) : style.yellow(text));
  const head = `Cluster ${style.bold(status.cluster)} in ${status.region}: ${good(status.ready, conditionOf(status))}`;
  const part = (title: string, rows: readonly string[][]): string[] =>
    rows.length === 0 ? [] : [`${style.bold(title)}\n${columns(rows, style).join('\n')}`];
  const problems = problemsToShow(status);
  return [
    head,
    columns(planeRows(status, good, style), style).join('\n'),
    ...part('Seats', seatRows(status, good, style)),
    ...part('Node groups', groupRows(status, good, style)),
    ...part('Nodes', nodeRows(status, good)),
    ...part(
      'System pods',
      podGroups(status).map(({ name, ready, count }) => [name, good(ready === count, `${ready} of ${count} ready`)]),
    ),
    ...(problems.length === 0 ? [] : [diagnosticsText(problems, style)]),
  ].join('\n\n');
}

/** A control plane that serves with a seat missing is not out of order: it has lost what it could spare. */
function conditionOf({ ready, controlPlane: { state, reached, seats } }: Status): string {
  if (ready) return 'ready';
  const lacks = seats.some((seat) => seat.state !== 'serving');
  return state === 'ready' && reached && lacks ? 'degraded' : 'not ready';
}

const urgency = { error: 0, warning: 1, note: 2 } as const;

/** The worst first. That a seat boots stands in its row. */
const problemsToShow = ({ problems, controlPlane }: Status): Status['problems'] =>
  problems
    .filter(({ code }) => code !== 'seat.booting' || !controlPlane.seats.some(({ state }) => state === 'booting'))
    .toSorted((a, b) => urgency[a.severity] - urgency[b.severity]);

function planeRows({ controlPlane }: Status, good: Good, style: Style): string[][] {
  const { type, state, version, platformVersion, endpoint, reached } = controlPlane;
  return [
    ['control plane', [type ?? '', good(state === 'ready', state)].filter(Boolean).join(', ')],
    ['Kubernetes', [version, platformVersion].filter(Boolean).join(', ') || 'none'],
    ['API', endpoint === null ? 'none' : `${endpoint}${reached ? '' : style.yellow(' (not reached from here)')}`],
  ];
}

const seatRows = ({ controlPlane: { seats } }: Status, good: Good, style: Style): string[][] =>
  seats.map(({ name, zone, state, instanceId, boot, etcd }) => [
    name,
    good(state === 'serving', state),
    zone,
    instanceId ?? 'no instance',
    style.dim(
      [
        // A seat waits only where too few others are up.
        state === 'waiting' ? 'waiting: etcd has no quorum' : '',
        bootText(boot),
        etcd === null ? '' : `etcd ${etcd ? 'ready' : 'not ready'}`,
      ]
        .filter(Boolean)
        .join(', '),
    ),
  ]);

const groupRows = ({ groups }: Status, good: Good, style: Style): string[][] =>
  groups.map(({ name, desired, min, max, instances, readyNodes }) => [
    name,
    good(readyNodes >= desired, `${readyNodes} of ${desired} ready`),
    style.dim(`${plural(instances, 'instance')}, ${min} to ${max}`),
  ]);

const nodeRows = ({ nodes }: Status, good: Good): string[][] =>
  nodes.map(({ name, ready, reason, version, instanceId, zone, unschedulable }) => [
    name,
    good(ready, ready ? (unschedulable ? 'Ready, cordoned' : 'Ready') : (reason ?? 'NotReady')),
    version,
    instanceId ?? '',
    zone ?? '',
  ]);

const bootText = (boot: Status['controlPlane']['seats'][number]['boot']): string =>
  boot === null
    ? 'has not told the end of its boot'
    : boot.outcome === 'ready'
      ? `booted ${boot.at}`
      : `failed at ${boot.step}, ${boot.at}`;

/** Pods of one owner together: `coredns`, `aws-node`. */
function podGroups({ systemPods }: Status): { name: string; ready: number; count: number }[] {
  const byOwner = Map.groupBy(systemPods, ({ owner, name, node }) => {
    if (owner === undefined) return name;
    // A static pod belongs to its node, whose name ends its own.
    if (owner.kind === 'Node') return name.replace(`-${node ?? owner.name}`, '');
    return owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/, '') : owner.name;
  });
  return [...byOwner]
    .map(([name, pods]) => ({ name, ready: pods.filter(({ ready }) => ready).length, count: pods.length }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
