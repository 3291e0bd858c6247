import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import { type KeyObject, keyObjects } from '../../model/store-layout.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter(storeCodes);

/** That a key is gone which nothing can make again. */
export const keyLost = ({ name, use }: Pick<KeyObject, 'name' | 'use'>): Diagnostic =>
  report('store.key-lost', {
    detail: `cluster/keys/${name} (${use}) is not in the store any more; a seat that starts anew does not come up without it`,
    fix: `quilla store recover ${name} -f FILE brings its earlier version back; quilla store verify -f FILE says whether there is one. Until then end no seat.`,
  });

/** That an object is gone which the next apply makes again. */
export const keyMissing = ({ name, use }: Pick<KeyObject, 'name' | 'use'>): Diagnostic =>
  report('store.object-missing', {
    detail: `cluster/keys/${name} (${use}) is not in the store any more`,
    fix: 'quilla apply makes it again.',
  });

/** Keys that a store has lost, as far as a snapshot tells: whether there was one for secrets only the spec says. */
export const lostKeys = (snapshot: Pick<Snapshot, 'found'>): Diagnostic[] =>
  ofKind(snapshot, 'cluster-keys').flatMap(({ settled: { objects } }) =>
    objects === undefined
      ? []
      : keyObjects
          .filter(({ name }) => name !== 'secrets.key' && !objects.includes(name))
          .map((key) => (key.remake === 'never' ? keyLost(key) : keyMissing(key))),
  );
