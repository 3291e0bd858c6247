import type { Turn } from '../call.ts';
import type { Node, Pod } from '../kubernetes/object.ts';
import type { Store } from '../kubernetes/store.ts';
export const givePodAddress = (_s: Store, _p: Pod, _n: Node): string | undefined => undefined;
