import { parse as parseYaml } from 'yaml';
import { sameJson } from '../../base/canonical-json.ts';
import { admit } from './admission.ts';
import { createNamespace } from './bootstrap-objects.ts';
import { deletePod } from './controllers/pods.ts';
import { reconcile } from './controllers/reconcile.ts';
import { type Data, isData } from './data.ts';
import { type KubernetesObject, type Plural, type Pod, type ResourceMap, timestamp } from './object.ts';
import { applyPatch, parsed } from './patch.ts';
import type { ApiRequest, Target } from './request-info.ts';
import { type ResourceType, resourceTypes } from './resources.ts';
import { serverSideApply } from './server-side-apply.ts';
import { alreadyExists, conflict, invalid, invalidRequest, notFound } from './status-error.ts';
import type { Store } from './store.ts';
import { immutableProblems, problemsOf } from './validation.ts';
import { fromWire } from './views.ts';

/** A stored resource that a request names. */
export type StoredTarget = Target & { readonly type: ResourceType };

export function find(store: Store, { type, name, namespace }: StoredTarget): KubernetesObject {
  const object = store.get(type.plural, name ?? '', namespace);
  if (object === undefined) throw notFound(type, name ?? '');
  return object;
}

const isDryRun = (request: ApiRequest): boolean => request.query.get('dryRun') === 'All';

/** Reads the object in a request's body and puts it into the place that the path names. */
export function bodyObject(target: StoredTarget, body: string): KubernetesObject {
  const data = parsed(body);
  if (!isData(data)) throw invalidRequest('the request body is not an object');
  const object = fromWire(data, target.type) as KubernetesObject;
  if (object.kind !== undefined && object.kind !== target.type.kind) {
    throw invalidRequest(`${object.kind} in version "${object.apiVersion}" cannot be handled as a ${target.type.kind}`);
  }
  const metadata = (isData(object.metadata) ? object.metadata : {}) as KubernetesObject['metadata'];
  if (target.namespace !== undefined && metadata.namespace !== undefined && metadata.namespace !== target.namespace) {
    throw invalidRequest(`the namespace of the provided object does not match the namespace sent on the request`);
  }
  if (target.name !== undefined && metadata.name !== undefined && metadata.name !== target.name) {
    throw invalidRequest(
      `the name of the object (${metadata.name}) does not match the name on the URL (${target.name})`,
    );
  }
  const place = target.namespace === undefined ? {} : { namespace: target.namespace };
  return { ...object, apiVersion: target.type.apiVersion, kind: target.type.kind, metadata: { ...metadata, ...place } };
}

export function createObject(store: Store, target: StoredTarget, request: ApiRequest): KubernetesObject {
  const { type } = target;
  const object = bodyObject(target, request.body);
  if (object.metadata.resourceVersion)
    throw invalidRequest('resourceVersion should not be set on objects to be created');
  admit(store, type, object);
  const { name, namespace } = object.metadata;
  if (!name) {
    const message = 'Required value: name or generateName is required';
    throw invalid(type, '', [{ field: 'metadata.name', reason: 'FieldValueRequired', message }]);
  }
  const problems = problemsOf(object);
  if (problems.length > 0) throw invalid(type, name, problems);
  if (store.get(type.plural, name, namespace) !== undefined) throw alreadyExists(type, name);
  if (isDryRun(request))
    return {
      ...object,
      metadata: { ...object.metadata, uid: store.newUid(), creationTimestamp: timestamp(store.turn.now) },
    };
  if (type.plural === 'namespaces') createNamespace(store, name, object);
  else store.create(type.plural, object);
  reconcile(store);
  return store.get(type.plural, name, namespace) ?? object;
}

/** PUT. */
export function replaceObject(store: Store, target: StoredTarget, request: ApiRequest): KubernetesObject {
  return save(store, target, { before: find(store, target), after: bodyObject(target, request.body), request });
}

/** PATCH. */
export function patchObject(store: Store, target: StoredTarget, request: ApiRequest): KubernetesObject {
  if (request.headers['content-type']?.startsWith('application/apply-patch+yaml'))
    return applyObject(store, target, request);
  const before = find(store, target);
  const after = applyPatch(
    structuredClone(before) as Data,
    request.headers['content-type'] ?? '',
    request.body,
  ) as KubernetesObject;
  return save(store, target, { before, after, request });
}

/** PATCH with an applied configuration: creates the object where there is none. */
function applyObject(store: Store, target: StoredTarget, request: ApiRequest): KubernetesObject {
  const manager = request.query.get('fieldManager');
  if (!manager) {
    throw invalidRequest(
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    );
  }
  const read: unknown = parseYaml(request.body);
  if (!isData(read)) throw invalidRequest('the request body is not an object');
  const config = { ...bodyObject(target, JSON.stringify(read)) };
  config.metadata = { ...config.metadata, name: target.name! };
  const applied = { config, manager, force: request.query.get('force') === 'true', now: timestamp(store.turn.now) };
  const before = store.get(target.type.plural, target.name!, target.namespace);
  if (before !== undefined) {
    return save(store, target, { before, after: serverSideApply(before, applied) as KubernetesObject, request });
  }
  const { name: _, ...collection } = target;
  const first = serverSideApply({ metadata: {} }, applied);
  return createObject(store, collection, { ...request, body: JSON.stringify(first) });
}

interface Saving {
  readonly before: KubernetesObject;
  readonly after: KubernetesObject;
  readonly request: ApiRequest;
}

