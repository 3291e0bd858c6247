import {
  CreateListenerCommand,
  type CreateListenerInput,
  CreateLoadBalancerCommand,
  CreateTargetGroupCommand,
  DescribeListenerAttributesCommand,
  DescribeListenersCommand,
  ElasticLoadBalancingV2Client,
  ModifyListenerAttributesCommand,
  ModifyListenerCommand,
  type ProtocolEnum,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let elb: ElasticLoadBalancingV2Client;
let LoadBalancerArn: string;
let VpcId: string;
beforeEach(async () => {
  aws = await startForTest();
  elb = new ElasticLoadBalancingV2Client(aws.settings());
  const { ec2 } = aws.turns.at('us-east-1').state;
  VpcId = Object.keys(ec2.vpcs)[0]!;
  const made = await elb.send(
    new CreateLoadBalancerCommand({ Name: 'api', Type: 'network', Subnets: [Object.keys(ec2.subnets)[0]!] }),
  );
  LoadBalancerArn = made.LoadBalancers![0]!.LoadBalancerArn!;
});
afterEach(() => aws.stop());

const group = async (Protocol: ProtocolEnum, Name = Protocol.replace('_', '-')): Promise<string> =>
  (await elb.send(new CreateTargetGroupCommand({ Name, Protocol, Port: 443, VpcId }))).TargetGroups![0]!
    .TargetGroupArn!;

const listener = async (Protocol: ProtocolEnum, target: string, more: Partial<CreateListenerInput> = {}) =>
  (
    await elb.send(
      new CreateListenerCommand({
        LoadBalancerArn,
        Protocol,
        Port: 443,
        DefaultActions: [{ Type: 'forward', TargetGroupArn: target }],
        ...more,
      }),
    )
  ).Listeners![0]!;

const CertificateArn = 'arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-3333-4444-555555555555';
const Certificates = [{ CertificateArn }];

it('a TLS listener has one certificate, a policy and perhaps ALPN, in front of TCP or TLS', async () => {
  const target = await group('TCP');
  expect(await refusal(listener('TLS', target))).toMatch(/^ValidationError: A certificate must be specified/);
  const elsewhere = [{ CertificateArn: CertificateArn.replace('us-east-1', 'eu-west-1') }];
  expect(await refusal(listener('TLS', target, { Certificates: elsewhere }))).toMatch(/^CertificateNotFoundException/);
  const SslPolicy = 'ELBSecurityPolicy-TLS13-1-2-2021-06';
  expect(await refusal(listener('TLS', target, { Certificates, SslPolicy: `${SslPolicy}x` }))).toMatch(
    /^SSLPolicyNotFoundException/,
  );
  expect(await refusal(listener('TCP', target, { Certificates }))).toMatch(/^ValidationError: Certificates and SSL/);
  const { ListenerArn, ...made } = await listener('TLS', target, { Certificates, AlpnPolicy: ['HTTP2Preferred'] });
  expect(made).toMatchObject({ Certificates, SslPolicy: 'ELBSecurityPolicy-2016-08', AlpnPolicy: ['HTTP2Preferred'] });
  await elb.send(new ModifyListenerCommand({ ListenerArn, SslPolicy }));
  const told = async () => (await elb.send(new DescribeListenersCommand({ LoadBalancerArn }))).Listeners![0]!;
  expect(await told()).toMatchObject({ Protocol: 'TLS', Certificates, SslPolicy, AlpnPolicy: ['HTTP2Preferred'] });
  await elb.send(new ModifyListenerCommand({ ListenerArn, Protocol: 'TCP' }));
  expect(await told()).toEqual(expect.not.objectContaining({ SslPolicy, Certificates }));
});

it.each([
  ['UDP', 'UDP'],
  ['UDP', 'TCP_UDP'],
  ['TCP', 'TCP_UDP'],
  ['TCP_UDP', 'TCP_UDP'],
] as const)('a listener by %s sends to a target group by %s', async (protocol, target) => {
  expect(await listener(protocol, await group(target))).toMatchObject({ Protocol: protocol });
});

it.each([
  ['UDP', 'TCP'],
  ['TCP', 'UDP'],
  ['TCP_UDP', 'TCP'],
] as const)('a listener by %s does not send to a target group by %s', async (protocol, target) => {
  expect(await refusal(listener(protocol, await group(target)))).toMatch(/^IncompatibleProtocolsException/);
});

it('an application protocol is none of a network load balancer', async () => {
  expect(await refusal(listener('HTTP', await group('TCP')))).toBe(
    'ValidationError: Protocol HTTP is not supported for network load balancers',
  );
});

it('only listeners by TCP have an idle time that can be set', async () => {
  const [tcp, udp] = [
    await listener('TCP', await group('TCP')),
    await listener('UDP', await group('UDP'), { Port: 53 }),
  ];
  const attributes = async (ListenerArn: string | undefined) =>
    (await elb.send(new DescribeListenerAttributesCommand({ ListenerArn }))).Attributes ?? [];
  expect(await attributes(tcp.ListenerArn)).toEqual([{ Key: 'tcp.idle_timeout.seconds', Value: '350' }]);
  expect(await attributes(udp.ListenerArn)).toEqual([]);
  const Attributes = [{ Key: 'tcp.idle_timeout.seconds', Value: '600' }];
  await elb.send(new ModifyListenerAttributesCommand({ ListenerArn: tcp.ListenerArn, Attributes }));
  expect(await attributes(tcp.ListenerArn)).toEqual(Attributes);
  expect(
    await refusal(elb.send(new ModifyListenerAttributesCommand({ ListenerArn: udp.ListenerArn, Attributes }))),
  ).toMatch(/not recognized/);
});
