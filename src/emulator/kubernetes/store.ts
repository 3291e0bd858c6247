import { isDeepStrictEqual } from 'node:util';
import { sameJson } from '../../base/canonical-json.ts';
import type { Turn } from '../call.ts';
import { type KubernetesObject, type ObjectMeta, type Plural, type ResourceMap, timestamp } from './object.ts';
import { resourceTypes } from './resources.ts';
import type { KubernetesState } from './state.ts';
import { type Change, watchLogOf } from './watch-log.ts';

/** What is given when an object is made; the store adds the rest of the metadata. */
export interface Draft {
  readonly metadata: Partial<ObjectMeta> & { readonly name: string };
  readonly [field: string]: unknown;
}

const keyOf = (namespace: string | undefined, name: string): string => `${namespace ?? ''}/${name}`;

/** Reads and writes of one turn. Objects are values: what is read never changes, a write stores another. */
export class Store {
  readonly turn: Turn;
  readonly state: KubernetesState;

  constructor(turn: Turn, state: KubernetesState) {
    this.turn = turn;
    this.state = state;
  }

  get<P extends Plural>(plural: P, name: string, namespace?: string): ResourceMap[P] | undefined {
    return this.state.objects[plural]?.[keyOf(namespace, name)] as ResourceMap[P] | undefined;
  }

  /** In the order of namespace and name, as etcd keeps them. */
  list<P extends Plural>(plural: P, namespace?: string): readonly ResourceMap[P][] {
    const { lists } = watchLogOf(this.state);
    const known = lists.get(plural) ?? new Map<string, readonly KubernetesObject[]>();
    lists.set(plural, known);
    const cached = known.get(namespace ?? '');
    if (cached !== undefined) return cached as readonly ResourceMap[P][];
    const all: Record<string, KubernetesObject> = this.state.objects[plural] ?? {};
    const keys = Object.keys(all).filter((key) => namespace === undefined || key.startsWith(`${namespace}/`));
    const list = keys.sort().map((key) => all[key]!);
    known.set(namespace ?? '', list);
    return list as unknown as readonly ResourceMap[P][];
  }

  create<P extends Plural>(plural: P, draft: Draft): ResourceMap[P] {
    const type = resourceTypes[plural];
    const revision = this.nextRevision();
    const metadata: ObjectMeta = {
      ...draft.metadata,
      uid: this.newUid(),
      resourceVersion: String(revision),
      creationTimestamp: timestamp(this.turn.now),
      ...(type.hasGeneration === true ? { generation: 1 } : {}),
    };
    const { metadata: _, apiVersion: _a, kind: _k, ...rest } = draft;
    const object = { apiVersion: type.apiVersion, kind: type.kind, metadata, ...structuredClone(rest) };
    this.put({ revision, type: 'ADDED', plural, object });
    return object as ResourceMap[P];
  }

  /** Stores the object as it is given, with a new resourceVersion. Nothing happens where nothing differs. */
  update<P extends Plural>(plural: P, object: ResourceMap[P]): ResourceMap[P] {
    const before = this.get(plural, object.metadata.name, object.metadata.namespace);
    if (before === undefined) throw new Error(`update of ${plural} ${object.metadata.name}, which is not stored`);
    const same = { ...object, metadata: { ...object.metadata, resourceVersion: before.metadata.resourceVersion } };
    if (isDeepStrictEqual(before, same) || sameJson(before, same)) return before;
    const revision = this.nextRevision();
    const after = { ...object, metadata: { ...object.metadata, resourceVersion: String(revision) } };
    this.put({ revision, type: 'MODIFIED', plural, object: after, before });
    return after;
  }

  /** Edits a copy of what is stored now and stores that; the object's own copy may be older. */
  change<P extends Plural>(plural: P, object: ResourceMap[P], edit: (draft: ResourceMap[P]) => void): ResourceMap[P] {
    const current = this.get(plural, object.metadata.name, object.metadata.namespace);
    if (current === undefined || current.metadata.uid !== object.metadata.uid) return object;
    const draft = structuredClone(current);
    edit(draft);
    return this.update(plural, draft);
  }

  /** Takes the object out of the store, whatever its finalizers say. */
  remove<P extends Plural>(plural: P, object: ResourceMap[P]): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const stored = this.state.objects[plural]?.[key];
    if (stored === undefined) return;
    const revision = this.nextRevision();
    delete this.state.objects[plural]![key];
    const last = { ...stored, metadata: { ...stored.metadata, resourceVersion: String(revision) } };
    watchLogOf(this.state).add({ revision, type: 'DELETED', plural, object: last, before: stored });
  }

  newUid(): string {
    const hex = this.turn.newToken(32).replace(/[^0-9a-f]/g, '0');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
  }

  private nextRevision(): number {
    // Made before the first change, the log knows from which revision on it can tell what happened.
    watchLogOf(this.state);
    this.state.revision += 1;
    return this.state.revision;
  }

  private put(change: Change): void {
    const { plural, object } = change;
    const table: Record<string, KubernetesObject> = this.state.objects[plural] ?? {};
    this.state.objects[plural] = table;
    const log = watchLogOf(this.state);
    table[keyOf(object.metadata.namespace, object.metadata.name)] = object;
    log.add(change);
  }
}
