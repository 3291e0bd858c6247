import { forbidden, isAllowed } from './authorization.ts';
import { bookmark, listObjects, type Watch, watchObjects } from './collection.ts';
import type { Data } from './data.ts';
import * as discovery from './discovery.ts';
import type { KubernetesObject } from './object.ts';
import { openapiDocument, openapiIndex, openapiV2 } from './openapi.ts';
import { type ApiRequest, isWatch, type Target, targetOf, verbOf } from './request-info.ts';
import { review } from './reviews.ts';
import { methodNotAllowed, noSuchPath, StatusError } from './status-error.ts';
import type { Store } from './store.ts';
import { bind, evict, scaleSubresource } from './subresources.ts';
import { tableOf } from './table.ts';
import type { User } from './user.ts';
import {
  createObject,
  deleteObject,
  deleteOptionsOf,
  find,
  patchObject,
  replaceObject,
  type StoredTarget,
} from './verbs.ts';
import { present } from './views.ts';

/** What is sent back: one document, plain text, or a stream of watch events. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Data | string;
  readonly contentType?: string;
  readonly watch?: Watch;
  /** Sent when a watch ends, to a client that asked for bookmarks. */
  readonly lastBookmark?: () => Data;
}

/** Answers one request of an authenticated or anonymous user. Errors of the API are answers too. */
export function answer(store: Store, user: User, request: ApiRequest): Answer {
  try {
    return answerPath(store, user, request);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return { status: error.code, headers: error.headers, body: error.body() };
  }
}

const publicPaths = new Set(['/healthz', '/livez', '/readyz', '/version']);

function answerPath(store: Store, user: User, request: ApiRequest): Answer {
  const path = request.path.length > 1 ? request.path.replace(/\/$/, '') : request.path;
  const root = `/${path.split('/')[1]}`;
  if (publicPaths.has(root))
    return root === '/version'
      ? { status: 200, body: discovery.versionOf(store.state) }
      : { status: 200, body: 'ok', contentType: 'text/plain; charset=utf-8' };
  const target = targetOf(path);
  if (target === undefined) return answerDocument(store, user, { ...request, path });
  authorize(store, user, { request, target });
  checkMedia(request);
  return target.type === undefined
    ? answerReview(store, user, { request, target })
    : answerStored(store, target as StoredTarget, request);
}

interface Asked {
  readonly request: ApiRequest;
  readonly target: Target;
}

function authorize(store: Store, user: User, { request, target }: Asked): void {
  const attributes = {
    verb: verbOf(request.method, target, request.query),
    group: target.group,
    resource: target.plural,
    subresource: target.subresource,
    // A namespace is in itself, as far as rights go.
    namespace: target.plural === 'namespaces' ? target.name : target.namespace,
    name: target.name,
  };
  if (!isAllowed(store, user, attributes)) throw forbidden(user, attributes);
}

function answerReview(store: Store, user: User, { request, target }: Asked): Answer {
  if (request.method !== 'POST' || target.name !== undefined) throw methodNotAllowed();
  return { status: 201, body: review(store, user, { plural: target.plural, body: request.body }) };
}

/** Discovery and OpenAPI: for everyone who is authenticated. */
function answerDocument(store: Store, user: User, request: ApiRequest): Answer {
  if (!user.groups.includes('system:authenticated')) {
    throw new StatusError(403, 'Forbidden', `forbidden: User "${user.name}" cannot get path "${request.path}"`, {
      details: {},
    });
  }
  const accept = request.headers.accept ?? '';
  const { state } = store;
  const [, root, group, version, ...more] = request.path.split('/');
  if ((root === 'api' || root === 'apis') && group === undefined) {
    for (const wanted of ['v2', 'v2beta1'] as const) {
      if (accept.includes(`g=apidiscovery.k8s.io;v=${wanted};`)) {
        return { status: 200, body: discovery.aggregated(root, wanted), contentType: discovery.aggregatedType(wanted) };
      }
    }
    return { status: 200, body: root === 'api' ? discovery.apiVersions(state) : discovery.groupList() };
  }
  const document = documentAt(store, { root, group, version, more });
  if (document === undefined) throw noSuchPath();
  if (root === 'openapi' && group === 'v2' && !/json|\*\/\*/.test(accept.replace('proto', ''))) throw notAcceptable();
  return { status: 200, body: document };
}

interface Parts {
  readonly root: string | undefined;
  readonly group: string | undefined;
  readonly version: string | undefined;
  readonly more: readonly string[];
}

function documentAt({ state }: Store, { root, group, version, more }: Parts): Data | undefined {
  if (root === 'openapi' && group === 'v2' && version === undefined) return openapiV2(state);
  if (root === 'openapi' && group === 'v3') {
    if (version === undefined) return openapiIndex();
    if (version === 'api' && more[0] === 'v1') return openapiDocument(state, '');
    return version === 'apis' && more[1] === 'v1' ? openapiDocument(state, more[0]!) : undefined;
  }
  if (more.length > 0) return undefined;
  if (root === 'api' && group === 'v1' && version === undefined) return discovery.resourceList('');
  if (root === 'apis' && group !== undefined && version === undefined) return discovery.groupDocument(group);
  return root === 'apis' && group && version === 'v1' ? discovery.resourceList(group) : undefined;
}

