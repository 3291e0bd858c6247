import * as access from './access.ts';
import * as addons from './addons.ts';
import type { Check } from './check.ts';
import * as cidrs from './cidrs.ts';
import * as nodes from './nodes.ts';
import { version } from './version.ts';
import * as vpc from './vpc.ts';
import * as zones from './zones.ts';

/** Every check of a spec, in the order of its fields. */
export const checks: readonly Check[] = [
  zones.region,
  version,
  vpc.givenVpcFields,
  vpc.newVpcFields,
  vpc.givenSubnets,
  vpc.subnetsListed,
  zones.zonesOfRegion,
  zones.zonesOfVpc,
  zones.enoughZones,
  cidrs.overlapping,
  cidrs.bigEnough,
  cidrs.privateRanges,
  cidrs.serviceRange,
  vpc.publicNodesWithNat,
  vpc.dualStackFields,
  vpc.endpointNames,
  access.apiEndpoints,
  access.apiOpen,
  access.apiRanges,
  access.apiForNodes,
  access.natInList,
  access.groups,
  access.accessPolicies,
  access.powerless,
  access.policiesOnce,
  access.ssh,
  addons.names,
  nodes.instanceTypes,
  nodes.oneArchitecture,
  nodes.nitro,
  nodes.sizeOrder,
  nodes.spotTypes,
  nodes.managerFields,
  nodes.imageFields,
  nodes.ownRole,
  nodes.volumes,
  nodes.updateOnce,
  nodes.somewhereToRun,
  addons.addonNames,
  addons.addonsNeeded,
  addons.roleChoices,
  addons.fargateSubnets,
];
