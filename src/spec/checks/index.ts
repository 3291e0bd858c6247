import * as access from './access.ts';
import { policiesAsRoles } from './access-self-managed.ts';
import * as addons from './addons.ts';
import { addonVersions, charts } from './charts.ts';
import type { Check } from './check.ts';
import * as cidrs from './cidrs.ts';
import { eksOnly, isSelfManaged, selfManagedOnly } from './control-plane-fields.ts';
import * as flags from './flags.ts';
import * as nodes from './nodes.ts';
import * as podNetwork from './pod-network.ts';
import * as seats from './seats.ts';
import * as selfManaged from './self-managed.ts';
import { version } from './version.ts';
import * as vpc from './vpc.ts';
import * as zones from './zones.ts';

/** A check of what only EKS has or asks for; where the control plane is another, the field itself is refused. */
const onEks =
  (check: Check): Check =>
  (context) =>
    isSelfManaged(context.cluster) ? [] : check(context);

/** Every check of a spec, in the order of its fields. */
export const checks: readonly Check[] = [
  zones.region,
  version,
  eksOnly,
  selfManagedOnly,
  seats.seatCount,
  seats.seatPlaces,
  seats.seatsInNetwork,
  seats.seatsSpread,
  seats.seatType,
  seats.seatVolumes,
  selfManaged.dnsName,
  selfManaged.auditPolicy,
  flags.unlistedFlags,
  flags.unlistedGates,
  selfManaged.mirrorNeeded,
  selfManaged.digestsOfMirror,
  selfManaged.hostFiles,
  vpc.givenVpcFields,
  vpc.newVpcFields,
  vpc.givenSubnets,
  vpc.subnetsListed,
  zones.zonesOfRegion,
  zones.zonesOfVpc,
  onEks(zones.enoughZones),
  cidrs.overlapping,
  cidrs.bigEnough,
  cidrs.privateRanges,
  onEks(cidrs.serviceRange),
  podNetwork.podNetworkFields,
  podNetwork.vpcCniFields,
  podNetwork.policyOfNetwork,
  podNetwork.podRange,
  podNetwork.selfManagedServices,
  podNetwork.podsNotLinkLocal,
  vpc.publicNodesWithNat,
  onEks(vpc.dualStackFields),
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
  policiesAsRoles,
  access.ssh,
  selfManaged.bastion,
  selfManaged.sshReach,
  selfManaged.publicApiSubnets,
  addons.names,
  selfManaged.groupNames,
  nodes.instanceTypes,
  nodes.oneArchitecture,
  nodes.nitro,
  nodes.sizeOrder,
  nodes.spotTypes,
  onEks(nodes.managerFields),
  onEks(nodes.imageFields),
  nodes.ownRole,
  nodes.volumes,
  nodes.updateOnce,
  nodes.somewhereToRun,
  onEks(addons.addonNames),
  addonVersions,
  charts,
  onEks(addons.addonsNeeded),
  onEks(addons.roleChoices),
  onEks(addons.fargateSubnets),
];
