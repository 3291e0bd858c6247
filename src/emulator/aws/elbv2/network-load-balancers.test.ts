import {
  AuthorizeSecurityGroupIngressCommand,
  CreateSecurityGroupCommand,
  EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  CreateListenerCommand,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DeleteListenerCommand,
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeListenersCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  DescribeTargetHealthCommand,
  ElasticLoadBalancingV2Client,
  ModifyLoadBalancerAttributesCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  RegisterTargetsCommand,
  SetSecurityGroupsCommand,
  SetSubnetsCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { refusal } from '../eks/eks-trial.ts';
import { listen, stopListening } from './listening.ts';
import { answeringInstances, reachesLoadBalancer } from './target-health.ts';

let aws: AwsUnderTest;
let elb: ElasticLoadBalancingV2Client;
let ec2: EC2Client;
let vpcId: string;
let subnets: string[];
beforeEach(async () => {
  aws = await startForTest();
  elb = new ElasticLoadBalancingV2Client(aws.settings());
  ec2 = new EC2Client(aws.settings());
  const { state } = aws.turns.at('us-east-1');
  vpcId = Object.keys(state.ec2.vpcs)[0]!;
  subnets = Object.values(state.ec2.subnets)
    .sort((a, b) => (a.zone < b.zone ? -1 : 1))
    .map(({ id }) => id);
});
afterEach(() => aws.stop());

const group = async (name: string): Promise<string> =>
  (await ec2.send(new CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }))).GroupId!;

const open = (id: string, port: number, from: { group?: string; cidr?: string }) =>
  ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId: id,
      IpPermissions: [
        {
          IpProtocol: 'tcp',
          FromPort: port,
          ToPort: port,
          ...(from.group ? { UserIdGroupPairs: [{ GroupId: from.group }] } : { IpRanges: [{ CidrIp: from.cidr }] }),
        },
      ],
    }),
  );

const balancer = async (more: object = {}) =>
  (
    await elb.send(
      new CreateLoadBalancerCommand({
        Name: 'api',
        Type: 'network',
        Scheme: 'internal',
        Subnets: subnets.slice(0, 2),
        ...more,
      }),
    )
  ).LoadBalancers![0]!;

const targets = async (more: object = {}): Promise<string> =>
  (
    await elb.send(
      new CreateTargetGroupCommand({
        Name: 'api',
        Protocol: 'TCP',
        Port: 6443,
        VpcId: vpcId,
        HealthCheckProtocol: 'HTTPS',
        HealthCheckPath: '/readyz',
        ...more,
      }),
    )
  ).TargetGroups![0]!.TargetGroupArn!;

const listener = (LoadBalancerArn: string, TargetGroupArn: string, Port = 443) =>
  elb.send(
    new CreateListenerCommand({
      LoadBalancerArn,
      Port,
      Protocol: 'TCP',
      DefaultActions: [{ Type: 'forward', TargetGroupArn }],
    }),
  );

