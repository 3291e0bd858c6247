import type { Permission } from '../../ports/permissions.ts';
import { factPermissions } from './facts.ts';
import { leftoverPermissions } from './leftovers.ts';
import { lockPermissions } from './lock.ts';

const facts = (...names: readonly (keyof typeof factPermissions)[]): Permission[] =>
  names.flatMap((name) => factPermissions[name]);

const toPlan = facts('identity', 'givenNetwork', 'parameters', 'quotas', 'givenThings');

/** What verbs call beside the adapters of kinds. */
export const verbPermissions = {
  plan: toPlan,
  apply: [...toPlan, ...lockPermissions],
  destroy: [
    ...facts('identity', 'givenNetwork', 'parameters', 'givenThings'),
    ...leftoverPermissions.find,
    ...leftoverPermissions.remove,
    ...lockPermissions,
  ],
} as const;
