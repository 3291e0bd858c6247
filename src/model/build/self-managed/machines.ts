import type { Diagnostic } from '../../../base/diagnostic.ts';
import { instanceType } from '../../../catalog/instance-types.ts';
import type { Architecture, NodeGroup, SelfManagedImage } from '../../../spec/cluster.ts';
import { bootUserData } from '../../bootstrap/self-managed/user-data.ts';
import { report } from '../../codes.ts';
import type { Resource } from '../../graph.ts';
import { refTo } from '../../graph.ts';
import { type Built, kubernetesTag } from '../context.ts';
import { autoScalingGroup, autoscalerTags, instanceMix } from '../node-groups/auto-scaling-group.ts';
import { subnetsOf } from '../node-groups/group-subnets.ts';
import { launchTemplate, volumeOf } from '../node-groups/launch-template.ts';
import { userDataFindings } from '../node-groups/user-data-size.ts';
import { fileFindings, seatConfig, workerConfig } from './boot.ts';
import type { SeatHandle, SelfManagedHandles } from './handles.ts';
import { plainImageParameter, rootDevice } from './images.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

interface Image {
  readonly imageId: string | null;
  readonly diagnostics: readonly Diagnostic[];
}

interface ImageWanted {
  readonly family: SelfManagedImage['family'];
  readonly amiId?: string | undefined;
  readonly architecture: Architecture;
  readonly path: string;
}

/** The image of one's own, or the newest of the system's publisher. */
function imageOf({ facts }: SelfManagedContext, { family, amiId, architecture, path }: ImageWanted): Image {
  if (amiId !== undefined) return { imageId: amiId, diagnostics: [] };
  const parameter = plainImageParameter(family, architecture);
  const imageId = facts.images[parameter];
  if (imageId !== undefined) return { imageId, diagnostics: [] };
  const detail = `SSM parameter ${parameter} is not there in this region`;
  return {
    imageId: null,
    diagnostics: [report('graph.image-unknown', { detail, fix: 'Say image.ami.', at: { path } })],
  };
}

/** The groups of self-managed clusters are of these families; the spec's checks see to it. */
const familyOf = ({ image }: NodeGroup): SelfManagedImage['family'] =>
  image.family === 'ubuntu' ? 'ubuntu' : 'al2023';

const shorter = 'Shorten host (files, commands) or the flags; fetch long files from elsewhere in a command.';
const owned = ({ name }: SelfManagedContext) => ({ [kubernetesTag(name)]: 'owned' });

function seatMachine(context: SelfManagedContext, handles: SelfManagedHandles, seat: SeatHandle): Built {
  const { controlPlane } = context.spec;
  const what = `seat-${seat.name}`;
  const { from } = seat;
  const { family, amiId } = controlPlane.image;
  const path = 'spec.controlPlane.selfManaged.image';
  const image = imageOf(context, { family, amiId, architecture: controlPlane.architecture, path });
  const userData = bootUserData(seatConfig(context, handles, seat));
  const template = launchTemplate(context, {
    what,
    from,
    groupId: `auto-scaling-group/${what}`,
    imageId: image.imageId,
    userData,
    keyName: handles.keyName,
    securityGroupIds: [refTo(handles.securityGroups.seats, 'groupId')],
    instanceProfileArn: handles.identities.seats.profileArn,
    publicIp: seat.subnet.isPublic,
    volumes: [volumeOf(rootDevice(family), controlPlane.rootVolume)],
    monitoring: false,
    tags: {},
    instanceTags: owned(context),
  });
  const group = autoScalingGroup(context, {
    what,
    from,
    needs: [...new Set([...handles.ready.seats, ...seat.subnet.ready])],
    subnetIds: [seat.subnet.subnetId],
    template,
    instances: { types: [controlPlane.instanceType], spot: null },
    size: { min: 1, desired: 1, max: 1 },
    targetGroupArns: handles.targetGroupArns,
    tags: owned(context),
  });
  const sizes = userDataFindings(
    { what: `seat ${seat.name}`, fix: shorter, path: 'spec.controlPlane.selfManaged' },
    userData,
  );
  return { resources: [template, group], diagnostics: [...image.diagnostics, ...sizes] };
}

