import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  type CreateAutoScalingGroupCommandInput,
  DeleteAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeInstanceRefreshesCommand,
  DescribeScalingActivitiesCommand,
  SetDesiredCapacityCommand,
  SetInstanceProtectionCommand,
  StartInstanceRefreshCommand,
  TerminateInstanceInAutoScalingGroupCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  DescribeInstancesCommand,
  EC2Client,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { eksImageId } from '../ec2/eks-images.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let client: AutoScalingClient;
let ec2: EC2Client;
beforeEach(async () => {
  aws = await startForTest();
  client = new AutoScalingClient(aws.settings());
  ec2 = new EC2Client(aws.settings());
});
afterEach(() => aws.stop());

const state = () => aws.turns.at('us-east-1').state;
const pass = (n: number) => aws.clock.sleep(minutes(n));

async function makeGroup(changes: Partial<CreateAutoScalingGroupCommandInput> = {}): Promise<void> {
  const made = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'workers',
      LaunchTemplateData: { ImageId: eksImageId('us-east-1', '1.36', 'al2023', 'x86_64')!, InstanceType: 't3.medium' },
    }),
  );
  const subnets = Object.values(state().ec2.subnets).filter((subnet) => /[abc]$/.test(subnet.zone));
  await client.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'workers',
      LaunchTemplate: { LaunchTemplateId: made.LaunchTemplate!.LaunchTemplateId!, Version: '$Latest' },
      MinSize: 0,
      MaxSize: 6,
      DesiredCapacity: 3,
      VPCZoneIdentifier: subnets.map((subnet) => subnet.id).join(','),
      Tags: [{ Key: 'team', Value: 'blue', PropagateAtLaunch: true }],
      ...changes,
    }),
  );
}

const group = async () =>
  (await client.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['workers'] })))
    .AutoScalingGroups![0]!;
const inService = async () => (await group()).Instances!.filter((own) => own.LifecycleState === 'InService');

