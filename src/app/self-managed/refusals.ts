import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import type { ResourceGraph } from '../../model/graph.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import { keyObjects } from '../../model/store-layout.ts';
import { isJoin } from '../../model/value.ts';
import type { Plan } from '../../plan/plan.ts';
import { appCodes } from '../codes.ts';
import { fixedForLife } from './fixed-for-life.ts';
import { clusterState, isSelfManaged, seatGroupId, seatNames } from './hull.ts';
import { lostData } from './lost-data.ts';
import { keyLost, keyMissing } from './lost-keys.ts';

const report = reporter(appCodes);

/** What a change of a self-managed cluster is judged by. */
export interface Change {
  readonly plan: Plan;
  readonly graph: ResourceGraph;
  readonly snapshot: Snapshot;
}

/** What would go wrong halfway, or end a cluster that runs, and can be seen beforehand. Nothing where there is no control plane of one's own. */
export function selfManagedRefusals(change: Change): Diagnostic[] {
  const ofAnother = otherControlPlane(change);
  if (ofAnother.length > 0) return ofAnother;
  if (!isSelfManaged(change.snapshot)) return [];
  const life = hasBegun(change.snapshot) ? fixedForLife(change) : [];
  return [...seats(change), ...version(change), ...keys(change), ...lostData(change), ...life];
}

/** Seats instead of EKS or the reverse: all that runs in the cluster would be gone. */
function otherControlPlane({ graph, snapshot }: Change): Diagnostic[] {
  const wanted = graph.resources.some(({ id }) => id === 'security-group/seats');
  const [eks] = ofKind(snapshot, 'cluster');
  const there = isSelfManaged(snapshot) ? 'self-managed' : eks === undefined ? undefined : 'eks';
  const asked = wanted ? 'self-managed' : 'eks';
  if (there === undefined || there === asked) return [];
  return [
    report('app.control-plane-change', {
      detail: `cluster ${graph.cluster} runs with the control plane ${there}, the spec says ${asked}`,
      fix: `Set controlPlane: ${there} again, or give the new cluster another name and move what runs.`,
      at: { path: 'spec.controlPlane' },
    }),
  ];
}

/** Whether a seat has started, or may have: before that all is free. */
const hasBegun = (snapshot: Snapshot): boolean =>
  ofKind(snapshot, 'auto-scaling-group').some(({ id }) => seatNames(snapshot).some((seat) => id === seatGroupId(seat)));

/** etcd's members change by an order of their own, which this version does not know. */
function seats({ graph, snapshot }: Change): Diagnostic[] {
  const there = [...seatNames(snapshot)].sort();
  const wanted = graph.resources.flatMap(({ id }) => /^volume\/etcd-(.+)$/.exec(id)?.[1] ?? []).sort();
  if (!hasBegun(snapshot) || there.join() === wanted.join()) return [];
  return [
    report('app.seats-change', {
      detail: `the cluster has the seats ${there.join(', ')}, the spec asks for ${wanted.join(', ')}`,
      fix: `Set the zones of the ${there.length} seats that run again.`,
      at: { path: 'spec.controlPlane.selfManaged.seats' },
    }),
  ];
}

/** The text of a value, references left out. */
const textIn = (value: unknown): string =>
  isJoin(value)
    ? value.$join.filter((part) => typeof part === 'string').join('')
    : typeof value === 'string'
      ? value
      : '';

const numbersOf = (version: string): readonly number[] => version.split('.').map(Number);

/** Lower than, by minor, then by patch. */
function isLower(a: string, b: string): boolean {
  const [left, right] = [numbersOf(a), numbersOf(b)];
  const at = left.findIndex((part, i) => part !== right[i]);
  return at >= 0 && left[at]! < (right[at] ?? 0);
}

function version({ graph, snapshot }: Change): Diagnostic[] {
  const before = clusterState(snapshot)?.kubernetes;
  const content = graph.resources.find(({ id }) => id === 'bucket-object/state')?.desired;
  const text = content !== undefined && 'content' in content ? textIn(content.content) : '';
  const after = /"kubernetes":\s*"([\d.]+)"/.exec(text)?.[1];
  if (before === undefined || after === undefined || before === after) return [];
  const [minorBefore = 0, minorAfter = 0] = [numbersOf(before)[1], numbersOf(after)[1]];
  const lower = isLower(after, before);
  if (!lower && minorAfter <= minorBefore + 1) return [];
  return [
    report('app.version-skips', {
      detail: `the cluster runs ${before}, the spec says ${after}`,
      fix: lower
        ? 'Kubernetes is never lowered: etcd holds what the newer version wrote. Set the one that runs.'
        : `Set 1.${minorBefore + 1} first.`,
      at: { path: 'spec.kubernetesVersion' },
    }),
  ];
}

const namesIn = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);

/** Keys that the store has lost: what cannot be made again stops the plan, the rest is a step of it. */
function keys({ plan }: Change): Diagnostic[] {
  return plan.steps.flatMap(({ kind, action, changes }) => {
    const change =
      kind === 'cluster-keys' && action === 'update' ? changes.find(({ field }) => field === 'objects') : undefined;
    if (change === undefined) return [];
    const there = new Set(namesIn(change.before));
    const lost = namesIn(change.after).filter((name) => !there.has(name));
    return lost.flatMap((name) => {
      const key = keyObjects.find((one) => one.name === name);
      if (key === undefined) return [];
      return [key.remake === 'never' ? keyLost(key) : keyMissing(key)];
    });
  });
}
