import { CreateSecurityGroupCommand, DescribeNetworkInterfacesCommand, EC2Client } from '@aws-sdk/client-ec2';
import {
  AddTagsCommand,
  ApplySecurityGroupsToLoadBalancerCommand,
  AttachLoadBalancerToSubnetsCommand,
  CreateLoadBalancerCommand,
  type CreateLoadBalancerCommandInput,
  CreateLoadBalancerListenersCommand,
  DeleteLoadBalancerCommand,
  DeleteLoadBalancerListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DetachLoadBalancerFromSubnetsCommand,
  ElasticLoadBalancingClient,
  ModifyLoadBalancerAttributesCommand,
  RemoveTagsCommand,
  SetLoadBalancerListenerSSLCertificateCommand,
} from '@aws-sdk/client-elastic-load-balancing';
import {
  DescribeLoadBalancersCommand as DescribeV2Command,
  ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { ChangeResourceRecordSetsCommand, CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

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
const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';

describe('a classic load balancer', () => {
  it('is told apart from those of the newer API, and is made once', async () => {
    const { DNSName } = await create({ Tags: [{ Key: 'a', Value: '1' }] });
    expect(DNSName).toMatch(/^api-\d+\.us-east-1\.elb\.amazonaws\.com$/);
    // A certificate without a name is none.
    const Listeners = [{ ...tcp, SSLCertificateId: '' }];
    expect(await create({ Tags: [{ Key: 'a', Value: '1' }], Listeners })).toMatchObject({ DNSName });
    expect(await refusal(create({ Scheme: 'internal' }))).toMatch(/^DuplicateAccessPointNameException/);
    expect(await told()).toMatchObject({
      Scheme: 'internet-facing',
      VPCId: vpcId,
      Subnets: subnets.slice(0, 1),
      ListenerDescriptions: [{ Listener: tcp, PolicyNames: [] }],
      HealthCheck: { Target: 'TCP:443', Interval: 30, Timeout: 5, UnhealthyThreshold: 2, HealthyThreshold: 10 },
      SourceSecurityGroup: { OwnerAlias: '123456789012', GroupName: 'default' },
      CanonicalHostedZoneNameID: 'Z35SXDOTRQ7X7K',
      Instances: [],
    });
    const v2 = await new ElasticLoadBalancingV2Client(aws.settings()).send(new DescribeV2Command({}));
    expect(v2.LoadBalancers).toEqual([]);
  });

  it.each([
    [{ LoadBalancerName: '-api' }, /^ValidationError/],
    [{ LoadBalancerName: 'a'.repeat(33) }, /^ValidationError/],
    [{ Listeners: [] }, /^ValidationError/],
    [{ Listeners: [{ ...tcp, Protocol: 'UDP' }] }, /^UnsupportedProtocolException/],
    [{ Listeners: [{ ...tcp, InstanceProtocol: 'HTTP' }] }, /^ValidationError.*same layer/],
    [{ Listeners: [{ ...tcp, Protocol: 'SSL' }] }, /^ValidationError.*SSLCertificateId/],
    [{ Listeners: [{ ...tcp, Protocol: 'SSL', SSLCertificateId: 'arn:x' }] }, /^CertificateNotFoundException/],
    [{ Listeners: [tcp, { ...tcp, InstancePort: 8443 }] }, /^DuplicateListenerException/],
    [{ Scheme: 'outside' }, /^InvalidSchemeException/],
    [{ Subnets: [] }, /^ValidationError/],
    [{ Subnets: ['subnet-00000000000000000'] }, /^SubnetNotFoundException/],
    [{ SecurityGroups: ['sg-00000000000000000'] }, /^InvalidSecurityGroupException/],
  ])('is not made with %j', async (more, code) => {
    expect(await refusal(create(more))).toMatch(code);
  });

  it('stands in the default subnets of zones, where zones are named', async () => {
    await create({ Subnets: undefined, AvailabilityZones: ['us-east-1b'] });
    expect(await told()).toMatchObject({ AvailabilityZones: ['us-east-1b'] });
  });

  it('changes its listeners, subnets and groups, and keeps one subnet', async () => {
    await create();
    const ssl = { ...tcp, Protocol: 'SSL', LoadBalancerPort: 8443, SSLCertificateId: CertificateArn };
    await elb.send(new CreateLoadBalancerListenersCommand({ LoadBalancerName, Listeners: [ssl] }));
    const certificate = (LoadBalancerPort: number) =>
      elb.send(
        new SetLoadBalancerListenerSSLCertificateCommand({
          LoadBalancerName,
          LoadBalancerPort,
          SSLCertificateId: `${CertificateArn}-2`,
        }),
      );
    await certificate(8443);
    expect(await refusal(certificate(9))).toMatch(/^ListenerNotFoundException/);
    await elb.send(new DeleteLoadBalancerListenersCommand({ LoadBalancerName, LoadBalancerPorts: [443] }));
    await elb.send(new AttachLoadBalancerToSubnetsCommand({ LoadBalancerName, Subnets: [subnets[1]!] }));
    const SecurityGroups = [await group('g')];
    await elb.send(new ApplySecurityGroupsToLoadBalancerCommand({ LoadBalancerName, SecurityGroups }));
    expect(await told()).toMatchObject({
      ListenerDescriptions: [
        { Listener: { LoadBalancerPort: 8443, Protocol: 'SSL', SSLCertificateId: `${CertificateArn}-2` } },
      ],
      Subnets: subnets.slice(0, 2),
      SecurityGroups,
    });
    const detach = (Subnets: string[]) =>
      elb.send(new DetachLoadBalancerFromSubnetsCommand({ LoadBalancerName, Subnets }));
    expect(await refusal(detach(subnets.slice(0, 2)))).toMatch(/^InvalidConfigurationRequestException/);
    expect((await detach([subnets[0]!])).Subnets).toEqual([subnets[1]]);
  });

  it('has interfaces that only it can remove, until some time after its end', async () => {
    await create();
    const interfaces = async () =>
      (
        await ec2.send(
          new DescribeNetworkInterfacesCommand({
            Filters: [
              { Name: 'attachment.instance-owner-id', Values: ['amazon-elb'] },
              { Name: 'description', Values: ['ELB api'] },
            ],
          }),
        )
      ).NetworkInterfaces;
    expect(await interfaces()).toHaveLength(1);
    const remove = () => elb.send(new DeleteLoadBalancerCommand({ LoadBalancerName }));
    await remove();
    await remove();
    expect(await refusal(told())).toBe("AccessPointNotFoundException: There is no ACTIVE Load Balancer named 'api'");
    await aws.clock.sleep(minutes(1));
    expect(await interfaces()).toEqual([]);
  });

  it('has attributes with AWS’s defaults', async () => {
    await create();
    const attributes = async () =>
      (await elb.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerName }))).LoadBalancerAttributes;
    expect(await attributes()).toEqual({
      CrossZoneLoadBalancing: { Enabled: false },
      AccessLog: { Enabled: false },
      ConnectionDraining: { Enabled: false, Timeout: 300 },
      ConnectionSettings: { IdleTimeout: 60 },
      AdditionalAttributes: [{ Key: 'elb.http.desyncmitigationmode', Value: 'defensive' }],
    });
    const modify = (LoadBalancerAttributes: object) =>
      elb.send(new ModifyLoadBalancerAttributesCommand({ LoadBalancerName, LoadBalancerAttributes }));
    await modify({ ConnectionSettings: { IdleTimeout: 300 }, CrossZoneLoadBalancing: { Enabled: true } });
    expect(await attributes()).toMatchObject({
      CrossZoneLoadBalancing: { Enabled: true },
      ConnectionSettings: { IdleTimeout: 300 },
    });
    expect(await refusal(modify({ ConnectionSettings: { IdleTimeout: 5000 } }))).toMatch(/^ValidationError/);
    expect(await refusal(modify({ AdditionalAttributes: [{ Key: 'x', Value: 'y' }] }))).toMatch(
      /^LoadBalancerAttributeNotFoundException/,
    );
    expect(await refusal(modify({ AccessLog: { Enabled: true } }))).toMatch(/^ValidationError/);
  });

  it('has tags', async () => {
    await create();
    const LoadBalancerNames = [LoadBalancerName];
    const [a, b] = [
      { Key: 'a', Value: '1' },
      { Key: 'b', Value: '2' },
    ];
    await elb.send(new AddTagsCommand({ LoadBalancerNames, Tags: [a, b] }));
    await elb.send(new RemoveTagsCommand({ LoadBalancerNames, Tags: [{ Key: 'a' }] }));
    const { TagDescriptions } = await elb.send(new DescribeTagsCommand({ LoadBalancerNames }));
    expect(TagDescriptions).toEqual([{ LoadBalancerName, Tags: [b] }]);
    expect(await refusal(elb.send(new AddTagsCommand({ LoadBalancerNames, Tags: [a, a] })))).toMatch(
      /^DuplicateTagKeysException/,
    );
  });

  it('can be where an alias record leads', async () => {
    const { DNSName } = await create();
    const route53 = new Route53Client(aws.settings());
    const { HostedZone } = await route53.send(new CreateHostedZoneCommand({ Name: 'a.example', CallerReference: '1' }));
    const alias = (to: string) =>
      route53.send(
        new ChangeResourceRecordSetsCommand({
          HostedZoneId: HostedZone!.Id,
          ChangeBatch: {
            Changes: [
              {
                Action: 'UPSERT',
                ResourceRecordSet: {
                  Name: 'api.a.example',
                  Type: 'A',
                  AliasTarget: { DNSName: to, HostedZoneId: 'Z35SXDOTRQ7X7K', EvaluateTargetHealth: false },
                },
              },
            ],
          },
        }),
      );
    expect(await refusal(alias(`x${DNSName}`))).toMatch(/^InvalidChangeBatch.*that target was not found/);
    await alias(DNSName!);
  });
});
