import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  RegisterTargetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import type { MachineDriver } from '../../machine-driver.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { listen } from './listening.ts';
import { measureTarget } from './measured-health.ts';
import type { MeasuredHealth } from './state.ts';
import { answeringInstances, targetHealth } from './target-health.ts';

const driver: MachineDriver = {
  start: async () => undefined,
  shell: async () => ({ code: 0, stdout: '', stderr: '' }),
  loopback: async () => ({ why: 'nothing runs' }),
  stop: async () => undefined,
};

let aws: AwsUnderTest;
let elb: ElasticLoadBalancingV2Client;
let id: string;
let group: string;
let balancer: string;
beforeEach(async () => {
  aws = await startForTest({ machines: driver });
  elb = new ElasticLoadBalancingV2Client(aws.settings());
  const { state } = turn();
  const { Instances } = await new EC2Client(aws.settings()).send(
    new RunInstancesCommand({
      ImageId: imagesOf('us-east-1')[0]!.id,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
    }),
  );
  id = Instances![0]!.InstanceId!;
  await aws.clock.sleep(minutes(1));
  const vpc = { VpcId: Object.keys(state.ec2.vpcs)[0]!, Subnets: Object.keys(state.ec2.subnets) };
  const made = { Name: 'api', Type: 'network' as const, Scheme: 'internal' as const, Subnets: vpc.Subnets };
  balancer = (await elb.send(new CreateLoadBalancerCommand(made))).LoadBalancers![0]!.LoadBalancerArn!;
  const targets = { Name: 'api', Protocol: 'TCP' as const, Port: 6443, VpcId: vpc.VpcId };
  group = (await elb.send(new CreateTargetGroupCommand(targets))).TargetGroups![0]!.TargetGroupArn!;
  await elb.send(
    new CreateListenerCommand({
      LoadBalancerArn: balancer,
      Port: 443,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn: group }],
    }),
  );
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }));
  await aws.clock.sleep(minutes(10));
});
afterEach(() => aws.stop());

const turn = () => aws.turns.at('us-east-1');
const measure = (health: MeasuredHealth, why?: string) =>
  measureTarget(turn(), { group, id, port: 6443 }, { health, ...(why !== undefined && { why }) });
const health = async () => {
  const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: group }));
  return TargetHealthDescriptions!.map(({ TargetHealth }) => TargetHealth);
};

it('is told as it was measured, whatever is open and listens', async () => {
  measure('initial');
  const checking = {
    State: 'initial',
    Reason: 'Elb.InitialHealthChecking',
    Description: 'Initial health checks in progress',
  };
  expect(await health()).toEqual([checking]);
  listen(turn(), id, 6443);
  measure('healthy');
  expect(await health()).toEqual([{ State: 'healthy' }]);
  expect(answeringInstances(turn(), balancer, 443)).toEqual([id]);
  measure('unhealthy', 'status 500 instead of 200');
  const failed = { State: 'unhealthy', Reason: 'Target.FailedHealthChecks', Description: 'Health checks failed' };
  expect(await health()).toEqual([failed]);
  expect(targetHealth(turn(), group)[0]?.why).toBe('status 500 instead of 200');
  expect(answeringInstances(turn(), balancer, 443)).toEqual([]);
});

it('ends with the target: one that drains, stops or is registered again has no measured health', async () => {
  measure('healthy');
  await elb.send(new DeregisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }));
  expect((await health())[0]?.State).toBe('draining');
  await elb.send(new RegisterTargetsCommand({ TargetGroupArn: group, Targets: [{ Id: id }] }));
  expect((await health())[0]?.State).toBe('initial');
  measure('healthy');
  await aws.clock.sleep(minutes(10));
  expect((await health())[0]?.State).toBe('healthy');
  turn().state.ec2.instances[id]!.state = 'stopped';
  expect((await health())[0]?.Reason).toBe('Target.InvalidState');
  measureTarget(turn(), { group, id: 'i-0123', port: 6443 }, { health: 'healthy' });
  expect(await health()).toHaveLength(1);
});

it('does not count in a world that goes on without machines, or with others', async () => {
  measure('healthy');
  for (const machines of [undefined, driver]) {
    const world = structuredClone(aws.world);
    await using next = await startForTest({ world, ...(machines && { machines }) });
    await next.clock.sleep(minutes(10));
    expect(targetHealth(next.turns.at('us-east-1'), group)[0]?.state).toBe('unhealthy');
  }
});