describe('a network load balancer', () => {
  it('is made once, and refused under its name with other settings', async () => {
    const made = await balancer();
    expect(made.DNSName).toMatch(/^api-[0-9a-f]{16}\.elb\.us-east-1\.amazonaws\.com$/);
    expect(made.CanonicalHostedZoneId).toBe('Z26RNL4JYFTOTI');
    expect((await balancer()).LoadBalancerArn).toBe(made.LoadBalancerArn);
    expect(await refusal(balancer({ Scheme: 'internet-facing' }))).toBe(
      "DuplicateLoadBalancerNameException: A load balancer with the same name 'api' exists, but with different settings",
    );
    expect(await refusal(balancer({ Name: 'a'.repeat(33) }))).toMatch(/cannot be longer than '32' characters/);
  });

  it('is not deleted while it is protected', async () => {
    const { LoadBalancerArn } = await balancer();
    const protect = (Value: string) =>
      elb.send(
        new ModifyLoadBalancerAttributesCommand({
          LoadBalancerArn,
          Attributes: [{ Key: 'deletion_protection.enabled', Value }],
        }),
      );
    const { Attributes = [] } = await protect('true');
    expect(Attributes).toContainEqual({ Key: 'deletion_protection.enabled', Value: 'true' });
    expect(Attributes).toContainEqual({ Key: 'load_balancing.cross_zone.enabled', Value: 'false' });
    const remove = () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    expect(await refusal(remove())).toBe(
      `OperationNotPermittedException: Load balancer '${LoadBalancerArn}' cannot be deleted because deletion protection is enabled`,
    );
    await protect('false');
    await remove();
    expect(await refusal(protect('true'))).toMatch(/^LoadBalancerNotFound/);
  });

  it('never gets groups if it began without, and changes those that it has', async () => {
    const bare = await balancer({ Name: 'bare' });
    const set = (LoadBalancerArn: string, ...SecurityGroups: string[]) =>
      elb.send(new SetSecurityGroupsCommand({ LoadBalancerArn, SecurityGroups }));
    const [one, two] = [await group('one'), await group('two')];
    expect(await refusal(set(bare.LoadBalancerArn!, one))).toMatch(/^InvalidConfigurationRequest/);
    const made = await balancer({ SecurityGroups: [one] });
    await set(made.LoadBalancerArn!, two);
    const enis = Object.values(aws.turns.at('us-east-1').state.ec2.networkInterfaces);
    expect(enis.filter((eni) => eni.description.includes('net/api/')).map((eni) => eni.groups)).toEqual([[two], [two]]);
  });

  it('takes another zone, and a subnet of another in a zone only after that zone was taken away', async () => {
    const { LoadBalancerArn } = await balancer();
    const set = (...Subnets: string[]) => elb.send(new SetSubnetsCommand({ LoadBalancerArn, Subnets }));
    const seen = await set(...subnets.slice(0, 3));
    expect(seen.AvailabilityZones).toHaveLength(3);
    await set(...subnets.slice(1, 3));
    await aws.clock.sleep(seconds(30));
    const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ Names: ['api'] }));
    expect(LoadBalancers![0]!.AvailabilityZones?.map((zone) => zone.SubnetId)).toEqual(subnets.slice(1, 3));
    const enis = Object.values(aws.turns.at('us-east-1').state.ec2.networkInterfaces);
    expect(enis.filter((eni) => eni.description.includes('net/api/'))).toHaveLength(2);
  });
});

describe('a target group', () => {
  it('serves one load balancer, and stays while a listener sends to it', async () => {
    const [one, two] = [await balancer(), await balancer({ Name: 'other' })];
    const arn = await targets();
    const made = await listener(one.LoadBalancerArn!, arn);
    expect(await refusal(listener(two.LoadBalancerArn!, arn))).toMatch(/^TargetGroupAssociationLimit/);
    const more = await targets({ Name: 'more' });
    expect(await refusal(listener(one.LoadBalancerArn!, more))).toMatch(/^DuplicateListener/);
    expect((await listener(one.LoadBalancerArn!, arn)).Listeners).toEqual(made.Listeners);
    expect(await refusal(elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })))).toMatch(/^ResourceInUse/);
    const { TargetGroups } = await elb.send(new DescribeTargetGroupsCommand({ LoadBalancerArn: one.LoadBalancerArn }));
    expect(TargetGroups).toMatchObject([{ LoadBalancerArns: [one.LoadBalancerArn], HealthCheckPath: '/readyz' }]);
    const ListenerArn = made.Listeners![0]!.ListenerArn!;
    await elb.send(new AddTagsCommand({ ResourceArns: [ListenerArn, arn], Tags: [{ Key: 'a', Value: 'b' }] }));
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ ResourceArns: [ListenerArn, arn] }));
    expect(TagDescriptions?.map((own) => own.Tags)).toEqual([[{ Key: 'a', Value: 'b' }], [{ Key: 'a', Value: 'b' }]]);
    await elb.send(new DeleteListenerCommand({ ListenerArn }));
    expect(await refusal(elb.send(new DescribeListenersCommand({ ListenerArns: [ListenerArn] })))).toMatch(
      /^ListenerNotFound/,
    );
    await elb.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn }));
  });

  it('has attributes and a health check that can be changed', async () => {
    const TargetGroupArn = await targets();
    const attributes = async () => {
      const answer = await elb.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn }));
      return Object.fromEntries(answer.Attributes!.map(({ Key, Value }) => [Key, Value]));
    };
    expect(await attributes()).toMatchObject({
      'preserve_client_ip.enabled': 'true',
      'deregistration_delay.timeout_seconds': '300',
    });
    const set = (Key: string, Value: string) =>
      elb.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn, Attributes: [{ Key, Value }] }));
    await set('preserve_client_ip.enabled', 'false');
    expect((await attributes())['preserve_client_ip.enabled']).toBe('false');
    expect(await refusal(set('unheard.of', '1'))).toMatch(/^ValidationError/);
    expect(await refusal(set('deregistration_delay.timeout_seconds', '3601'))).toMatch(/^ValidationError/);
    const changed = await elb.send(new ModifyTargetGroupCommand({ TargetGroupArn, HealthCheckPath: '/livez' }));
    expect(changed.TargetGroups![0]).toMatchObject({ HealthCheckPath: '/livez', Matcher: { HttpCode: '200-399' } });
    expect(await refusal(targets({ HealthCheckProtocol: 'TCP' }))).toMatch(/^ValidationError/);
  });
});