const notAcceptable = (): StatusError =>
  new StatusError(406, 'NotAcceptable', 'only the following media types are accepted: application/json');

function answerStored(store: Store, target: StoredTarget, request: ApiRequest): Answer {
  switch (target.subresource) {
    case 'scale':
      return { status: 200, body: scaleSubresource(store, target, request) };
    case 'eviction':
      return { status: 201, body: evict(store, target, request) };
    case 'binding':
      return { status: 201, body: bind(store, target, request) };
  }
  return answerObject(store, target, request);
}

function checkMedia(request: ApiRequest): void {
  const accept = request.headers.accept ?? '*/*';
  if (!/json|\*\/\*|yaml/.test(accept)) throw notAcceptable();
  const sent = request.headers['content-type'] ?? '';
  if (/protobuf|cbor/.test(sent)) {
    throw new StatusError(
      415,
      'UnsupportedMediaType',
      `the body of the request was in an unknown format - accepted media types include: application/json`,
    );
  }
}

function answerObject(store: Store, target: StoredTarget, request: ApiRequest): Answer {
  const shape = shapeOf(store, target, request);
  const named = target.name !== undefined;
  switch (request.method) {
    case 'GET':
      if (isWatch(request.query)) return watchAnswer(store, target, request);
      return named
        ? { status: 200, body: shape.one(find(store, target)) }
        : shape.list(listObjects(store, target, request));
    case 'POST':
      if (named) throw methodNotAllowed();
      return { status: 201, body: shape.one(createObject(store, target, request)) };
    case 'PUT':
      if (!named) throw methodNotAllowed();
      return { status: 200, body: shape.one(replaceObject(store, target, request)) };
    case 'PATCH': {
      if (!named) throw methodNotAllowed();
      // Applying a configuration may create the object.
      const isThere = store.get(target.type.plural, target.name ?? '', target.namespace) !== undefined;
      return { status: isThere ? 200 : 201, body: shape.one(patchObject(store, target, request)) };
    }
    case 'DELETE':
      return named ? deleteOne(store, target, request) : deleteMany(store, target, request);
    default:
      throw methodNotAllowed();
  }
}

function deleteOne(store: Store, target: StoredTarget, request: ApiRequest): Answer {
  const object = find(store, target);
  const left = deleteObject(store, target.type, { object, options: deleteOptionsOf(request) });
  if (left !== undefined) return { status: 200, body: present(store, target, left) };
  const details = {
    name: object.metadata.name,
    ...(target.group === '' ? {} : { group: target.group }),
    kind: target.plural,
    uid: object.metadata.uid,
  };
  return { status: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function deleteMany(store: Store, target: StoredTarget, request: ApiRequest): Answer {
  const { objects, metadata } = listObjects(store, target, request);
  const options = deleteOptionsOf(request);
  for (const {
    metadata: { name, namespace },
  } of objects) {
    const object = store.get(target.type.plural, name, namespace);
    if (object !== undefined) deleteObject(store, target.type, { object, options });
  }
  return {
    status: 200,
    body: { kind: `${target.type.kind}List`, apiVersion: target.type.apiVersion, metadata, items: objects },
  };
}

function watchAnswer(store: Store, target: StoredTarget, request: ApiRequest): Answer {
  const { row } = shapeOf(store, target, request);
  const watch = watchObjects(store, target, { request, shape: row });
  const lastBookmark = (): Data => ({ ...bookmark(store, target, false) });
  return { status: 200, watch, ...(request.query.get('allowWatchBookmarks') === 'true' ? { lastBookmark } : {}) };
}

/** How objects are written for this request: whole, as a table, or their metadata alone. */
function shapeOf(store: Store, target: StoredTarget, request: ApiRequest) {
  const accept = request.headers.accept ?? '';
  const { kind, apiVersion: stored } = target.type;
  const apiVersion = target.group === target.type.group ? stored : `${target.group}/v1`;
  const wish = { plural: target.type.plural, includeObject: includeOf(request.query), now: store.turn.now };
  const partial = (object: KubernetesObject): Data => ({
    kind: 'PartialObjectMetadata',
    apiVersion: 'meta.k8s.io/v1',
    metadata: object.metadata,
  });
  if (/as=Table/.test(accept)) {
    const row = (object: KubernetesObject): Data =>
      tableOf([object], { resourceVersion: object.metadata.resourceVersion }, wish);
    const list = ({ objects, metadata }: ReturnType<typeof listObjects>): Answer => ({
      status: 200,
      body: tableOf(objects, metadata, wish),
    });
    return { one: (object: KubernetesObject) => row(present(store, target, object)), row, list };
  }
  const metadataOnly = /as=PartialObjectMetadata/.test(accept);
  const row = (object: KubernetesObject): Data => (metadataOnly ? partial(object) : object);
  const list = ({ objects, metadata }: ReturnType<typeof listObjects>): Answer => {
    const head = metadataOnly
      ? { kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1' }
      : { kind: `${kind}List`, apiVersion };
    return { status: 200, body: { ...head, metadata, items: objects.map(row) } };
  };
  return { one: (object: KubernetesObject) => row(present(store, target, object)), row, list };
}

const includeOf = (query: URLSearchParams): 'None' | 'Metadata' | 'Object' => {
  const wanted = query.get('includeObject');
  return wanted === 'None' || wanted === 'Object' ? wanted : 'Metadata';
};
