import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { listOfTags } from './tags.ts';

type Template = Resource<'launch-template'>['desired'];

/** What the tags of instances go onto. */
const taggedTypes = ['instance', 'volume', 'network-interface'] as const;

const volumes = (template: Template) =>
  template.volumes.map((volume) => ({
    DeviceName: volume.deviceName,
    Ebs: {
      VolumeSize: volume.size,
      VolumeType: volume.volumeType,
      Iops: volume.iops,
      Throughput: volume.throughput,
      Encrypted: volume.encrypted,
      KmsKeyId: volume.kmsKeyArn,
      DeleteOnTermination: true,
    },
  }));

/** Groups stand on the interface where the template has one: AWS refuses both. */
function network({ publicIp, securityGroupIds }: Template) {
  const groups = securityGroupIds.length === 0 ? undefined : securityGroupIds;
  if (publicIp === null) return { SecurityGroupIds: groups };
  const base = { DeviceIndex: 0, AssociatePublicIpAddress: publicIp, DeleteOnTermination: true };
  return { NetworkInterfaces: [{ ...base, Groups: groups }] };
}

const content = (template: Template) => ({
  ImageId: template.imageId,
  InstanceType: template.instanceType,
  UserData: template.userData === null ? undefined : { 'Fn::Base64': template.userData },
  KeyName: template.keyName,
  IamInstanceProfile: template.instanceProfileArn === null ? undefined : { Arn: template.instanceProfileArn },
  BlockDeviceMappings: template.volumes.length === 0 ? undefined : volumes(template),
  MetadataOptions: {
    HttpTokens: 'required',
    HttpEndpoint: 'enabled',
    HttpPutResponseHopLimit: template.metadataHopLimit,
  },
  Monitoring: { Enabled: template.monitoring },
  EbsOptimized: template.ebsOptimized,
  // As they stand in the graph: they are part of the version, and other ones would make the instances stale on adoption.
  TagSpecifications:
    Object.keys(template.instanceTags).length === 0
      ? undefined
      : taggedTypes.map((ResourceType) => ({ ResourceType, Tags: listOfTags(template.instanceTags) })),
  ...network(template),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-launchtemplate.html */
export const launchTemplate: CloudFormationKind<'launch-template'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EC2::LaunchTemplate',
      body: {
        LaunchTemplateName: desired.name,
        LaunchTemplateData: content(desired),
        TagSpecifications: [{ ResourceType: 'launch-template', Tags: tagList(desired.tags) }],
      },
    },
  ],
  attributes: { launchTemplateId: 'Ref', latestVersion: 'LatestVersionNumber' },
};