describe('a target', () => {
  let arn: string;
  let lb: string;
  let node: string;
  let door: string;
  let instance: string;
  beforeEach(async () => {
    [node, door] = [await group('nodes'), await group('door')];
    lb = (await balancer({ SecurityGroups: [door] })).LoadBalancerArn!;
    arn = await targets();
    await listener(lb, arn);
    const run = await ec2.send(
      new RunInstancesCommand({
        ImageId: imagesOf('us-east-1').find((own) => own.os === 'ubuntu-24.04' && own.architecture === 'x86_64')!.id,
        InstanceType: 't3.medium',
        MinCount: 1,
        MaxCount: 1,
        SubnetId: subnets[0]!,
        SecurityGroupIds: [node],
      }),
    );
    instance = run.Instances![0]!.InstanceId!;
    await aws.clock.sleep(seconds(30));
    await elb.send(new RegisterTargetsCommand({ TargetGroupArn: arn, Targets: [{ Id: instance }] }));
  });
  const health = async () => {
    const { TargetHealthDescriptions } = await elb.send(new DescribeTargetHealthCommand({ TargetGroupArn: arn }));
    return TargetHealthDescriptions![0]!.TargetHealth!;
  };
  const turn = () => aws.turns.at('us-east-1');

  it('is healthy when its port answers and groups let the load balancer in', async () => {
    expect(await health()).toMatchObject({ State: 'initial', Reason: 'Elb.RegistrationInProgress' });
    listen(turn(), instance, 6443);
    await aws.clock.sleep(minutes(6));
    expect(await health()).toMatchObject({ State: 'unhealthy', Reason: 'Target.FailedHealthChecks' });
    expect(answeringInstances(turn(), lb, 443)).toEqual([]);
    await open(node, 6443, { group: door });
    expect(await health()).toMatchObject({ State: 'healthy' });
    expect(answeringInstances(turn(), lb, 443)).toEqual([instance]);
    expect(answeringInstances(turn(), lb, 80)).toEqual([]);
    stopListening(turn(), instance, 6443);
    expect(await health()).toMatchObject({ State: 'unhealthy' });
  });

  it('is not asked from zones that the load balancer is not in', async () => {
    await elb.send(new SetSubnetsCommand({ LoadBalancerArn: lb, Subnets: [subnets[1]!] }));
    expect(await health()).toMatchObject({ State: 'unused', Reason: 'Target.NotInUse' });
  });

  it('is reached by who gets through the groups of the load balancer', async () => {
    const eni = turn().state.ec2.instances[instance]!.networkInterfaceIds[0]!;
    expect(reachesLoadBalancer(turn(), eni, lb, 443).ok).toBe(false);
    await open(door, 443, { group: node });
    expect(reachesLoadBalancer(turn(), eni, lb, 443)).toEqual({ ok: true });
  });
});
