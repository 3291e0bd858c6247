import {
  AttachLoadBalancerTargetGroupsCommand,
  AutoScalingClient,
  CompleteLifecycleActionCommand,
  CreateAutoScalingGroupCommand,
  DeleteLifecycleHookCommand,
  DescribeAutoScalingGroupsCommand,
  DescribeLifecycleHooksCommand,
  DetachLoadBalancerTargetGroupsCommand,
  PutLifecycleHookCommand,
  RecordLifecycleActionHeartbeatCommand,
  TerminateInstanceInAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  CreateTargetGroupCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyTargetGroupAttributesCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { interruptSpotInstance } from '../ec2/instances/interruption.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let scaling: AutoScalingClient;
let elb: ElasticLoadBalancingV2Client;
beforeEach(async () => {
  aws = await startForTest();
  scaling = new AutoScalingClient(aws.settings());
  elb = new ElasticLoadBalancingV2Client(aws.settings());
  const ImageId = imagesOf('us-east-1').find((own) => own.os === 'ubuntu-24.04' && own.architecture === 'x86_64')!.id;
  await new EC2Client(aws.settings()).send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: 'template',
      LaunchTemplateData: { ImageId, InstanceType: 't3.medium', InstanceMarketOptions: { MarketType: 'spot' } },
    }),
  );
});
afterEach(() => aws.stop());

const turn = () => aws.turns.at('us-east-1');
const targets = async (): Promise<string> => {
  const VpcId = Object.keys(turn().state.ec2.vpcs)[0]!;
  const made = await elb.send(new CreateTargetGroupCommand({ Name: 'tg', Protocol: 'TCP', Port: 6443, VpcId }));
  const TargetGroupArn = made.TargetGroups![0]!.TargetGroupArn!;
  const Attributes = [{ Key: 'deregistration_delay.timeout_seconds', Value: '60' }];
  await elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes }));
  return TargetGroupArn;
};
const group = async (more: object = {}): Promise<void> => {
  const subnet = Object.values(turn().state.ec2.subnets).find((own) => own.zone === 'us-east-1a')!;
  await scaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'g',
      MinSize: 0,
      MaxSize: 2,
      DesiredCapacity: 1,
      VPCZoneIdentifier: subnet.id,
      LaunchTemplate: { LaunchTemplateName: 'template', Version: '$Latest' },
      ...more,
    }),
  );
  await aws.clock.sleep(minutes(2));
};
const instances = async () => {
  const seen = await scaling.send(new DescribeAutoScalingGroupsCommand({ AutoScalingGroupNames: ['g'] }));
  return seen.AutoScalingGroups![0]!.Instances!;
};
const states = async (TargetGroupArn: string) => {
  const seen = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn }));
  return seen.TargetHealthDescriptions!.map((own) => [own.Target!.Id, own.TargetHealth!.State]);
};

it('instances are targets while they are in service, and drain before they end', async () => {
  const arn = await targets();
  await group({ TargetGroupARNs: [arn] });
  const id = (await instances())[0]!.InstanceId!;
  expect(await states(arn)).toEqual([[id, 'unused']]);
  await scaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
  );
  expect(await states(arn)).toEqual([[id, 'draining']]);
  await aws.clock.sleep(seconds(50));
  expect(turn().state.ec2.instances[id]!.state).toBe('running');
  await aws.clock.sleep(seconds(11));
  expect(turn().state.ec2.instances[id]!.state).toBe('shutting-down');
  expect(await states(arn)).toEqual([]);
  await aws.clock.sleep(minutes(1));
  expect(await instances()).toEqual([]);
});

it('target groups are attached to and detached from what runs', async () => {
  await group();
  const arn = await targets();
  const of = { AutoScalingGroupName: 'g', TargetGroupARNs: [arn] };
  await scaling.send(new AttachLoadBalancerTargetGroupsCommand(of));
  const id = (await instances())[0]!.InstanceId!;
  expect(await states(arn)).toEqual([[id, 'unused']]);
  await scaling.send(new DetachLoadBalancerTargetGroupsCommand(of));
  expect(await states(arn)).toEqual([[id, 'draining']]);
  const nowhere = { ...of, TargetGroupARNs: [`${arn}0`] };
  expect(await refusal(scaling.send(new AttachLoadBalancerTargetGroupsCommand(nowhere)))).toMatch(
    /Provided Target Groups may not be valid/,
  );
});

