import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { checkLaunch, launchInstance } from '../ec2/instances/launch.ts';
import { mergeTagSpecifications } from '../ec2/instances/request.ts';
import type { LaunchChoice } from './launch-choice.ts';
import type { AutoScalingGroup, GroupInstance } from './state.ts';
import { templateData } from './templates.ts';

/** The tags of the group that its instances get. */
const propagated = (group: Pick<AutoScalingGroup, 'tags'>) => [
  {
    ResourceType: 'instance' as const,
    Tags: group.tags.filter((tag) => tag.propagateAtLaunch).map((tag) => ({ Key: tag.key, Value: tag.value })),
  },
];

const market = (choice: LaunchChoice): Pick<RequestLaunchTemplateData, 'InstanceMarketOptions'> =>
  choice.spot
    ? {
        InstanceMarketOptions: {
          MarketType: 'spot',
          ...(choice.maxPrice === undefined ? {} : { SpotOptions: { MaxPrice: choice.maxPrice } }),
        },
      }
    : {};

/** The first interface of a template says the subnet where it names interfaces, else the request does. */
function inSubnet(data: RequestLaunchTemplateData, subnetId: string) {
  const interfaces = data.NetworkInterfaces;
  if (interfaces === undefined || interfaces.length === 0) return { SubnetId: subnetId };
  return { NetworkInterfaces: interfaces.map((eni) => ({ ...eni, SubnetId: subnetId })) };
}

/** What of a group its instances carry. */
type Marking = Pick<AutoScalingGroup, 'name' | 'tags'>;

/** What the group asks EC2 for, and the version of the template behind it. */
function requestOf(turn: Turn, group: Marking, choice: LaunchChoice) {
  const template = templateData(turn, choice.template);
  if (template === undefined) {
    throw new AwsError(
      'ValidationError',
      `Launch template ${choice.template.id} version ${choice.template.version} does not exist.`,
    );
  }
  const version = String(template.number);
  const request = {
    ...template.data,
    ...(choice.instanceType === undefined
      ? {}
      : { InstanceType: choice.instanceType as NonNullable<RequestLaunchTemplateData['InstanceType']> }),
    ...inSubnet(template.data, choice.subnetId),
    ...market(choice),
    TagSpecifications: mergeTagSpecifications(template.data.TagSpecifications ?? [], propagated(group)),
    serviceTags: { 'aws:autoscaling:groupName': group.name },
    origin: { id: choice.template.id, name: choice.template.name, version },
  };
  return { request, version };
}

/** Throws EC2's error where a launch would be refused; makes nothing. */
export const checkStart = (turn: Turn, group: Marking, choice: LaunchChoice): void =>
  checkLaunch(turn, requestOf(turn, group, choice).request);

/** Launches one instance for a group. Throws EC2's error where it cannot be had there. */
export function startInstance(turn: Turn, group: AutoScalingGroup, choice: LaunchChoice): GroupInstance {
  const { request, version } = requestOf(turn, group, choice);
  const instance = launchInstance(turn, request);
  return {
    instanceId: instance.id,
    instanceType: instance.type,
    zone: choice.zone,
    subnetId: choice.subnetId,
    lifecycleState: 'Pending',
    healthStatus: 'Healthy',
    protectedFromScaleIn: group.newInstancesProtectedFromScaleIn,
    launchTemplate: { ...choice.template, version },
    launchedAt: turn.now,
    activityId: '',
  };
}
