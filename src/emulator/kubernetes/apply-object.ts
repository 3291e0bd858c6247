import type { Plural } from './object.ts';
import type { Draft, Store } from './store.ts';

/** Makes an object, or sets what is given on the one that is there; its status and what others added to its metadata stay. */
export function applyObject(store: Store, plural: Plural, draft: Draft): void {
  const stored = store.get(plural, draft.metadata.name, draft.metadata.namespace);
  if (stored === undefined) {
    store.create(plural, draft);
    return;
  }
  store.change(plural, stored, (copy) => {
    const { metadata, status: _, ...rest } = draft;
    const specBefore = JSON.stringify(copy.spec);
    Object.assign(copy, structuredClone(rest));
    copy.metadata.labels = { ...copy.metadata.labels, ...metadata.labels };
    if (metadata.annotations !== undefined)
      copy.metadata.annotations = { ...copy.metadata.annotations, ...metadata.annotations };
    if (copy.metadata.generation !== undefined && JSON.stringify(copy.spec) !== specBefore)
      copy.metadata.generation += 1;
  });
}
