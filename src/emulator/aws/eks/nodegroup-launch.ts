import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import { createGroup } from '../autoscaling/group-record.ts';
import type { LaunchTemplateChoice, MixedInstances } from '../autoscaling/state.ts';
import { ensureNodeAccessEntry } from './access-entry-record.ts';
import { nodeImage } from './node-images.ts';
import { nodeUserData } from './node-user-data.ts';
import { roleByArn } from './principals.ts';
import type { EksCluster, EksNodegroup } from './state.ts';

type Data = RequestLaunchTemplateData;

/** What the caller's launch template says in the version that the group names. */
export function callersTemplate(turn: Turn, group: EksNodegroup): Data {
  const chosen = group.launchTemplate;
  const record = turn.state.ec2.launchTemplates[chosen?.id ?? ''];
  return record?.versions.find((own) => String(own.number) === chosen?.version)?.data ?? {};
}

const profileName = (group: EksNodegroup): string => `eks-${group.uuid}`;

/** The instance profile that EKS makes around the node role. */
function ensureProfile(turn: Turn, group: EksNodegroup): string {
  const name = profileName(group);
  const role = roleByArn(turn, group.nodeRole);
  turn.world.iam.instanceProfiles[name] ??= {
    instanceProfileName: name,
    instanceProfileId: `AIPA${turn.newToken(17).toUpperCase()}`,
    arn: `arn:${turn.world.partition}:iam::${turn.account}:instance-profile/${name}`,
    path: '/',
    createDate: turn.now,
    roles: role === undefined ? [] : [role.roleName],
    tags: {},
  };
  return name;
}

const groupsOf = (cluster: EksCluster, group: EksNodegroup): string[] => [
  cluster.vpc.clusterSecurityGroupId,
  ...(group.remoteAccess?.securityGroupId === undefined ? [] : [group.remoteAccess.securityGroupId]),
];

const ownTags = (cluster: EksCluster, group: EksNodegroup): Record<string, string> => ({
  'eks:cluster-name': cluster.name,
  'eks:nodegroup-name': group.name,
});

const rootDisk = (group: EksNodegroup): Pick<Data, 'BlockDeviceMappings'> =>
  group.launchTemplate !== undefined
    ? {}
    : {
        BlockDeviceMappings: [
          {
            DeviceName: group.amiType.startsWith('BOTTLEROCKET') ? '/dev/xvdb' : '/dev/xvda',
            Ebs: { VolumeSize: group.diskSize ?? 20, VolumeType: 'gp3', DeleteOnTermination: true },
          },
        ],
      };

/** With a launch template of the caller's without groups, or none at all, the nodes get the cluster security group. */
function securityGroups(cluster: EksCluster, group: EksNodegroup, given: Data): Pick<Data, 'SecurityGroupIds'> {
  const named = (given.SecurityGroupIds ?? []).length > 0 || (given.NetworkInterfaces ?? []).length > 0;
  return named ? {} : { SecurityGroupIds: groupsOf(cluster, group) };
}

/** The data of the launch template that EKS makes out of the caller's. */
function templateData(
  turn: Turn,
  cluster: EksCluster,
  made: { group: EksNodegroup; id: string; number: number },
): Data {
  const { group, id, number } = made;
  const given = callersTemplate(turn, group);
  const imageId = group.amiType === 'CUSTOM' ? given.ImageId! : nodeImage(turn, group.amiType, group.version).imageId;
  const userData = nodeUserData(given.UserData, { cluster, group, imageId, template: { id, version: String(number) } });
  return {
    MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 2 },
    ...given,
    ...rootDisk(group),
    ...securityGroups(cluster, group, given),
    ...(group.remoteAccess?.ec2SshKey === undefined ? {} : { KeyName: group.remoteAccess.ec2SshKey }),
    ImageId: imageId,
    InstanceType: (group.instanceTypes?.[0] ?? given.InstanceType ?? 't3.medium') as NonNullable<Data['InstanceType']>,
    IamInstanceProfile: { Name: ensureProfile(turn, group) },
    ...(userData === undefined ? {} : { UserData: userData }),
    TagSpecifications: nodeTags(cluster, group, given),
  };
}

