import type { CodeTable } from '../base/diagnostic.ts';
import { accessCodes, versionCodes } from './codes-access.ts';
import { networkCodes } from './codes-network.ts';
import { nodeCodes } from './codes-nodes.ts';
import { selfManagedCodes, selfManagedVersionCodes } from './codes-self-managed.ts';
import { shapeCodes } from './codes-shape.ts';

/** Everything that can be wrong with a spec. */
export const specCodes = {
  ...shapeCodes,
  ...networkCodes,
  ...accessCodes,
  ...versionCodes,
  ...nodeCodes,
  ...selfManagedCodes,
  ...selfManagedVersionCodes,
} as const satisfies CodeTable;

export type SpecCode = keyof typeof specCodes;
