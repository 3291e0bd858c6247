import {
  AllocateAddressCommand,
  AssociateSubnetCidrBlockCommand,
  AssociateVpcCidrBlockCommand,
  DescribeAddressesCommand,
  DescribeVpcsCommand,
  EC2Client,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import {
  CreateLoadBalancerCommand,
  type CreateLoadBalancerInput,
  DeleteLoadBalancerCommand,
  DescribeLoadBalancersCommand,
  ElasticLoadBalancingV2Client,
  SetIpAddressTypeCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let elb: ElasticLoadBalancingV2Client;
let ec2: EC2Client;
let vpcId: string;
let SubnetId: string;
let firstAddress: string;
beforeEach(async () => {
  aws = await startForTest();
  elb = new ElasticLoadBalancingV2Client(aws.settings());
  ec2 = new EC2Client(aws.settings());
  const { state } = aws.turns.at('us-east-1');
  vpcId = Object.keys(state.ec2.vpcs)[0]!;
  const subnet = Object.values(state.ec2.subnets)[0]!;
  SubnetId = subnet.id;
  firstAddress = subnet.cidr.replace(/\.0\/\d+$/, '');
});
afterEach(() => aws.stop());

const balancer = async (more: Partial<CreateLoadBalancerInput>) =>
  (await elb.send(new CreateLoadBalancerCommand({ Name: 'api', Type: 'network', ...more }))).LoadBalancers![0]!;

const addressesOf = async (arn: string | undefined) => {
  const { LoadBalancers } = await elb.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn!] }));
  return LoadBalancers?.[0]?.AvailabilityZones?.[0]?.LoadBalancerAddresses;
};

const allocate = async () => (await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId!;

describe('a node of a network load balancer', () => {
  it('has an elastic address of its own until some time after the load balancer', async () => {
    const AllocationId = await allocate();
    const { LoadBalancerArn } = await balancer({ SubnetMappings: [{ SubnetId, AllocationId }] });
    const { Addresses } = await ec2.send(new DescribeAddressesCommand({ AllocationIds: [AllocationId] }));
    expect(await addressesOf(LoadBalancerArn)).toEqual([{ AllocationId, IpAddress: Addresses?.[0]?.PublicIp }]);
    const release = () => ec2.send(new ReleaseAddressCommand({ AllocationId }));
    expect(await refusal(release())).toMatch(/^InvalidIPAddress.InUse/);
    expect(await refusal(balancer({ Name: 'other', SubnetMappings: [{ SubnetId, AllocationId }] }))).toMatch(
      /^InvalidConfigurationRequestException: .*already associated/,
    );
    await elb.send(new DeleteLoadBalancerCommand({ LoadBalancerArn }));
    await aws.clock.sleep(minutes(1));
    await release();
  });

  it('has the private address that was chosen for it, if it is free and in the subnet', async () => {
    const Scheme = 'internal' as const;
    const at = (address: string) => ({ Scheme, SubnetMappings: [{ SubnetId, PrivateIPv4Address: address }] });
    const { LoadBalancerArn } = await balancer(at(`${firstAddress}.77`));
    expect(await addressesOf(LoadBalancerArn)).toEqual([{ PrivateIPv4Address: `${firstAddress}.77` }]);
    expect(await refusal(balancer({ ...at(`${firstAddress}.77`), Name: 'b' }))).toMatch(/is in use/);
    expect(await refusal(balancer({ ...at('10.9.9.9'), Name: 'b' }))).toMatch(/does not fall within/);
    expect(await refusal(balancer({ ...at(`${firstAddress}.78`), Name: 'b', Scheme: 'internet-facing' }))).toMatch(
      /^InvalidConfigurationRequestException: Private IPv4 addresses/,
    );
  });

  it('takes no elastic address that is not there, or for the inside', async () => {
    const gone = { SubnetId, AllocationId: 'eipalloc-00000000000000000' };
    expect(await refusal(balancer({ SubnetMappings: [gone] }))).toMatch(/^AllocationIdNotFoundException/);
    const SubnetMappings = [{ SubnetId, AllocationId: await allocate() }];
    expect(await refusal(balancer({ Scheme: 'internal', SubnetMappings }))).toMatch(
      /^InvalidConfigurationRequestException: Elastic IP addresses/,
    );
  });

  it('speaks IPv6 in subnets that have it', async () => {
    const { LoadBalancerArn } = await balancer({ Subnets: [SubnetId] });
    const dual = () => elb.send(new SetIpAddressTypeCommand({ LoadBalancerArn, IpAddressType: 'dualstack' }));
    const why = 'ValidationError: You must specify subnets with an associated IPv6 CIDR block.';
    expect(await refusal(dual())).toBe(why);
    expect(await refusal(balancer({ Name: 'b', Subnets: [SubnetId], IpAddressType: 'dualstack' }))).toBe(why);
    await ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true }));
    const { Vpcs } = await ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }));
    const Ipv6CidrBlock = Vpcs![0]!.Ipv6CidrBlockAssociationSet![0]!.Ipv6CidrBlock!.replace('/56', '/64');
    await ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId, Ipv6CidrBlock }));
    expect((await dual()).IpAddressType).toBe('dualstack');
    const IPv6Address = Ipv6CidrBlock.replace('::/64', '::99');
    const other = await balancer({
      Name: 'b',
      IpAddressType: 'dualstack',
      SubnetMappings: [{ SubnetId, IPv6Address }],
    });
    expect(await addressesOf(other.LoadBalancerArn)).toEqual([{ IPv6Address }]);
  });
});