function workers(context: SelfManagedContext, handles: SelfManagedHandles, group: NodeGroup, from: string): Built {
  const identity = handles.identities.groups.get(group.name);
  if (identity === undefined) return { resources: [], diagnostics: [] };
  const subnets = subnetsOf(context, group, handles.network);
  const family = familyOf(group);
  const { amiId } = group.image;
  const image = imageOf(context, { family, amiId, architecture: group.architecture, path: `${from}.image` });
  const userData = bootUserData(workerConfig(context, handles, group));
  const template = launchTemplate(context, {
    what: group.name,
    from,
    groupId: `auto-scaling-group/${group.name}`,
    imageId: image.imageId,
    userData,
    keyName: group.keyName ?? handles.keyName,
    securityGroupIds: [refTo(handles.securityGroups.workers, 'groupId'), ...group.securityGroups],
    instanceProfileArn: identity.profileArn,
    publicIp: subnets.length > 0 && subnets.every(({ isPublic }) => isPublic),
    volumes: [volumeOf(rootDevice(family), group.rootVolume)],
    monitoring: group.monitoring,
    tags: group.tags,
    instanceTags: owned(context),
  });
  const nodes = autoScalingGroup(context, {
    what: group.name,
    from,
    needs: [...new Set([...handles.ready.workers, ...subnets.flatMap(({ ready }) => ready)])],
    subnetIds: subnets.map(({ subnetId }) => subnetId),
    template,
    instances: instanceMix(group.instanceTypes, group.capacity),
    size: group.size,
    tags: { ...autoscalerTags(context.name), ...group.tags, ...owned(context) },
  });
  const sizes = userDataFindings({ what: `node group ${group.name}`, fix: shorter, path: `${from}.host` }, userData);
  return { resources: [template, nodes], diagnostics: [...image.diagnostics, ...sizes] };
}

/** A machine to pass through, in a public subnet: a plain image, Systems Manager's agent on it, nothing of Kubernetes. */
function bastion(context: SelfManagedContext, handles: SelfManagedHandles): Built {
  const wanted = context.spec.access.bastion;
  const { securityGroups, identities, network } = handles;
  const group = securityGroups.bastion;
  const [subnet] = network.publicSubnets;
  if (wanted === undefined || group === undefined || identities.bastion === undefined || subnet === undefined)
    return { resources: [], diagnostics: [] };
  const from = 'spec.access.bastion';
  const architecture = instanceType(wanted.instanceType)?.architecture ?? 'x86_64';
  const image = imageOf(context, { family: 'al2023', architecture, path: from });
  const template = launchTemplate(context, {
    what: 'bastion',
    from,
    groupId: 'auto-scaling-group/bastion',
    imageId: image.imageId,
    userData: null,
    keyName: handles.keyName,
    securityGroupIds: [refTo(group, 'groupId')],
    instanceProfileArn: identities.bastion.profileArn,
    publicIp: true,
    volumes: [volumeOf(rootDevice('al2023'), { sizeGiB: 8, type: 'gp3', encrypted: true })],
    monitoring: false,
    tags: {},
    instanceTags: {},
  });
  const machine: Resource<'auto-scaling-group'> = autoScalingGroup(context, {
    what: 'bastion',
    from,
    needs: subnet.ready,
    subnetIds: [subnet.subnetId],
    template,
    instances: { types: [wanted.instanceType], spot: null },
    size: { min: 1, desired: 1, max: 1 },
    tags: {},
  });
  return { resources: [template, machine], diagnostics: image.diagnostics };
}

/** The machines of a self-managed cluster: an auto scaling group of one for each seat, one for each node group, the bastion. */
export function machines(context: SelfManagedContext, handles: SelfManagedHandles): Built {
  const built = [
    ...handles.seats.map((seat) => seatMachine(context, handles, seat)),
    ...context.spec.nodeGroups.map((group, i) => workers(context, handles, group, `spec.nodeGroups[${i}]`)),
    bastion(context, handles),
  ];
  const said = new Map(
    built.flatMap(({ diagnostics }) => diagnostics).map((one) => [`${one.code} ${one.detail}`, one]),
  );
  return {
    resources: built.flatMap(({ resources }) => resources),
    diagnostics: [...fileFindings(context), ...said.values()],
  };
}
