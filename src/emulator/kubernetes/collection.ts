import type { Data } from './data.ts';
import type { KubernetesObject } from './object.ts';
import type { ApiRequest } from './request-info.ts';
import { type Filter, parseFieldSelector, parseLabelSelector, passes } from './selectors.ts';
import { gone, invalidRequest } from './status-error.ts';
import type { Store } from './store.ts';
import type { StoredTarget } from './verbs.ts';
import { present } from './views.ts';
import { type Change, watchLogOf } from './watch-log.ts';

/** The selectors of a request; a name in the path of a watch is one as well. */
export function filterOf(target: StoredTarget, query: URLSearchParams): Filter {
  const byName = target.name === undefined ? [] : [{ path: 'metadata.name', equal: true, value: target.name }];
  return {
    labels: parseLabelSelector(query.get('labelSelector') ?? ''),
    fields: [...byName, ...parseFieldSelector(query.get('fieldSelector') ?? '', target.plural)],
  };
}

export interface Page {
  readonly objects: readonly KubernetesObject[];
  /** ListMeta. */
  readonly metadata: Data;
}

/** A page of a list: `limit` objects and the token for the next ones. */
export function listObjects(store: Store, target: StoredTarget, request: ApiRequest): Page {
  const filter = filterOf(target, request.query);
  const all = store.list(target.type.plural, target.namespace).filter((object) => passes(object, filter));
  const from = startOf(request.query.get('continue'), store);
  const limit = Number(request.query.get('limit') ?? '0');
  if (!Number.isInteger(limit) || limit < 0)
    throw invalidRequest(`limit: Invalid value: ${request.query.get('limit')}`);
  const end = limit === 0 ? all.length : Math.min(all.length, from.start + limit);
  const rest = all.length - end;
  const metadata: Data = { resourceVersion: String(from.revision) };
  if (rest > 0) {
    metadata.continue = Buffer.from(JSON.stringify({ revision: from.revision, start: end })).toString('base64url');
    metadata.remainingItemCount = rest;
  }
  return { objects: all.slice(from.start, end).map((object) => present(store, target, object)), metadata };
}

/** Where a page begins. A continued list must be of the revision it began with, since older ones are not kept. */
function startOf(token: string | null, store: Store): { revision: number; start: number } {
  if (token === null || token === '') return { revision: store.state.revision, start: 0 };
  const read = decoded(token);
  if (read === undefined) throw invalidRequest(`continue key is not valid: ${token}`);
  if (read.revision === store.state.revision) return read;
  throw gone(
    `The provided continue parameter is too old to display a consistent list result: ${read.revision}`,
    store.state.revision,
  );
}

function decoded(token: string): { revision: number; start: number } | undefined {
  try {
    const { revision, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Data;
    return typeof revision === 'number' && typeof start === 'number' ? { revision, start } : undefined;
  } catch {
    return undefined;
  }
}

export interface WatchEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED' | 'BOOKMARK' | 'ERROR';
  readonly object: Data;
}

/** A watch that runs until it is stopped. */
export interface Watch {
  /** Sends what there is already and then what happens; gives the function that ends it. */
  start(send: (event: WatchEvent) => void): () => void;
}

/** How a watch writes its objects: as they are, or as rows of a table. */
export type Shape = (object: KubernetesObject) => Data;

/** `?watch=true`: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes */
export function watchObjects(
  store: Store,
  target: StoredTarget,
  { request, shape }: { request: ApiRequest; shape: Shape },
): Watch {
  const { query } = request;
  const filter = filterOf(target, query);
  const log = watchLogOf(store.state);
  const version = query.get('resourceVersion') ?? '';
  const initial = version === '' || version === '0' || query.get('sendInitialEvents') === 'true';
  const since = initial ? store.state.revision : Number(version);
  if (Number.isNaN(since))
    throw invalidRequest(
      `resourceVersion: Invalid value: "${version}": strconv.ParseUint: parsing "${version}": invalid syntax`,
    );
  const tell = (send: (event: WatchEvent) => void, change: Change): void => {
    if (change.plural !== target.type.plural) return;
    if (target.namespace !== undefined && change.object.metadata.namespace !== target.namespace) return;
    const type = typeFor(change, filter);
    if (type !== undefined) send({ type, object: shape(present(store, target, change.object)) });
  };
  const start: Watch['start'] = (send) => {
    if (since < log.compacted) {
      send({ type: 'ERROR', object: gone(version, log.compacted).body() });
      return () => undefined;
    }
    if (initial) {
      const now = store.list(target.type.plural, target.namespace).filter((object) => passes(object, filter));
      for (const object of now) send({ type: 'ADDED', object: shape(present(store, target, object)) });
      if (query.get('sendInitialEvents') === 'true') send(bookmark(store, target, true));
    }
    for (const change of log.after(since)) tell(send, change);
    const listener = (change: Change): void => tell(send, change);
    log.listeners.add(listener);
    return () => log.listeners.delete(listener);
  };
  return { start };
}

/** What a change means to a watch with selectors: an object that begins to match is added, one that ceases to is deleted. */
function typeFor({ type, object, before }: Change, filter: Filter): Change['type'] | undefined {
  const matches = passes(object, filter);
  if (type === 'ADDED') return matches ? 'ADDED' : undefined;
  const matched = before !== undefined && passes(before, filter);
  if (type === 'DELETED') return matched ? 'DELETED' : undefined;
  if (matches) return matched ? 'MODIFIED' : 'ADDED';
  return matched ? 'DELETED' : undefined;
}

/** Tells a client up to which revision it has seen everything. */
export function bookmark(store: Store, { type }: StoredTarget, initialEnd: boolean): WatchEvent {
  const annotations = initialEnd ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {};
  const metadata = { resourceVersion: String(store.state.revision), creationTimestamp: null, ...annotations };
  return { type: 'BOOKMARK', object: { kind: type.kind, apiVersion: type.apiVersion, metadata } };
}
