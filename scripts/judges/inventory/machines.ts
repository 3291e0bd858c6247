import { DescribeAutoScalingGroupsCommand, DescribeLifecycleHooksCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstancesCommand,
  DescribeKeyPairsCommand,
  DescribeLaunchTemplatesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf } from './inventory-object.ts';

async function launchTemplates({ ec2 }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (NextToken) => ec2.send(new DescribeLaunchTemplatesCommand({ NextToken })),
    (answer) => answer.NextToken,
  );
  const templates = pages.flatMap((page) => page.LaunchTemplates ?? []);
  return Promise.all(
    templates.map(async (template) => {
      const { LaunchTemplateId } = template;
      const versions = await pagesOf(
        (NextToken) => ec2.send(new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId, NextToken })),
        (answer) => answer.NextToken,
      );
      const Versions = versions.flatMap((page) => page.LaunchTemplateVersions ?? []);
      return objectOf('AWS::EC2::LaunchTemplate', LaunchTemplateId, { ...template, Versions });
    }),
  );
}

async function ofEc2({ ec2 }: InventoryClients): Promise<InventoryObject[]> {
  const [volumes, instances, pairs] = await Promise.all([
    pagesOf(
      (NextToken) => ec2.send(new DescribeVolumesCommand({ NextToken })),
      (answer) => answer.NextToken,
    ),
    pagesOf(
      (NextToken) => ec2.send(new DescribeInstancesCommand({ NextToken })),
      (answer) => answer.NextToken,
    ),
    ec2.send(new DescribeKeyPairsCommand({ IncludePublicKey: true })),
  ]);
  const running = instances
    .flatMap((page) => page.Reservations ?? [])
    .flatMap(({ Instances = [] }) => Instances)
    .filter(({ State }) => State?.Name !== 'terminated');
  return [
    ...volumes
      .flatMap((page) => page.Volumes ?? [])
      .map((volume) => objectOf('AWS::EC2::Volume', volume.VolumeId, { ...volume })),
    ...running.map((instance) => objectOf('AWS::EC2::Instance', instance.InstanceId, { ...instance })),
    ...(pairs.KeyPairs ?? []).map((pair) => objectOf('AWS::EC2::KeyPair', pair.KeyName, { ...pair })),
  ];
}

async function groups({ autoScaling }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (NextToken) => autoScaling.send(new DescribeAutoScalingGroupsCommand({ NextToken })),
    (answer) => answer.NextToken,
  );
  const all = pages.flatMap((page) => page.AutoScalingGroups ?? []);
  const hooks = await Promise.all(
    all.map(async ({ AutoScalingGroupName }) => {
      const answer = await autoScaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName }));
      return answer.LifecycleHooks ?? [];
    }),
  );
  return [
    ...all.map((group) => {
      const propagated = (group.Tags ?? []).map(
        ({ Key, PropagateAtLaunch }) => [Key ?? '', PropagateAtLaunch] as const,
      );
      return objectOf('AWS::AutoScaling::AutoScalingGroup', group.AutoScalingGroupName, {
        ...group,
        PropagatedTags: Object.fromEntries(propagated),
      });
    }),
    ...hooks.flat().map((hook) =>
      objectOf('AWS::AutoScaling::LifecycleHook', `${hook.AutoScalingGroupName}/${hook.LifecycleHookName}`, {
        ...hook,
      }),
    ),
  ];
}

/** Templates, groups with their hooks, instances, volumes and key pairs. */
export async function machineObjects(clients: InventoryClients): Promise<InventoryObject[]> {
  return (await Promise.all([launchTemplates(clients), ofEc2(clients), groups(clients)])).flat();
}
