import type { InventoryObject } from '../inventory.ts';
import {
  asSet,
  asText,
  at,
  byProperty,
  byTag,
  key,
  member,
  type Properties,
  said,
  type TypeTable,
  tags,
} from './type-table.ts';

type Part = Readonly<Record<string, unknown>>;

interface Version {
  readonly VersionNumber: number;
  readonly LaunchTemplateData: Part;
}

/** The newest version. */
function templateData(object: InventoryObject): unknown {
  const latest = member(object, 'LatestVersionNumber');
  return (member(object, 'Versions') as readonly Version[]).find((one) => one.VersionNumber === latest)
    ?.LaunchTemplateData;
}

interface TagSet {
  readonly ResourceType: string;
  readonly Tags: readonly unknown[];
}

const dataForm = (value: unknown): unknown => {
  const { SecurityGroupIds, TagSpecifications = [], NetworkInterfaces = [], ...rest } = value as Part;
  return {
    ...rest,
    SecurityGroupIds: asSet(SecurityGroupIds),
    NetworkInterfaces: (NetworkInterfaces as readonly Part[]).map((one) => ({ ...one, Groups: asSet(one.Groups) })),
    TagSpecifications: asSet(
      (TagSpecifications as readonly TagSet[]).map(({ ResourceType, Tags }) => ({ ResourceType, Tags: asSet(Tags) })),
    ),
  };
};

const launchTemplate: TypeTable = {
  find: (properties, stock) =>
    stock
      .of('AWS::EC2::LaunchTemplate')
      .find((one) => member(one, 'LaunchTemplateName') === properties.LaunchTemplateName),
  ref: key,
  attributes: { LatestVersionNumber: (object) => asText(member(object, 'LatestVersionNumber')) },
  properties: {
    LaunchTemplateName: said('LaunchTemplateName'),
    LaunchTemplateData: { told: templateData, form: dataForm },
    TagSpecifications: { ...tags, form: (value) => tags.form!(tagsOfTemplate(value)) },
  },
};

const tagsOfTemplate = (value: unknown): unknown =>
  Array.isArray(value)
    ? (value as readonly TagSet[]).find((one) => one.ResourceType === 'launch-template')?.Tags
    : value;

interface Override {
  readonly InstanceType: string;
}
interface Mixed {
  readonly LaunchTemplate: {
    readonly LaunchTemplateSpecification: Part;
    readonly Overrides: readonly Override[];
  };
  readonly InstancesDistribution: Part;
}

/** AWS adds the name of the template to its id. */
const mixedForm = (value: unknown): unknown => {
  const { LaunchTemplate, InstancesDistribution } = value as Mixed;
  const { LaunchTemplateName: _, ...specification } = LaunchTemplate.LaunchTemplateSpecification;
  return {
    LaunchTemplate: { LaunchTemplateSpecification: specification, Overrides: LaunchTemplate.Overrides },
    InstancesDistribution,
  };
};

type GroupTag = { readonly Key: string; readonly Value: string; readonly PropagateAtLaunch: boolean };

/** Each tag with whether instances get it. */
const groupTags: TypeTable['properties'][string] = {
  told: (object) => {
    const propagated = member(object, 'PropagatedTags') as Readonly<Record<string, boolean>>;
    return Object.entries(object.tags).map(([Key, Value]) => ({ Key, Value, PropagateAtLaunch: propagated[Key] }));
  },
  form: (value) => {
    const all = value as readonly GroupTag[];
    const values = tags.form!(all) as Readonly<Record<string, unknown>>;
    return asSet(all.filter(({ Key }) => Key in values));
  },
};

const autoScalingGroup: TypeTable = {
  find: byProperty('AWS::AutoScaling::AutoScalingGroup', 'AutoScalingGroupName'),
  ref: key,
  attributes: { AutoScalingGroupARN: at('AutoScalingGroupARN') },
  properties: {
    AutoScalingGroupName: said('AutoScalingGroupName'),
    MinSize: said('MinSize', { form: asText }),
    MaxSize: said('MaxSize', { form: asText }),
    DesiredCapacity: said('DesiredCapacity', { form: asText }),
    VPCZoneIdentifier: { told: (object) => String(member(object, 'VPCZoneIdentifier')).split(','), form: asSet },
    MixedInstancesPolicy: said('MixedInstancesPolicy', { form: mixedForm }),
    CapacityRebalance: said('CapacityRebalance', { byDefault: false }),
    HealthCheckType: said('HealthCheckType', { byDefault: 'EC2' }),
    HealthCheckGracePeriod: said('HealthCheckGracePeriod', { byDefault: 0 }),
    Cooldown: said('DefaultCooldown', { byDefault: '300', form: asText }),
    TargetGroupARNs: said('TargetGroupARNs', { byDefault: [], form: asSet }),
    TerminationPolicies: said('TerminationPolicies', { byDefault: ['Default'] }),
    NewInstancesProtectedFromScaleIn: said('NewInstancesProtectedFromScaleIn', { byDefault: false }),
    MaxInstanceLifetime: said('MaxInstanceLifetime'),
    DefaultInstanceWarmup: said('DefaultInstanceWarmup'),
    Tags: groupTags,
  },
};

const lifecycleHook: TypeTable = {
  find: ({ AutoScalingGroupName, LifecycleHookName }, stock) =>
    stock.byKey('AWS::AutoScaling::LifecycleHook', `${AutoScalingGroupName}/${LifecycleHookName}`),
  ref: at('LifecycleHookName'),
  properties: {
    AutoScalingGroupName: said('AutoScalingGroupName'),
    LifecycleHookName: said('LifecycleHookName'),
    LifecycleTransition: said('LifecycleTransition'),
    HeartbeatTimeout: said('HeartbeatTimeout', { byDefault: 3600 }),
    DefaultResult: said('DefaultResult', { byDefault: 'ABANDON' }),
    NotificationTargetARN: said('NotificationTargetARN'),
    RoleARN: said('RoleARN'),
  },
};

const ofType = (properties: Properties, gp3: number): number | undefined =>
  properties.VolumeType === 'gp3' ? gp3 : undefined;

/** AWS tells of gp3 what it gives by itself as well. */
const performance = (name: string, gp3: number): TypeTable['properties'][string] => ({
  told: (object, _, properties) => {
    const value = member(object, name);
    return name in properties || value !== ofType(properties, gp3) ? value : undefined;
  },
});

const volume: TypeTable = {
  find: byTag('AWS::EC2::Volume'),
  ref: key,
  properties: {
    AvailabilityZone: said('AvailabilityZone'),
    Encrypted: said('Encrypted', { byDefault: false }),
    // Without one it is the account's default key for EBS.
    KmsKeyId: said('KmsKeyId', { onlyIfSaid: true }),
    Size: said('Size'),
    VolumeType: said('VolumeType', { byDefault: 'gp2' }),
    Iops: performance('Iops', 3000),
    Throughput: performance('Throughput', 125),
    MultiAttachEnabled: said('MultiAttachEnabled', { byDefault: false }),
    SnapshotId: { told: (object) => member(object, 'SnapshotId') || undefined },
    Tags: tags,
  },
};

export const machineTypes: Readonly<Record<string, TypeTable>> = {
  'AWS::EC2::LaunchTemplate': launchTemplate,
  'AWS::EC2::Volume': volume,
  'AWS::AutoScaling::AutoScalingGroup': autoScalingGroup,
  'AWS::AutoScaling::LifecycleHook': lifecycleHook,
};
