import {
  type AutoScalingGroup,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateVersionCommand,
  DescribeLaunchTemplateVersionsCommand,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { minutes } from '../../base/duration.ts';
import { eventually, type Trial } from './trial.ts';

/** What somebody else made of a group's template, or of its place. */
export interface Otherwise {
  readonly template?: RequestLaunchTemplateData;
  readonly subnetId?: string;
}

async function groupOfWorkers({ ports }: Trial): Promise<AutoScalingGroup> {
  const { AutoScalingGroups = [] } = await ports.connection.clients.autoScaling.send(
    new DescribeAutoScalingGroupsCommand({
      Filters: [{ Name: 'tag:quilla.dev/id', Values: ['auto-scaling-group/workers'] }],
    }),
  );
  const [group] = AutoScalingGroups;
  if (group === undefined) throw new Error('there is no auto scaling group of workers');
  return group;
}

/** The launch template of a group, in the version that it launches. */
function templateOf(group: AutoScalingGroup): { LaunchTemplateId: string; Version: string } {
  const { LaunchTemplateId = '', Version = '' } =
    group.LaunchTemplate ?? group.MixedInstancesPolicy?.LaunchTemplate?.LaunchTemplateSpecification ?? {};
  return { LaunchTemplateId, Version };
}

/** The user data that workers get, as text. */
export async function userDataOfWorkers(trial: Trial): Promise<string> {
  const { LaunchTemplateId, Version } = templateOf(await groupOfWorkers(trial));
  const { LaunchTemplateVersions: [found] = [] } = await trial.ports.connection.clients.ec2.send(
    new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, Versions: [Version] }),
  );
  return Buffer.from(found?.LaunchTemplateData?.UserData ?? '', 'base64').toString();
}

async function otherVersion(trial: Trial, group: AutoScalingGroup, data: RequestLaunchTemplateData): Promise<string> {
  const { LaunchTemplateId, Version: SourceVersion } = templateOf(group);
  const made = await trial.ports.connection.clients.ec2.send(
    new CreateLaunchTemplateVersionCommand({ LaunchTemplateId, SourceVersion, LaunchTemplateData: data }),
  );
  return String(made.LaunchTemplateVersion?.VersionNumber);
}

/** Lets the group of workers launch one more than it has, made otherwise than the others, and be as it was from then on. Returns its id. */
export async function oneMoreWorker(trial: Trial, { template, subnetId }: Otherwise): Promise<string> {
  const { autoScaling } = trial.ports.connection.clients;
  const group = await groupOfWorkers(trial);
  const { AutoScalingGroupName, DesiredCapacity = 0, MaxSize = 0, VPCZoneIdentifier } = group;
  const { LaunchTemplateId, Version } = templateOf(group);
  const known = new Set(trial.workers().map(({ id }) => id));
  const launching = (version: string) =>
    group.MixedInstancesPolicy === undefined
      ? { LaunchTemplate: { LaunchTemplateId, Version: version } }
      : {
          MixedInstancesPolicy: {
            ...group.MixedInstancesPolicy,
            LaunchTemplate: {
              ...group.MixedInstancesPolicy.LaunchTemplate,
              LaunchTemplateSpecification: { LaunchTemplateId, Version: version },
            },
          },
        };
  const version = template === undefined ? Version : await otherVersion(trial, group, template);
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({
      AutoScalingGroupName,
      ...launching(version),
      VPCZoneIdentifier: subnetId ?? VPCZoneIdentifier,
      DesiredCapacity: DesiredCapacity + 1,
      MaxSize: Math.max(MaxSize, DesiredCapacity + 1),
    }),
  );
  const launched = await eventually(
    'one more worker is launched',
    () => trial.workers().find(({ id }) => !known.has(id)),
    minutes(1),
  );
  await autoScaling.send(
    new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, ...launching(Version), VPCZoneIdentifier }),
  );
  return launched.id;
}
