import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

type Group = Resource<'node-group'>['desired'];

/** As the API of EKS writes the effects of taints. */
const effects: Readonly<Record<string, string>> = {
  NoSchedule: 'NO_SCHEDULE',
  PreferNoSchedule: 'PREFER_NO_SCHEDULE',
  NoExecute: 'NO_EXECUTE',
};

/** With an image in the launch template EKS finds out by itself and refuses to be told. */
const image = ({ amiType, version, releaseVersion }: Group) =>
  amiType === 'CUSTOM' ? {} : { AmiType: amiType, Version: version, ReleaseVersion: releaseVersion };

const updates = ({ updateConfig }: Group) =>
  'maxUnavailable' in updateConfig
    ? { MaxUnavailable: updateConfig.maxUnavailable }
    : { MaxUnavailablePercentage: updateConfig.maxUnavailablePercentage };

const body = (desired: Group) => ({
  ClusterName: desired.clusterName,
  NodegroupName: desired.name,
  NodeRole: desired.nodeRoleArn,
  Subnets: desired.subnetIds,
  ...image(desired),
  InstanceTypes: desired.instanceTypes,
  CapacityType: desired.capacityType,
  LaunchTemplate: { Id: desired.launchTemplateId, Version: desired.launchTemplateVersion },
  ScalingConfig: { MinSize: desired.minSize, MaxSize: desired.maxSize, DesiredSize: desired.desiredSize },
  Labels: Object.keys(desired.labels).length === 0 ? undefined : desired.labels,
  Taints:
    desired.taints.length === 0
      ? undefined
      : desired.taints.map(({ key, value, effect }) => ({ Key: key, Value: value, Effect: effects[String(effect)] })),
  UpdateConfig: updates(desired),
});

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-nodegroup.html */
export const nodeGroup: CloudFormationKind<'node-group'> = {
  blocks: ({ desired }, { tags }) => [
    { type: 'AWS::EKS::Nodegroup', body: { ...body(desired), Tags: tags(desired.tags) } },
  ],
  attributes: { nodeGroupName: 'NodegroupName', arn: 'Arn', autoScalingGroupName: null },
};
