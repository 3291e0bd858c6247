import {
  AttachLoadBalancersCommand,
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeLoadBalancersCommand as DescribeGroupBalancersCommand,
  DetachLoadBalancersCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  AuthorizeSecurityGroupIngressCommand,
  CreateLaunchTemplateCommand,
  CreateSecurityGroupCommand,
  EC2Client,
} from '@aws-sdk/client-ec2';
import {
  ConfigureHealthCheckCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  DescribeInstanceHealthCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingClient,
  ModifyLoadBalancerAttributesCommand,
  RegisterInstancesWithLoadBalancerCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { refusal } from '../eks/eks-trial.ts';
import { listen } from '../elbv2/listening.ts';

let aws: AwsUnderTest;
let elb: ElasticLoadBalancingClient;
let ec2: EC2Client;
let vpcId: string;
let subnets: string[];
beforeEach(async () => {
  aws = await startForTest();
  elb = new ElasticLoadBalancingClient(aws.settings());
  ec2 = new EC2Client(aws.settings());
  const { state } = aws.turns.at('us-east-1');
  vpcId = Object.keys(state.ec2.vpcs)[0]!;
  subnets = Object.values(state.ec2.subnets)
    .sort((a, b) => (a.zone < b.zone ? -1 : 1))
    .map(({ id }) => id);
});
afterEach(() => aws.stop());

const LoadBalancerName = 'api';
const tcp = { Protocol: 'TCP', LoadBalancerPort: 443, InstanceProtocol: 'TCP', InstancePort: 443 };
const create = (more: Partial<CreateLoadBalancerCommandInput> = {}) =>
  elb.send(
    new CreateLoadBalancerCommand({ LoadBalancerName, Listeners: [tcp], Subnets: subnets.slice(0, 1), ...more }),
  );
const told = async () => {
  const { LoadBalancerDescriptions } = await elb.send(
    new DescribeLoadBalancersCommand({ LoadBalancerNames: [LoadBalancerName] }),
  );
  return LoadBalancerDescriptions![0]!;
};
const group = async (name: string): Promise<string> =>
  (await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }))).GroupId!;
const _CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';

