import type { Status } from '../../../app/index.ts';
import { columns } from '../layout.ts';
import { plural, type Style } from '../style.ts';
import { diagnosticsText } from './diagnostics.ts';

/** How a cluster is, as people read it. */
export function statusText(status: Status, style: Style): string {
  const { controlPlane, groups, nodes, systemPods, problems } = status;
  const good = (ok: boolean, text: string): string => (ok ? style.green(text) : style.yellow(text));
  const head = `Cluster ${style.bold(status.cluster)} in ${status.region}: ${good(status.ready, status.ready ? 'ready' : 'not ready')}`;
  const plane = columns(
    [
      ['control plane', good(controlPlane.state === 'ready', controlPlane.state)],
      ['Kubernetes', [controlPlane.version, controlPlane.platformVersion].filter(Boolean).join(', ') || 'none'],
      [
        'API',
        controlPlane.endpoint === null
          ? 'none'
          : `${controlPlane.endpoint}${controlPlane.reached ? '' : style.yellow(' (not reached from here)')}`,
      ],
    ],
    style,
  );
  const groupRows = columns(
    groups.map(({ name, desired, min, max, instances, readyNodes }) => [
      name,
      good(readyNodes >= desired, `${readyNodes} of ${desired} ready`),
      style.dim(`${plural(instances, 'instance')}, ${min} to ${max}`),
    ]),
    style,
  );
  const nodeRows = columns(
    nodes.map(({ name, ready, reason, version, instanceId, zone, unschedulable }) => [
      name,
      good(ready, ready ? (unschedulable ? 'Ready, cordoned' : 'Ready') : (reason ?? 'NotReady')),
      version,
      instanceId ?? '',
      zone ?? '',
    ]),
    style,
  );
  const podRows = columns(
    podGroups(status).map(({ name, ready, count }) => [name, good(ready === count, `${ready} of ${count} ready`)]),
    style,
  );
  const part = (title: string, rows: readonly string[]): string[] =>
    rows.length === 0 ? [] : [`${style.bold(title)}\n${rows.join('\n')}`];
  return [
    head,
    plane.join('\n'),
    ...part('Node groups', groupRows),
    ...part('Nodes', nodeRows),
    ...(systemPods.length === 0 ? [] : part('System pods', podRows)),
    ...(problems.length === 0 ? [] : [diagnosticsText(problems, style)]),
  ].join('\n\n');
}

/** Pods of one owner together: `coredns`, `aws-node`. */
function podGroups({ systemPods }: Status): { name: string; ready: number; count: number }[] {
  const byOwner = Map.groupBy(systemPods, ({ owner, name }) =>
    owner === undefined ? name : owner.kind === 'ReplicaSet' ? owner.name.replace(/-[a-z0-9]+$/, '') : owner.name,
  );
  return [...byOwner]
    .map(([name, pods]) => ({ name, ready: pods.filter(({ ready }) => ready).length, count: pods.length }))
    .sort((a, b) => a.name.localeCompare(b.name));
}
