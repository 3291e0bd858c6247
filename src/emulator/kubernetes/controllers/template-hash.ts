import { shortHash } from '../../../base/hash.ts';
import type { PodTemplate } from '../object.ts';

const known = new WeakMap<PodTemplate, string>();

/** Names a revision of a workload by its template. Remembered per stored object, since each reconciliation asks for each pod. */
export function templateHash(template: PodTemplate): string {
  const hash = known.get(template) ?? shortHash(template, 10);
  known.set(template, hash);
  return hash;
}