/** Checks and stores a changed object. A write to `/status` changes the status alone, any other one everything else. */
function save(store: Store, target: StoredTarget, { before, after, request }: Saving): KubernetesObject {
  const { type, subresource } = target;
  const { name } = before.metadata;
  const version = after.metadata.resourceVersion;
  if (version && version !== before.metadata.resourceVersion) throw conflict(type, name);
  if (after.metadata.uid && after.metadata.uid !== before.metadata.uid) {
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${after.metadata.uid}, UID in object meta: ${before.metadata.uid}`,
    );
  }
  const next = subresource === 'status' ? { ...before, status: after.status } : merged(type, before, after);
  const problems = [...problemsOf(next), ...immutableProblems(before, next)];
  if (problems.length > 0) throw invalid(type, name, problems);
  if (isDryRun(request)) return next;
  store.update(type.plural, next as ResourceMap[typeof type.plural]);
  finalize(store, type.plural, name, before.metadata.namespace);
  reconcile(store);
  return store.get(type.plural, name, before.metadata.namespace) ?? next;
}

function merged(type: ResourceType, before: KubernetesObject, after: KubernetesObject): KubernetesObject {
  const fixed = [
    'uid',
    'creationTimestamp',
    'resourceVersion',
    'generation',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'name',
    'namespace',
    'generateName',
  ];
  const metadata = { ...after.metadata };
  for (const key of fixed) {
    if (before.metadata[key] === undefined) delete metadata[key];
    else metadata[key] = before.metadata[key];
  }
  if (type.hasGeneration === true && !sameJson(before.spec, after.spec))
    metadata.generation = (before.metadata.generation ?? 1) + 1;
  const next: KubernetesObject = { ...after, apiVersion: before.apiVersion, kind: before.kind, metadata };
  if (type.subresources.includes('status')) {
    if (before.status === undefined) delete next.status;
    else next.status = before.status;
  }
  return next;
}

/** An object that is being deleted goes when its last finalizer is taken away. */
function finalize(store: Store, plural: Plural, name: string, namespace: string | undefined): void {
  const object = store.get(plural, name, namespace);
  if (
    object === undefined ||
    object.metadata.deletionTimestamp === undefined ||
    plural === 'pods' ||
    plural === 'namespaces'
  )
    return;
  if ((object.metadata.finalizers ?? []).length === 0) store.remove(plural, object);
}

interface DeleteOptions {
  readonly gracePeriodSeconds?: number;
  readonly propagationPolicy?: string;
  readonly preconditions?: { readonly uid?: string; readonly resourceVersion?: string };
  readonly dryRun?: readonly string[];
}

export function deleteOptionsOf(request: ApiRequest): DeleteOptions {
  const body = request.body === '' ? {} : parsed(request.body);
  const grace = request.query.get('gracePeriodSeconds');
  const policy = request.query.get('propagationPolicy');
  return {
    ...(isData(body) ? body : {}),
    ...(grace === null ? {} : { gracePeriodSeconds: Number(grace) }),
    ...(policy === null ? {} : { propagationPolicy: policy }),
    ...(isDryRun(request) ? { dryRun: ['All'] } : {}),
  };
}

/** Deletes one object; answers it where it is still there (a pod that stops), else undefined. */
export function deleteObject(
  store: Store,
  type: ResourceType,
  { object, options }: { object: KubernetesObject; options: DeleteOptions },
): KubernetesObject | undefined {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { preconditions = {} } = options;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw conflict(
      type,
      name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${uid}`,
    );
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw conflict(
      type,
      name,
      `Precondition failed: ResourceVersion in precondition: ${preconditions.resourceVersion}, ResourceVersion in object meta: ${resourceVersion}`,
    );
  }
  if (options.dryRun !== undefined) return object;
  if (options.propagationPolicy === 'Orphan') orphan(store, object);
  if (type.plural === 'pods') deletePod(store, object as Pod, options.gracePeriodSeconds);
  else if (type.plural === 'namespaces') terminateNamespace(store, object);
  else if ((object.metadata.finalizers ?? []).length > 0) markDeleted(store, type.plural, object);
  else store.remove(type.plural, object as ResourceMap[typeof type.plural]);
  reconcile(store);
  const left = store.get(type.plural, name, namespace);
  return left?.metadata.uid === uid ? left : undefined;
}

function markDeleted(store: Store, plural: Plural, object: KubernetesObject): void {
  store.change(plural, object as ResourceMap[typeof plural], (draft) => {
    draft.metadata.deletionTimestamp ??= timestamp(store.turn.now);
    draft.metadata.deletionGracePeriodSeconds ??= 0;
  });
}

function terminateNamespace(store: Store, object: KubernetesObject): void {
  store.change('namespaces', object, (draft) => {
    draft.metadata.deletionTimestamp ??= timestamp(store.turn.now);
    draft.status = { phase: 'Terminating' };
  });
}

function orphan(store: Store, owner: KubernetesObject): void {
  for (const plural of Object.keys(resourceTypes) as Plural[]) {
    for (const object of store.list(plural)) {
      if (!object.metadata.ownerReferences?.some(({ uid }) => uid === owner.metadata.uid)) continue;
      store.change(plural, object as ResourceMap[typeof plural], (draft) => {
        draft.metadata.ownerReferences = draft.metadata.ownerReferences!.filter(
          ({ uid }) => uid !== owner.metadata.uid,
        );
      });
    }
  }
}
