import type { KubernetesObject, Plural } from './object.ts';
import type { KubernetesState } from './state.ts';

/** One change to one object, as a watch tells it. */
export interface Change {
  readonly revision: number;
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  readonly plural: Plural;
  readonly object: KubernetesObject;
  /** What it was before: a watch with a selector tells an object that no longer matches as deleted. */
  readonly before?: KubernetesObject;
}

/** Like etcd's history between compactions; kept in memory, so after a restart older watches begin anew (410 Gone). */
export class WatchLog {
  readonly changes: Change[] = [];
  readonly listeners = new Set<(change: Change) => void>();
  /** Sorted lists by resource and namespace, until the next change to that resource. */
  readonly lists = new Map<Plural, Map<string, readonly KubernetesObject[]>>();
  /** Changes up to this revision are forgotten. */
  compacted: number;

  constructor(revision: number) {
    this.compacted = revision;
  }

  add(change: Change): void {
    this.lists.delete(change.plural);
    this.changes.push(change);
    if (this.changes.length > historyLimit) {
      const dropped = this.changes.splice(0, historyLimit / 2);
      this.compacted = dropped.at(-1)!.revision;
    }
    for (const listener of this.listeners) listener(change);
  }

  after(revision: number): Change[] {
    return this.changes.filter((change) => change.revision > revision);
  }
}

const historyLimit = 5000;
const logs = new WeakMap<KubernetesState, WatchLog>();

export function watchLogOf(state: KubernetesState): WatchLog {
  let log = logs.get(state);
  if (log === undefined) {
    log = new WatchLog(state.revision);
    logs.set(state, log);
  }
  return log;
}