const hook = (more: object = {}) =>
  scaling.send(
    new PutLifecycleHookCommand({
      AutoScalingGroupName: 'g',
      LifecycleHookName: 'drain',
      LifecycleTransition: 'autoscaling:EC2_INSTANCE_TERMINATING',
      HeartbeatTimeout: 60,
      DefaultResult: 'CONTINUE',
      ...more,
    }),
  );
const end = async (): Promise<string> => {
  const id = (await instances())[0]!.InstanceId!;
  await scaling.send(
    new TerminateInstanceInAutoScalingGroupCommand({ InstanceId: id, ShouldDecrementDesiredCapacity: true }),
  );
  return id;
};
const heldBy = { AutoScalingGroupName: 'g', LifecycleHookName: 'drain' };

it('a hook holds an instance until it is answered, its time is over, or a heartbeat begins the time anew', async () => {
  await group();
  expect(await refusal(hook({ HeartbeatTimeout: 29 }))).toMatch(/^ValidationError/);
  await hook();
  const { LifecycleHooks } = await scaling.send(new DescribeLifecycleHooksCommand({ AutoScalingGroupName: 'g' }));
  expect(LifecycleHooks).toMatchObject([{ LifecycleHookName: 'drain', HeartbeatTimeout: 60, GlobalTimeout: 6000 }]);
  const id = await end();
  expect((await instances())[0]!.LifecycleState).toBe('Terminating:Wait');
  await aws.clock.sleep(seconds(50));
  await scaling.send(new RecordLifecycleActionHeartbeatCommand({ ...heldBy, InstanceId: id }));
  await aws.clock.sleep(seconds(50));
  expect(turn().state.ec2.instances[id]!.state).toBe('running');
  await aws.clock.sleep(seconds(11));
  expect(turn().state.ec2.instances[id]!.state).toBe('shutting-down');
  const late = scaling.send(
    new CompleteLifecycleActionCommand({ ...heldBy, InstanceId: id, LifecycleActionResult: 'CONTINUE' }),
  );
  expect(await refusal(late)).toMatch(/No active Lifecycle Action found with instance ID/);
});

it('a hook that is deleted lets go what it holds', async () => {
  await group();
  await hook();
  const id = await end();
  await scaling.send(new DeleteLifecycleHookCommand(heldBy));
  expect(turn().state.ec2.instances[id]!.state).toBe('shutting-down');
});

it('a queue hears of terminations that wait, of interruptions and of states', async () => {
  const sqs = new SQSClient(aws.settings());
  const events = new EventBridgeClient(aws.settings());
  const Resource = 'arn:aws:sqs:us-east-1:123456789012:q';
  const Principal = { Service: 'events.amazonaws.com' };
  const Statement = [{ Effect: 'Allow', Principal, Action: 'sqs:SendMessage', Resource }];
  const Attributes = { Policy: JSON.stringify({ Version: '2012-10-17', Statement }), VisibilityTimeout: '3600' };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes }));
  const EventPattern = JSON.stringify({ source: ['aws.autoscaling', 'aws.ec2'] });
  await group();
  await hook();
  await events.send(new PutRuleCommand({ Name: 'r', EventPattern }));
  await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', Arn: Resource }] }));
  const heard = async () => {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }));
    return Messages.map(({ Body }) => JSON.parse(Body!) as { 'detail-type': string; detail: Record<string, unknown> });
  };
  const id = (await instances())[0]!.InstanceId!;
  interruptSpotInstance(turn(), id);
  await aws.clock.sleep(seconds(5));
  expect((await heard()).map((event) => event['detail-type'])).toEqual([
    'EC2 Instance Rebalance Recommendation',
    'EC2 Spot Instance Interruption Warning',
  ]);
  await end();
  await aws.clock.sleep(seconds(5));
  expect(await heard()).toMatchObject([
    {
      'detail-type': 'EC2 Instance-terminate Lifecycle Action',
      detail: { EC2InstanceId: id, LifecycleHookName: 'drain', AutoScalingGroupName: 'g' },
    },
  ]);
  await aws.clock.sleep(minutes(2));
  const states = (await heard()).filter((event) => event['detail-type'].includes('State-change'));
  expect(states[0]?.detail).toEqual({ 'instance-id': id, state: 'shutting-down' });
  expect(turn().state.ec2.instances[id]!.state).not.toBe('running');
});
