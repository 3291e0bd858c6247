import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import { hours } from '../../base/duration.ts';
import { ofKind, type Snapshot } from '../../model/snapshot.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter(storeCodes);

/** From so long before the end on it is told. */
const ahead = hours(90 * 24);

/** Authorities of the cluster that have ended or end soon. */
export function keyLifetime(snapshot: Pick<Snapshot, 'found'>, now: number): Diagnostic[] {
  return ofKind(snapshot, 'cluster-keys').flatMap(({ observed: { expires } }) => {
    const end = Date.parse(expires);
    if (Number.isNaN(end) || end - now > ahead.ms) return [];
    const day = expires.slice(0, 10);
    return end <= now
      ? [
          report('store.keys-expired', {
            detail: `the first authority of the cluster ended on ${day}`,
            fix: 'Move what runs to a new cluster.',
          }),
        ]
      : [
          report('store.keys-expire', {
            detail: `the first authority of the cluster ends on ${day}`,
            fix: 'Plan a new cluster for before that day.',
          }),
        ];
  });
}
