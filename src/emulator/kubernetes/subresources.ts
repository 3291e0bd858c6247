import { sameJson } from '../../base/canonical-json.ts';
import { podsOfBudget } from './controllers/budgets.ts';
import { deletePod } from './controllers/pods.ts';
import { reconcile } from './controllers/reconcile.ts';
import { bindPod } from './controllers/scheduler.ts';
import { type Data, isData } from './data.ts';
import {
  type Deployment,
  isFinishedPod,
  isReadyPod,
  type KubernetesObject,
  type Pod,
  type ResourceMap,
} from './object.ts';
import { applyPatch, parsed } from './patch.ts';
import type { ApiRequest } from './request-info.ts';
import { conflict, invalid, invalidRequest, methodNotAllowed, StatusError } from './status-error.ts';
import type { Store } from './store.ts';
import { deleteOptionsOf, find, type StoredTarget } from './verbs.ts';

const success = (code: number): Data => ({ kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code });

const scaleOf = (object: KubernetesObject): Data => {
  const { spec, status } = object as Deployment;
  const { name, namespace, uid, resourceVersion, creationTimestamp } = object.metadata;
  const labels = Object.entries(spec.selector.matchLabels ?? {}).map(([key, value]) => `${key}=${value}`);
  return {
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace, uid, resourceVersion, creationTimestamp },
    spec: { replicas: spec.replicas },
    status: { replicas: status.replicas ?? 0, selector: labels.join(',') },
  };
};

/** GET, PUT and PATCH of `/scale`. */
export function scaleSubresource(store: Store, target: StoredTarget, request: ApiRequest): Data {
  const object = find(store, target);
  const before = scaleOf(object);
  if (request.method === 'GET') return before;
  const after =
    request.method === 'PUT'
      ? parsed(request.body)
      : applyPatch(structuredClone(before), request.headers['content-type'] ?? '', request.body);
  if (!isData(after) || !isData(after.spec) || !isData(after.metadata))
    throw invalidRequest('the request body is not a Scale');
  const replicas = Number(after.spec.replicas ?? 0);
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${replicas}: must be greater than or equal to 0`;
    throw invalid(target.type, object.metadata.name, [
      { field: 'spec.replicas', reason: 'FieldValueInvalid', message },
    ]);
  }
  const version = after.metadata.resourceVersion;
  if (version && version !== object.metadata.resourceVersion) throw conflict(target.type, object.metadata.name);
  if (!sameJson(before.spec, { replicas })) {
    store.change(target.type.plural, object as ResourceMap['deployments'], (draft) => {
      const workload = draft as Deployment;
      workload.spec.replicas = replicas;
      workload.metadata.generation = (workload.metadata.generation ?? 1) + 1;
    });
    reconcile(store);
  }
  return scaleOf(find(store, target));
}

/** POST of `/eviction`: https://kubernetes.io/docs/concepts/scheduling-eviction/api-eviction/ */
export function evict(store: Store, target: StoredTarget, request: ApiRequest): Data {
  if (request.method !== 'POST') throw methodNotAllowed();
  const pod = find(store, target) as Pod;
  const body = parsed(request.body);
  const options = isData(body) && isData(body.deleteOptions) ? JSON.stringify(body.deleteOptions) : '';
  const { gracePeriodSeconds, preconditions, dryRun } = deleteOptionsOf({ ...request, body: options });
  if (preconditions?.uid !== undefined && preconditions.uid !== pod.metadata.uid) {
    throw conflict(
      target.type,
      pod.metadata.name,
      `Precondition failed: UID in precondition: ${preconditions.uid}, UID in object meta: ${pod.metadata.uid}`,
    );
  }
  if (!isFinishedPod(pod) && pod.spec.nodeName !== undefined) respectBudgets(store, pod);
  if (dryRun === undefined) {
    deletePod(store, pod, gracePeriodSeconds);
    reconcile(store);
  }
  return success(201);
}

function respectBudgets(store: Store, pod: Pod): void {
  const budgets = store
    .list('poddisruptionbudgets', pod.metadata.namespace)
    .filter((budget) => podsOfBudget(store, budget).some(({ metadata }) => metadata.uid === pod.metadata.uid));
  if (budgets.length > 1) {
    throw new StatusError(
      500,
      'InternalError',
      'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.',
    );
  }
  const [budget] = budgets;
  if (budget === undefined || pod.metadata.deletionTimestamp !== undefined) return;
  const { currentHealthy, desiredHealthy, disruptionsAllowed } = budget.status;
  // A pod that is not ready counts for no budget, as long as the healthy ones are enough (IfHealthyBudget).
  if (!isReadyPod(pod) && currentHealthy >= desiredHealthy && desiredHealthy > 0) return;
  if (disruptionsAllowed > 0) return;
  throw new StatusError(429, 'TooManyRequests', "Cannot evict pod as it would violate the pod's disruption budget.", {
    headers: { 'retry-after': '10' },
    details: {
      causes: [
        {
          reason: 'DisruptionBudget',
          message: `The disruption budget ${budget.metadata.name} needs ${desiredHealthy} healthy pods and has ${currentHealthy} currently`,
        },
      ],
      retryAfterSeconds: 10,
    },
  });
}

/** POST of `/binding`: what a scheduler of one's own does. */
export function bind(store: Store, target: StoredTarget, request: ApiRequest): Data {
  if (request.method !== 'POST') throw methodNotAllowed();
  const pod = find(store, target) as Pod;
  const body = parsed(request.body);
  const node = isData(body) && isData(body.target) ? body.target.name : undefined;
  if (typeof node !== 'string') throw invalidRequest('target.name: Required value');
  if (pod.spec.nodeName !== undefined) {
    throw conflict(
      { ...target.type, plural: 'pods/binding' },
      pod.metadata.name,
      `pod ${pod.metadata.name} is already assigned to node "${pod.spec.nodeName}"`,
    );
  }
  bindPod(store, pod, node);
  reconcile(store);
  return success(201);
}
