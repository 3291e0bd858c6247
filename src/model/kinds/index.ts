import type { KindTable } from '../kind.ts';
import type { KindName } from './names.ts';
import { vpc } from './vpc.ts';

/** Every kind of resource that Quilla makes. Tables over kinds are mapped types over this one. */
export const kinds = {
  vpc,
} as const satisfies { readonly [K in KindName]: KindTable };