describe('an Auto Scaling group', () => {
  it('launches what it wants, one per zone, with the tags that propagate', async () => {
    await makeGroup();
    expect((await group()).Instances).toEqual([]);
    await pass(2);
    const instances = await inService();
    expect(instances.map((own) => own.AvailabilityZone).sort()).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c']);
    expect(state().ec2.tags[instances[0]!.InstanceId!]).toMatchObject({
      team: 'blue',
      'aws:autoscaling:groupName': 'workers',
    });
    const { Activities } = await client.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'workers' }));
    expect(Activities?.every((own) => own.StatusCode === 'Successful')).toBe(true);
    expect(aws.world.iam.roles.AWSServiceRoleForAutoScaling).toBeDefined();
  });

  it('tells that launches go to another zone where one fails, and takes no other distribution', async () => {
    const AvailabilityZoneDistribution = { CapacityDistributionStrategy: 'balanced-best-effort' } as const;
    await makeGroup({ AvailabilityZoneDistribution });
    expect(await group()).toMatchObject({ AvailabilityZoneDistribution });
    const other = { CapacityDistributionStrategy: 'balanced-only' } as const;
    const change = { AutoScalingGroupName: 'workers', AvailabilityZoneDistribution: other };
    expect(await refusal(client.send(new UpdateAutoScalingGroupCommand(change)))).toContain('NotImplemented');
  });

  it('uses capacity reservations as its launch template says, and takes no other preference', async () => {
    await makeGroup();
    const CapacityReservationSpecification = { CapacityReservationPreference: 'default' } as const;
    expect(await group()).toMatchObject({ CapacityReservationSpecification });
    const other = { CapacityReservationPreference: 'capacity-reservations-only' } as const;
    const change = { AutoScalingGroupName: 'workers', CapacityReservationSpecification: other };
    expect(await refusal(client.send(new UpdateAutoScalingGroupCommand(change)))).toContain('NotImplemented');
  });

  it('takes an empty price for spot instances as none', async () => {
    await makeGroup();
    const [template] = Object.values(state().ec2.launchTemplates);
    const LaunchTemplateSpecification = { LaunchTemplateId: template!.id, Version: '1' };
    const priceAfter = async (SpotMaxPrice: string) => {
      const MixedInstancesPolicy = {
        LaunchTemplate: { LaunchTemplateSpecification },
        InstancesDistribution: { SpotMaxPrice },
      };
      await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'workers', MixedInstancesPolicy }));
      return (await group()).MixedInstancesPolicy?.InstancesDistribution?.SpotMaxPrice;
    };
    expect(await priceAfter('0.05')).toBe('0.05');
    expect(await priceAfter('')).toBeUndefined();
  });

  it('is found by its tags', async () => {
    await makeGroup();
    const by = (Name: string, Values: string[]) =>
      client.send(new DescribeAutoScalingGroupsCommand({ Filters: [{ Name, Values }] }));
    expect((await by('tag:team', ['blue'])).AutoScalingGroups).toHaveLength(1);
    expect((await by('tag:team', ['red'])).AutoScalingGroups).toHaveLength(0);
    expect((await by('tag-key', ['team'])).AutoScalingGroups).toHaveLength(1);
  });

  it('replaces an instance that a user ended, by itself', async () => {
    await makeGroup();
    await pass(2);
    const [first] = await inService();
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [first!.InstanceId!] }));
    await pass(4);
    const group = state().autoscaling.groups.workers!;
    expect(group.instances.map((own) => own.lifecycleState)).toEqual(['InService', 'InService', 'InService']);
    expect(group.instances.some((own) => own.instanceId === first!.InstanceId)).toBe(false);
  });

  it('shrinks, and says what of a size is wrong', async () => {
    await makeGroup();
    await pass(2);
    await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'workers', DesiredCapacity: 1 }));
    await pass(2);
    expect((await group()).Instances).toHaveLength(1);
    const above = client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'workers', DesiredCapacity: 7 }));
    expect(await refusal(above)).toBe(
      'ValidationError: New SetDesiredCapacity value 7 is above max value 6 for the AutoScalingGroup.',
    );
    await client.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName: 'workers', MinSize: 2 }));
    expect((await group()).DesiredCapacity).toBe(2);
  });

  it('keeps what is protected, and lets it go once it is not', async () => {
    await makeGroup({ DesiredCapacity: 2, NewInstancesProtectedFromScaleIn: true });
    await pass(2);
    const InstanceIds = (await inService()).map((own) => own.InstanceId!);
    await client.send(new SetDesiredCapacityCommand({ AutoScalingGroupName: 'workers', DesiredCapacity: 0 }));
    await pass(2);
    expect(await inService()).toHaveLength(2);
    await client.send(
      new SetInstanceProtectionCommand({ AutoScalingGroupName: 'workers', InstanceIds, ProtectedFromScaleIn: false }),
    );
    await pass(3);
    expect((await group()).Instances).toEqual([]);
  });

  it('ends an instance with or without its place', async () => {
    await makeGroup();
    await pass(2);
    const [first, second] = await inService();
    const end = (InstanceId: string, ShouldDecrementDesiredCapacity: boolean) =>
      client.send(new TerminateInstanceInAutoScalingGroupCommand({ InstanceId, ShouldDecrementDesiredCapacity }));
    await end(first!.InstanceId!, true);
    const { Reservations } = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [first!.InstanceId!] }));
    // Auto Scaling ends instances by EC2's API, as users do.
    expect(Reservations?.[0]?.Instances?.[0]?.StateReason?.Code).toBe('Client.UserInitiatedShutdown');
    expect((await group()).DesiredCapacity).toBe(2);
    await end(second!.InstanceId!, false);
    await pass(3);
    expect(await inService()).toHaveLength(2);
  });

  it('is deleted only empty, or by force', async () => {
    await makeGroup();
    await pass(2);
    const plain = client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'workers' }));
    expect(await refusal(plain)).toMatch(
      /^ResourceInUse.*: You cannot delete an AutoScalingGroup while there are instances/,
    );
    await client.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName: 'workers', ForceDelete: true }));
    expect((await group()).Status).toBe('Delete in progress');
    await pass(2);
    const { AutoScalingGroups } = await client.send(new DescribeAutoScalingGroupsCommand({}));
    expect(AutoScalingGroups).toEqual([]);
    expect(Object.values(state().ec2.instances).every((own) => own.state === 'terminated')).toBe(true);
  });

  it('replaces all instances in a refresh', async () => {
    await makeGroup();
    await pass(2);
    const before = (await inService()).map((own) => own.InstanceId);
    await client.send(
      new StartInstanceRefreshCommand({ AutoScalingGroupName: 'workers', Preferences: { MinHealthyPercentage: 60 } }),
    );
    expect(await refusal(client.send(new StartInstanceRefreshCommand({ AutoScalingGroupName: 'workers' })))).toMatch(
      /^InstanceRefreshInProgress/,
    );
    await pass(10);
    const { InstanceRefreshes } = await client.send(
      new DescribeInstanceRefreshesCommand({ AutoScalingGroupName: 'workers' }),
    );
    expect(InstanceRefreshes?.[0]).toMatchObject({ Status: 'Successful', PercentageComplete: 100 });
    const after = (await inService()).map((own) => own.InstanceId);
    expect(after).toHaveLength(3);
    expect(after.some((id) => before.includes(id))).toBe(false);
  });

  it('holds new instances for a lifecycle hook until it is completed', async () => {
    await makeGroup({
      DesiredCapacity: 1,
      LifecycleHookSpecificationList: [
        { LifecycleHookName: 'warm', LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING' },
      ],
    });
    await pass(3);
    const [waiting] = (await group()).Instances!;
    expect(waiting?.LifecycleState).toBe('Pending:Wait');
    await client.send(
      new CompleteLifecycleActionCommand({
        AutoScalingGroupName: 'workers',
        LifecycleHookName: 'warm',
        LifecycleActionResult: 'CONTINUE',
        InstanceId: waiting!.InstanceId!,
      }),
    );
    expect((await group()).Instances?.[0]?.LifecycleState).toBe('InService');
  });

  it('refuses a second of its name and a template that does not exist', async () => {
    await makeGroup();
    const again = {
      AutoScalingGroupName: 'workers',
      MinSize: 0,
      MaxSize: 1,
      LaunchTemplate: { LaunchTemplateName: 'workers' },
      VPCZoneIdentifier: Object.keys(state().ec2.subnets)[0]!,
    };
    expect(await refusal(client.send(new CreateAutoScalingGroupCommand(again)))).toMatch(
      /^AlreadyExists.*: AutoScalingGroup by this name already exists/,
    );
    const without = { ...again, AutoScalingGroupName: 'other', LaunchTemplate: { LaunchTemplateName: 'none' } };
    expect(await refusal(client.send(new CreateAutoScalingGroupCommand(without)))).toMatch(
      /^ValidationError: You must use a valid fully-formed launch template/,
    );
  });
});

it('says why a launch failed and goes on when there is capacity again', async () => {
  state().quotas.overrides['ec2/L-1216C47A'] = 2;
  await makeGroup({ DesiredCapacity: 2 });
  await pass(2);
  expect(await inService()).toHaveLength(1);
  const { Activities } = await client.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName: 'workers' }));
  const failed = Activities?.find((own) => own.StatusCode === 'Failed');
  expect(failed?.StatusMessage).toMatch(/^You have requested more vCPU capacity .* Launching EC2 instance failed\.$/);
  state().quotas.overrides['ec2/L-1216C47A'] = 64;
  await pass(4);
  expect(await inService()).toHaveLength(2);
});
