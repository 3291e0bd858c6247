import {
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  DeleteAutoScalingGroupCommand,
  DeleteWarmPoolCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeWarmPoolCommand,
  PutLifecycleHookCommand,
  PutWarmPoolCommand,
  type PutWarmPoolType,
  SetDesiredCapacityCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client, type RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let groups: AutoScalingClient;
beforeEach(async () => {
  aws = await startForTest();
  groups = new AutoScalingClient(aws.settings());
});
afterEach(() => aws.stop());

const AutoScalingGroupName = 'g';

async function group(more: RequestLaunchTemplateData = {}): Promise<void> {
  const LaunchTemplateData = { ImageId: imagesOf('us-east-1')[0]!.id, InstanceType: 't3.medium' as const, ...more };
  await new EC2Client(aws.settings()).send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'nodes', LaunchTemplateData }),
  );
  await groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateName: 'nodes' },
      MinSize: 0,
      MaxSize: 3,
      DesiredCapacity: 1,
      VPCZoneIdentifier: Object.keys(aws.turns.at('us-east-1').state.ec2.subnets)[0]!,
    }),
  );
}

const put = (more: Partial<PutWarmPoolType> = {}) =>
  groups.send(new PutWarmPoolCommand({ AutoScalingGroupName, ...more }));
const pool = async () => {
  const { WarmPoolConfiguration, Instances = [] } = await groups.send(
    new DescribeWarmPoolCommand({ AutoScalingGroupName }),
  );
  return { WarmPoolConfiguration, states: Instances.map((own) => own.LifecycleState), Instances };
};
const told = async () =>
  (await groups.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups!.find(
    (own) => own.AutoScalingGroupName === AutoScalingGroupName,
  );
const ec2StateOf = (id: string | undefined) => aws.turns.at('us-east-1').state.ec2.instances[id!]?.state;

it('a pool keeps as many stopped instances as the group may still have', async () => {
  await group();
  expect((await pool()).WarmPoolConfiguration).toBeUndefined();
  await put();
  await aws.clock.sleep(minutes(5));
  const { states, Instances } = await pool();
  expect(states).toEqual(['Warmed:Stopped', 'Warmed:Stopped']);
  expect(Instances.map(({ InstanceId }) => ec2StateOf(InstanceId))).toEqual(['stopped', 'stopped']);
  const { Instances: own, WarmPoolConfiguration, WarmPoolSize } = (await told())!;
  expect({ own: own?.length, WarmPoolConfiguration, WarmPoolSize }).toEqual({
    own: 1,
    WarmPoolConfiguration: { MinSize: 0, PoolState: 'Stopped' },
    WarmPoolSize: 2,
  });
});

it.each([
  [{ MaxGroupPreparedCapacity: 2 }, 1],
  [{ MaxGroupPreparedCapacity: 1 }, 0],
  [{ MinSize: 2, MaxGroupPreparedCapacity: 2 }, 2],
  [{ PoolState: 'Running' }, 2],
] as const)('of a pool with %j there are %i instances', async (more, size) => {
  await group();
  await put(more);
  await aws.clock.sleep(minutes(5));
  const state = 'PoolState' in more ? 'Warmed:Running' : 'Warmed:Stopped';
  expect((await pool()).states).toEqual(Array.from({ length: size }, () => state));
});

it('a group takes from its pool first, and the pool is filled up again', async () => {
  await group();
  await put({ MinSize: 1, MaxGroupPreparedCapacity: 2 });
  await aws.clock.sleep(minutes(5));
  const warm = (await pool()).Instances[0]!.InstanceId;
  await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 2 }));
  await aws.clock.sleep(minutes(5));
  expect((await told())!.Instances).toContainEqual(
    expect.objectContaining({ InstanceId: warm, LifecycleState: 'InService' }),
  );
  expect(ec2StateOf(warm)).toBe('running');
  const after = await pool();
  expect(after.states).toEqual(['Warmed:Stopped']);
  expect(after.Instances[0]!.InstanceId).not.toBe(warm);
});

it('hooks of a launch hold an instance before it rests, and again when it is taken', async () => {
  await group();
  await groups.send(
    new PutLifecycleHookCommand({
      AutoScalingGroupName,
      LifecycleHookName: 'prepare',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_LAUNCHING',
      DefaultResult: 'ABANDON',
      HeartbeatTimeout: 600,
    }),
  );
  await put({ MaxGroupPreparedCapacity: 2 });
  await aws.clock.sleep(minutes(2));
  const { states, Instances } = await pool();
  expect(states).toEqual(['Warmed:Pending:Wait']);
  await groups.send(
    new CompleteLifecycleActionCommand({
      AutoScalingGroupName,
      LifecycleHookName: 'prepare',
      InstanceId: Instances[0]!.InstanceId,
      LifecycleActionResult: 'CONTINUE',
    }),
  );
  await aws.clock.sleep(minutes(3));
  expect((await pool()).states).toEqual(['Warmed:Stopped']);
});

it('a pool goes once its instances are gone, and before its group', async () => {
  await group();
  await put();
  await aws.clock.sleep(minutes(5));
  const ids = (await pool()).Instances.map((own) => own.InstanceId);
  await groups.send(new SetDesiredCapacityCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
  await groups.send(new DeleteWarmPoolCommand({ AutoScalingGroupName }));
  expect((await pool()).WarmPoolConfiguration).toMatchObject({ Status: 'PendingDelete' });
  const remove = () => groups.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName }));
  expect(await refusal(remove())).toMatch(/^ResourceInUse/);
  await aws.clock.sleep(minutes(5));
  expect(await pool()).toEqual({ WarmPoolConfiguration: undefined, states: [], Instances: [] });
  expect(ids.map(ec2StateOf).filter((state) => state !== undefined && state !== 'terminated')).toEqual([]);
  await remove();
});

it('a group that is deleted by force takes its pool along', async () => {
  await group();
  await put();
  await aws.clock.sleep(minutes(5));
  await groups.send(new DeleteAutoScalingGroupCommand({ AutoScalingGroupName, ForceDelete: true }));
  await aws.clock.sleep(minutes(5));
  expect(await told()).toBeUndefined();
});

it('spot instances are not kept warm', async () => {
  await group({ InstanceMarketOptions: { MarketType: 'spot' } });
  expect(await refusal(put())).toMatch(/^ValidationError/);
});
