import type { Plural, Pod, ResourceMap } from '../object.ts';
import type { Store } from '../store.ts';
import { deletePod } from './pods.ts';

/** The garbage collector: what all its owners have left goes too. Also the end of namespaces that are being deleted. */
export function collectGarbage(store: Store): void {
  // Events own nothing and nothing owns them, and they are many.
  const plurals = (Object.keys(store.state.objects) as Plural[]).filter((plural) => plural !== 'events');
  const alive = new Set(plurals.flatMap((plural) => store.list(plural).map(({ metadata }) => metadata.uid)));
  for (const plural of plurals) {
    for (const object of store.list(plural)) {
      const owners = object.metadata.ownerReferences ?? [];
      if (owners.length > 0 && owners.every(({ uid }) => !alive.has(uid))) dispose(store, plural, object);
    }
  }
  for (const namespace of store.list('namespaces')) {
    if (namespace.metadata.deletionTimestamp !== undefined) emptyNamespace(store, namespace.metadata.name);
  }
  removeOrphanedPods(store);
}

function dispose<P extends Plural>(store: Store, plural: P, object: ResourceMap[P]): void {
  if (plural === 'pods') deletePod(store, object as Pod);
  else store.remove(plural, object);
}

function emptyNamespace(store: Store, name: string): void {
  let left = 0;
  for (const plural of Object.keys(store.state.objects) as Plural[]) {
    for (const object of store.list(plural, name)) dispose(store, plural, object);
    left += store.list(plural, name).length;
  }
  const namespace = store.get('namespaces', name);
  if (left === 0 && namespace !== undefined) store.remove('namespaces', namespace);
}

/** The pod garbage collector: pods of nodes that are gone. */
function removeOrphanedPods(store: Store): void {
  for (const pod of store.list('pods')) {
    const { nodeName } = pod.spec;
    if (nodeName !== undefined && store.get('nodes', nodeName) === undefined) store.remove('pods', pod);
  }
}
