import type { Permission } from '../../ports/permissions.ts';
import { issuerPermissions } from '../keys/issuer.ts';
import { factPermissions } from './facts.ts';
import { leftoverPermissions } from './leftovers.ts';
import { lockPermissions } from './lock.ts';
import { machinePermissions } from './machines.ts';
import { storePermissions } from './store.ts';

const facts = (...names: readonly (keyof typeof factPermissions)[]): Permission[] =>
  names.flatMap((name) => factPermissions[name]);

const toPlan = facts('identity', 'givenNetwork', 'parameters', 'quotas', 'givenThings');

const toLook = facts('identity', 'nodeInstances', 'consoleOutput', 'securityGroupRules', 'subnets', 'givenThings');

/** Nothing here writes: what brings a key back has a policy of its own. */
const toSeeStore = [
  ...storePermissions.facts,
  ...storePermissions.list,
  ...storePermissions.deleted,
  ...storePermissions.read,
];

/** What the verbs call for a control plane of one's own, beside what they call for every one. */
const selfManaged = {
  plan: [...facts('offeringZones', 'hostedZones', 'zoneNameServers', 'nodeInstances'), ...storePermissions.facts],
  apply: [...facts('offeringZones', 'hostedZones', 'zoneNameServers', 'nodeInstances'), ...storePermissions.facts],
  // The graph of what is destroyed is made from the spec as for a plan.
  destroy: facts('hostedZones'),
  adopt: facts('hostedZones'),
  disown: [...storePermissions.list, ...storePermissions.remove],
  status: facts('seatPlaces', 'launchFailures'),
  store: [...facts('identity'), ...toSeeStore],
  fill: [...facts('identity', 'givenNetwork', 'parameters', 'givenThings', 'hostedZones'), ...lockPermissions],
  recover: [...facts('identity'), ...storePermissions.deleted, ...storePermissions.recover],
  logs: [...facts('identity', 'nodeInstances'), ...machinePermissions.online, ...machinePermissions.run],
  kubeconfig: [...facts('identity'), ...issuerPermissions, ...storePermissions.write],
} as const;

/** What verbs call beside the adapters of kinds. */
export const verbPermissions = {
  plan: toPlan,
  apply: [...toPlan, ...lockPermissions],
  destroy: [
    ...facts('identity', 'givenNetwork', 'parameters', 'givenThings', 'nodeInstances'),
    ...leftoverPermissions.find,
    ...leftoverPermissions.remove,
    ...lockPermissions,
  ],
  adopt: [...facts('identity', 'givenNetwork', 'parameters', 'givenThings'), ...lockPermissions],
  disown: [...facts('identity'), ...lockPermissions],
  status: toLook,
  store: [],
  fill: [],
  recover: [],
  logs: [],
  kubeconfig: [],
  selfManaged,
} as const;
