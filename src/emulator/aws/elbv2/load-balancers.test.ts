import {
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupsCommand,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

it('a load balancer has interfaces in its subnets, and takes them with it', async () => {
  await using aws = await startForTest();
  const elb = new ElasticLoadBalancingV2Client(aws.settings());
  const { ec2 } = aws.turns.at('us-east-1').state;
  const Subnets = Object.keys(ec2.subnets).slice(0, 2);
  const made = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'web', Type: 'network', Subnets, Tags: [{ Key: 'a', Value: 'b' }] }),
  );
  const arn = made.LoadBalancers![0]!.LoadBalancerArn!;
  expect(made.LoadBalancers![0]).toMatchObject({ State: { Code: 'provisioning' }, Type: 'network' });
  const interfaces = () =>
    Object.values(ec2.networkInterfaces).filter((eni) => eni.description.startsWith('ELB net/web/'));
  expect(
    interfaces()
      .map((eni) => eni.subnetId)
      .sort(),
  ).toEqual([...Subnets].sort());
  await aws.clock.sleep(minutes(3));
  const seen = await elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] }));
  expect(seen.LoadBalancers![0]?.State?.Code).toBe('active');
  const tags = await elb.send(new DescribeTagsCommand({ ResourceArns: [arn] }));
  expect(tags.TagDescriptions![0]?.Tags).toEqual([{ Key: 'a', Value: 'b' }]);
  await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn }));
  expect(interfaces()).toHaveLength(2);
  await aws.clock.sleep(minutes(1));
  expect(interfaces()).toHaveLength(0);
  expect(await refusal(elb.send(new DescribeLoadBalancersCommand({ Names: ['web'] })))).toMatch(
    /^LoadBalancerNotFound/,
  );
});

it('a target group belongs to a VPC', async () => {
  await using aws = await startForTest();
  const elb = new ElasticLoadBalancingV2Client(aws.settings());
  const vpcId = Object.keys(aws.turns.at('us-east-1').state.ec2.vpcs)[0]!;
  const group = { Name: 'web', Protocol: 'TCP', Port: 80, TargetType: 'ip' } as const;
  expect(await refusal(elb.send(new CreateTargetGroupCommand({ ...group, VpcId: 'vpc-none' })))).toMatch(
    /^ValidationError/,
  );
  await elb.send(new CreateTargetGroupCommand({ ...group, VpcId: vpcId }));
  const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ Names: ['web'] }));
  expect(TargetGroups).toMatchObject([{ TargetGroupName: 'web', Port: 80, TargetType: 'ip', VpcId: vpcId }]);
});
