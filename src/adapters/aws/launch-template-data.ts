import type {
  LaunchTemplateBlockDeviceMapping,
  LaunchTemplateBlockDeviceMappingRequest,
  RequestLaunchTemplateData,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Volume } from '../../model/kinds/launch-template.ts';
import type { Settled } from '../../model/types.ts';
import { fromTagList, toTagList } from './found.ts';

/** What a version of a template holds: the kind's fields but for those of the template itself. */
export type TemplateContent = Omit<Settled<'launch-template'>, 'name' | 'tags'>;

/** What our instance tags go onto. */
const taggedTypes = ['instance', 'volume', 'network-interface'] as const;

const toBase64 = (text: string): string => Buffer.from(text, 'utf8').toString('base64');
const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const toMapping = (volume: Volume): LaunchTemplateBlockDeviceMappingRequest => ({
  DeviceName: volume.deviceName,
  Ebs: {
    VolumeSize: volume.size,
    VolumeType: volume.volumeType as NonNullable<LaunchTemplateBlockDeviceMappingRequest['Ebs']>['VolumeType'],
    Iops: volume.iops ?? undefined,
    Throughput: volume.throughput ?? undefined,
    Encrypted: volume.encrypted,
    KmsKeyId: volume.kmsKeyArn ?? undefined,
    DeleteOnTermination: true,
  },
});

const fromMapping = ({ DeviceName, Ebs }: LaunchTemplateBlockDeviceMapping): Volume => ({
  deviceName: DeviceName!,
  size: Ebs?.VolumeSize ?? 0,
  volumeType: Ebs?.VolumeType ?? 'gp2',
  iops: Ebs?.Iops ?? null,
  throughput: Ebs?.Throughput ?? null,
  encrypted: Ebs?.Encrypted ?? false,
  kmsKeyArn: Ebs?.KmsKeyId ?? null,
});

/** Groups stand on the interface where the template has one: AWS refuses both. */
function network({ publicIp, securityGroupIds }: TemplateContent): Partial<RequestLaunchTemplateData> {
  const groups = securityGroupIds.length === 0 ? undefined : [...securityGroupIds];
  if (publicIp === null) return { SecurityGroupIds: groups };
  const base = { DeviceIndex: 0, AssociatePublicIpAddress: publicIp, DeleteOnTermination: true };
  return { NetworkInterfaces: [{ ...base, Groups: groups }] };
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_RequestLaunchTemplateData.html */
export function toTemplateData(content: TemplateContent): RequestLaunchTemplateData {
  const tagged = Object.keys(content.instanceTags).length > 0;
  return {
    ImageId: content.imageId ?? undefined,
    InstanceType: (content.instanceType ?? undefined) as RequestLaunchTemplateData['InstanceType'],
    UserData: content.userData === null ? undefined : toBase64(content.userData),
    KeyName: content.keyName ?? undefined,
    IamInstanceProfile: content.instanceProfileArn === null ? undefined : { Arn: content.instanceProfileArn },
    BlockDeviceMappings: content.volumes.length === 0 ? undefined : content.volumes.map(toMapping),
    MetadataOptions: {
      HttpTokens: 'required',
      HttpEndpoint: 'enabled',
      HttpPutResponseHopLimit: content.metadataHopLimit,
    },
    Monitoring: { Enabled: content.monitoring },
    EbsOptimized: content.ebsOptimized ?? undefined,
    TagSpecifications: tagged
      ? taggedTypes.map((ResourceType) => ({ ResourceType, Tags: toTagList(content.instanceTags) }))
      : undefined,
    ...network(content),
  };
}

/** Tags of instances, volumes and interfaces where all three are alike; else those of one that differs, so that it is seen. */
function instanceTagsOf(data: ResponseLaunchTemplateData): TemplateContent['instanceTags'] {
  const sets = taggedTypes.map((type) =>
    fromTagList(data.TagSpecifications?.find((one) => one.ResourceType === type)?.Tags),
  );
  const least = sets.reduce((a, b) => (Object.keys(b).length < Object.keys(a).length ? b : a));
  return least;
}

/** The version as the model would write it. Empty user data is none. */
export function fromTemplateData(data: ResponseLaunchTemplateData): TemplateContent {
  const [first] = data.NetworkInterfaces ?? [];
  return {
    imageId: data.ImageId ?? null,
    instanceType: data.InstanceType ?? null,
    userData: data.UserData === undefined || data.UserData === '' ? null : fromBase64(data.UserData),
    keyName: data.KeyName ?? null,
    securityGroupIds: [...(first?.Groups ?? data.SecurityGroupIds ?? [])].sort(),
    instanceProfileArn: data.IamInstanceProfile?.Arn ?? null,
    publicIp: first?.AssociatePublicIpAddress ?? null,
    volumes: (data.BlockDeviceMappings ?? []).map(fromMapping),
    // A version without required tokens is not one of ours: no hop limit of a spec is 0, so that it is made anew.
    metadataHopLimit:
      data.MetadataOptions?.HttpTokens === 'required' ? (data.MetadataOptions.HttpPutResponseHopLimit ?? 1) : 0,
    monitoring: data.Monitoring?.Enabled ?? false,
    ebsOptimized: data.EbsOptimized ?? null,
    instanceTags: instanceTagsOf(data),
  };
}