describe('health checks of a classic load balancer', () => {
  const configure = (more: object = {}) =>
    elb.send(
      new ConfigureHealthCheckCommand({
        LoadBalancerName,
        HealthCheck: {
          Target: 'HTTPS:443/healthz',
          Interval: 10,
          Timeout: 5,
          UnhealthyThreshold: 2,
          HealthyThreshold: 2,
          ...more,
        },
      }),
    );

  it.each([
    [{ Target: 'UDP:53' }],
    [{ Target: 'HTTP:80' }],
    [{ Target: 'TCP:443/path' }],
    [{ Target: 'TCP:70000' }],
    [{ Timeout: 10 }],
    [{ HealthyThreshold: 1 }],
  ])('are not %j', async (more) => {
    await create();
    expect(await refusal(configure(more))).toMatch(/^ValidationError/);
  });

  async function launch(size: number, LoadBalancerNames: string[]) {
    const groups = new AutoScalingClient(aws.settings());
    const { LaunchTemplate } = await ec2.send(
      new CreateLaunchTemplateCommand({
        LaunchTemplateName: 'nodes',
        LaunchTemplateData: { ImageId: imagesOf('us-east-1')[0]!.id, InstanceType: 't3.medium' },
      }),
    );
    const AutoScalingGroupName = 'g';
    await groups.send(
      new CreateAutoScalingGroupCommand({
        AutoScalingGroupName,
        LaunchTemplate: { LaunchTemplateId: LaunchTemplate!.LaunchTemplateId! },
        MinSize: 0,
        MaxSize: 2,
        DesiredCapacity: size,
        VPCZoneIdentifier: subnets[0]!,
        LoadBalancerNames,
      }),
    );
    return { groups, AutoScalingGroupName };
  }

  const health = async () =>
    (await elb.send(new DescribeInstanceHealthCommand({ LoadBalancerName }))).InstanceStates ?? [];

  it('find an instance of a group in service once its port answers and groups let the load balancer in', async () => {
    const SecurityGroups = [await group('front')];
    await create({ SecurityGroups });
    await configure();
    await launch(1, [LoadBalancerName]);
    await aws.clock.sleep(minutes(3));
    const [{ InstanceId, State, ReasonCode } = {}] = await health();
    expect({ State, ReasonCode }).toEqual({ State: 'OutOfService', ReasonCode: 'Instance' });
    listen(aws.turns.at('us-east-1'), InstanceId!, 443);
    await aws.clock.sleep(minutes(1));
    expect((await health())[0]).toMatchObject({ State: 'OutOfService' });
    const [own] = Object.values(aws.turns.at('us-east-1').state.ec2.networkInterfaces).filter(
      (eni) => eni.attachment?.instanceId === InstanceId,
    );
    await ec2.send(
      new AuthorizeSecurityGroupIngressCommand({
        GroupId: own!.groups[0]!,
        IpPermissions: [
          { IpProtocol: 'tcp', FromPort: 443, ToPort: 443, UserIdGroupPairs: [{ GroupId: SecurityGroups[0]! }] },
        ],
      }),
    );
    await aws.clock.sleep(minutes(1));
    expect(await health()).toEqual([{ InstanceId, State: 'InService', ReasonCode: 'N/A', Description: 'N/A' }]);
  });

  it('go on while connections drain, before the group ends its instance', async () => {
    await create();
    const LoadBalancerAttributes = { ConnectionDraining: { Enabled: true, Timeout: 120 } };
    await elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes }));
    const { groups, AutoScalingGroupName } = await launch(1, [LoadBalancerName]);
    await aws.clock.sleep(minutes(3));
    const { Instances } = await told();
    await groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, DesiredCapacity: 0 }));
    await aws.clock.sleep(seconds(60));
    expect(await health()).toEqual([
      {
        ...Instances![0],
        State: 'InService',
        ReasonCode: 'N/A',
        Description: expect.stringContaining('deregistration'),
      },
    ]);
    expect((await told()).Instances).toEqual([]);
    await aws.clock.sleep(minutes(5));
    expect(await health()).toEqual([]);
    expect(aws.turns.at('us-east-1').state.ec2.instances[Instances![0]!.InstanceId!]?.state).toBe('terminated');
  });

  it('concern instances that are there, of this VPC; groups name load balancers that are there', async () => {
    await create();
    const register = (InstanceId: string) =>
      elb.send(new RegisterInstancesWithLoadBalancerCommand({ LoadBalancerName, Instances: [{ InstanceId }] }));
    expect(await refusal(register('i-00000000000000000'))).toBe(
      'InvalidEndPointException: Could not find EC2 instance i-00000000000000000.',
    );
    expect(await refusal(launch(0, ['nobody']))).toBe(
      'ValidationError: Provided Load Balancers may not be valid. Please ensure they exist and try again.',
    );
  });

  it('begin and end with a group’s load balancers', async () => {
    await create();
    const { groups, AutoScalingGroupName } = await launch(1, []);
    await aws.clock.sleep(minutes(3));
    expect(await health()).toEqual([]);
    const LoadBalancerNames = [LoadBalancerName];
    await groups.send(new AttachLoadBalancersCommand({ AutoScalingGroupName, LoadBalancerNames }));
    expect(await health()).toHaveLength(1);
    const { LoadBalancers } = await groups.send(new DescribeGroupBalancersCommand({ AutoScalingGroupName }));
    expect(LoadBalancers).toEqual([{ LoadBalancerName, State: 'Added' }]);
    await groups.send(new DetachLoadBalancersCommand({ AutoScalingGroupName, LoadBalancerNames }));
    expect(await health()).toEqual([]);
  });
});
