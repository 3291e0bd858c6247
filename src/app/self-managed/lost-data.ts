import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { quorumOf } from '../../insight/seat-problems.ts';
import type { ResourceGraph } from '../../model/graph.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import type { Plan } from '../../plan/plan.ts';
import { appCodes } from '../codes.ts';
import { seatNames } from './hull.ts';

const report = reporter(appCodes);

interface Change {
  readonly plan: Plan;
  readonly graph: ResourceGraph;
  readonly snapshot: Snapshot;
}

/** Volumes that are made for seats that had one before: what was on them is not on the new ones. */
export function lostData({ plan, graph, snapshot }: Change): Diagnostic[] {
  const made = plan.steps.filter(({ kind, action }) => kind === 'volume' && action === 'create');
  const lost = seatNames(snapshot)
    .filter((seat) => made.some(({ resource }) => resource === `volume/etcd-${seat}`))
    .sort();
  if (lost.length === 0) return [];
  const all = graph.resources.filter(({ id }) => id.startsWith('volume/etcd-')).length;
  const one = lost.length === 1;
  const gone = `the etcd ${one ? 'volume of seat' : 'volumes of seats'} ${lost.join(', ')} ${one ? 'does' : 'do'} not exist any more; the plan makes ${one ? 'an empty one' : 'empty ones'}`;
  const at = { path: 'spec.controlPlane.selfManaged.etcd.volume' };
  return [
    all - lost.length >= quorumOf(all)
      ? report('app.seat-data-lost', {
          detail: `${gone}. The other seats have the data: they give it to a seat that joins them as a learner`,
          fix: `After the apply, end the instance of ${one ? 'that seat' : 'those seats, one after another'}, if it has one: it keeps to the volume that it was launched for. Its group starts another one. quilla status names it.`,
          at,
        })
      : report('app.seat-data-lost', {
          detail: `${gone}. The other seats are too few for a quorum: no seat starts etcd by itself on an empty volume, and the API stays away until a snapshot is restored`,
          fix: 'Look for the old volumes first: a snapshot of EBS, the Recycle Bin. quilla store show -f FILE names the newest snapshot of etcd.',
          at,
        }),
  ];
}