function nodeTags(cluster: EksCluster, group: EksNodegroup, given: Data): NonNullable<Data['TagSpecifications']> {
  const own = Object.entries(ownTags(cluster, group)).map(([Key, Value]) => ({ Key, Value }));
  const types = ['instance', 'volume'] as const;
  const before = given.TagSpecifications ?? [];
  const rest = before.filter((spec) => !types.some((type) => type === spec.ResourceType));
  const marked = types.map((ResourceType) => ({
    ResourceType,
    Tags: [...before.filter((spec) => spec.ResourceType === ResourceType).flatMap((spec) => spec.Tags ?? []), ...own],
  }));
  return [...marked, ...rest];
}

/** Writes a version of the group's own launch template, from what the group is now; makes the template where there is none. */
export function writeTemplate(turn: Turn, cluster: EksCluster, group: EksNodegroup): LaunchTemplateChoice {
  const { launchTemplates, tags } = turn.state.ec2;
  const id = group.ownLaunchTemplateId ?? turn.newId('lt-');
  const before = launchTemplates[id];
  const number = (before?.latestVersion ?? 0) + 1;
  const createdBy = `arn:${turn.world.partition}:sts::${turn.account}:assumed-role/AWSServiceRoleForAmazonEKSNodegroup/EKS`;
  const version = { number, data: templateData(turn, cluster, { group, id, number }), createdBy, createdAt: turn.now };
  const name = `eks-${group.uuid}`;
  launchTemplates[id] = {
    ...(before ?? { id, name, createdBy, createdAt: turn.now }),
    defaultVersion: number,
    latestVersion: number,
    versions: [...(before?.versions ?? []), version],
  };
  tags[id] = ownTags(cluster, group);
  group.ownLaunchTemplateId = id;
  return { id, name, version: String(number) };
}

/** The policy of a managed group: its types, all on demand or all spot. */
export const instancesPolicy = (group: EksNodegroup, template: LaunchTemplateChoice): MixedInstances => ({
  launchTemplate: template,
  overrides: (group.instanceTypes ?? []).map((instanceType) => ({ instanceType })),
  onDemandAllocationStrategy: 'prioritized',
  onDemandBaseCapacity: 0,
  onDemandPercentageAboveBaseCapacity: group.capacityType === 'SPOT' ? 0 : 100,
  spotAllocationStrategy: 'price-capacity-optimized',
});

/** What the nodes of a group come from: access entry, launch template, instance profile, Auto Scaling group. */
export function launchNodegroup(
  turn: Turn,
  cluster: EksCluster,
  start: { group: EksNodegroup; desired: number },
): void {
  const { group, desired } = start;
  ensureNodeAccessEntry(turn, cluster, { principalArn: group.nodeRole, type: 'EC2_LINUX' });
  const template = writeTemplate(turn, cluster, group);
  const tag = (key: string, value: string) => ({ key, value, propagateAtLaunch: true });
  createGroup(turn, {
    name: group.autoScalingGroupName,
    minSize: group.minSize,
    maxSize: group.maxSize,
    desiredCapacity: desired,
    mixedInstances: instancesPolicy(group, template),
    subnetIds: group.subnets,
    tags: [
      ...Object.entries(ownTags(cluster, group)).map(([key, value]) => tag(key, value)),
      tag('k8s.io/cluster-autoscaler/enabled', 'true'),
      tag(`k8s.io/cluster-autoscaler/${cluster.name}`, 'owned'),
      tag(`kubernetes.io/cluster/${cluster.name}`, 'owned'),
    ],
    settings: {
      capacityRebalance: group.capacityType === 'SPOT',
      healthCheckGracePeriod: 15,
      terminationPolicies: ['AllocationStrategy', 'OldestLaunchTemplate', 'OldestInstance'],
    },
  });
}

/** Takes away what launchNodegroup made, once no instance is left. */
export function removeNodegroupParts(turn: Turn, cluster: EksCluster, group: EksNodegroup): void {
  const { launchTemplates, tags } = turn.state.ec2;
  if (group.ownLaunchTemplateId !== undefined) {
    delete launchTemplates[group.ownLaunchTemplateId];
    delete tags[group.ownLaunchTemplateId];
  }
  delete turn.world.iam.instanceProfiles[profileName(group)];
  const others = Object.values(cluster.nodegroups).some((own) => own !== group && own.nodeRole === group.nodeRole);
  const entry = cluster.accessEntries[group.nodeRole];
  if (!others && entry?.type === 'EC2_LINUX' && entry.madeByEks) delete cluster.accessEntries[group.nodeRole];
}
