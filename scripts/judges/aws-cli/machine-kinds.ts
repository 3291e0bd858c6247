import type { KindName } from '../../../src/model/kinds/names.ts';
import type { Fields, KindByCli } from './question.ts';

const templateQuery = [
  'imageId:ImageId,instanceType:InstanceType,keyName:KeyName,instanceProfileArn:IamInstanceProfile.Arn',
  'publicIp:NetworkInterfaces[0].AssociatePublicIpAddress',
  'securityGroupIds:NetworkInterfaces[0].Groups || SecurityGroupIds',
  'volumes:BlockDeviceMappings[].{deviceName:DeviceName,size:Ebs.VolumeSize,volumeType:Ebs.VolumeType,iops:Ebs.Iops,throughput:Ebs.Throughput,encrypted:Ebs.Encrypted,kmsKeyArn:Ebs.KmsKeyId}',
  'metadataHopLimit:MetadataOptions.HttpPutResponseHopLimit,monitoring:Monitoring.Enabled,ebsOptimized:EbsOptimized',
  'instanceTags:TagSpecifications[0].Tags,userData:UserData',
].join(',');

const groupQuery = [
  'name:AutoScalingGroupName,groupName:AutoScalingGroupName,arn:AutoScalingGroupARN,subnetIds:VPCZoneIdentifier',
  'launchTemplateId:MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.LaunchTemplateId',
  'launchTemplateVersion:MixedInstancesPolicy.LaunchTemplate.LaunchTemplateSpecification.Version',
  'instances:{types:MixedInstancesPolicy.LaunchTemplate.Overrides[].InstanceType}',
  'minSize:MinSize,maxSize:MaxSize,desiredSize:DesiredCapacity,capacityRebalance:CapacityRebalance',
  'targetGroupArns:TargetGroupARNs,tags:Tags',
].join(',');

const textOf = ({ userData, ...fields }: Fields): Fields => ({
  ...fields,
  ...(typeof userData === 'string' ? { userData: Buffer.from(userData, 'base64').toString('utf8') } : {}),
});

/** Kinds of templates, groups and volumes. */
export const machineKinds: Partial<Record<KindName, KindByCli>> = {
  'launch-template': {
    asks: [
      {
        command: 'ec2 describe-launch-templates --launch-template-ids {launchTemplateId}',
        query:
          'LaunchTemplates[0].{name:LaunchTemplateName,launchTemplateId:LaunchTemplateId,latestVersion:to_string(LatestVersionNumber),tags:Tags}',
      },
      {
        command: 'ec2 describe-launch-template-versions --launch-template-id {launchTemplateId} --versions $Latest',
        query: `LaunchTemplateVersions[0].LaunchTemplateData.{${templateQuery}}`,
        read: textOf,
      },
    ],
  },
  'auto-scaling-group': {
    asks: [
      {
        command: 'autoscaling describe-auto-scaling-groups --auto-scaling-group-names {name}',
        query: `AutoScalingGroups[0].{${groupQuery}}`,
        read: ({ subnetIds, ...fields }) => ({ ...fields, subnetIds: String(subnetIds).split(',') }),
      },
    ],
  },
  'lifecycle-hook': {
    asks: [
      {
        command:
          'autoscaling describe-lifecycle-hooks --auto-scaling-group-name {groupName} --lifecycle-hook-names {name}',
        query:
          'LifecycleHooks[0].{groupName:AutoScalingGroupName,name:LifecycleHookName,hookName:LifecycleHookName,transition:LifecycleTransition,heartbeatSeconds:HeartbeatTimeout,defaultResult:DefaultResult}',
      },
    ],
  },
  volume: {
    asks: [
      {
        command: 'ec2 describe-volumes --volume-ids {volumeId}',
        query:
          'Volumes[0].{zone:AvailabilityZone,encrypted:Encrypted,size:Size,volumeType:VolumeType,volumeId:VolumeId,tags:Tags}',
      },
    ],
  },
};
