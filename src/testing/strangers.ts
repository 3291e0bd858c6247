import { CreateAutoScalingGroupCommand } from '@aws-sdk/client-auto-scaling';
import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateEgressOnlyInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateLaunchTemplateCommand,
  CreateNatGatewayCommand,
  CreateNetworkInterfaceCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  CreateVpcEndpointCommand,
  DescribeImagesCommand,
  ImportKeyPairCommand,
  type ResourceType,
} from '@aws-sdk/client-ec2';
import { CreateAccessEntryCommand, CreateClusterCommand } from '@aws-sdk/client-eks';
import { CreateLoadBalancerCommand, CreateTargetGroupCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateOpenIDConnectProviderCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
} from '@aws-sdk/client-iam';
import { CreateAliasCommand, CreateKeyCommand } from '@aws-sdk/client-kms';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { minutes } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import { clusterTag, iamPath, idTag, kmsAliasPrefix } from '../model/tags.ts';
import type { Session } from './session.ts';

/** Who else works in the account: a cluster whose name begins like ours, under the tags and names of the same tool, and somebody without tags. */
export const stranger = (cluster: string): string => `${cluster}-2`;

const tagsOf = (cluster: string, id: string): Record<string, string> => ({
  [clusterTag]: stranger(cluster),
  [idTag]: id,
  Name: `${cluster}/${id}`,
});
const list = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
const spec = (ResourceType: ResourceType, tags: Readonly<Record<string, string>>) => ({
  TagSpecifications: [{ ResourceType, Tags: list(tags) }],
});
const trusting = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });

interface In {
  readonly VpcId: string;
  readonly RouteTableId: string;
}

async function subnetsIn({ ports }: Session, cluster: string, { VpcId, RouteTableId }: In): Promise<string[]> {
  const { ec2 } = ports.connection.clients;
  const tagged = (type: ResourceType, id: string) => spec(type, tagsOf(cluster, id));
  const subnets: string[] = [];
  for (const [i, zone] of ['a', 'b'].entries()) {
    const asked = { VpcId, CidrBlock: `10.0.${i}.0/24`, AvailabilityZone: `us-east-1${zone}` };
    const made = await ec2.send(
      new CreateSubnetCommand({ ...asked, ...tagged('subnet', `subnet/public-us-east-1${zone}`) }),
    );
    subnets.push(made.Subnet!.SubnetId!);
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId: made.Subnet!.SubnetId! }));
  }
  return subnets;
}

async function groupIn({ ports }: Session, cluster: string, VpcId: string): Promise<string> {
  const { ec2 } = ports.connection.clients;
  const tagged = (type: ResourceType, id: string) => spec(type, tagsOf(cluster, id));
  const asked = {
    VpcId,
    GroupName: `${cluster}-nodes`,
    Description: 'd',
    ...tagged('security-group', 'security-group/nodes'),
  };
  const { GroupId } = await ec2.send(new CreateSecurityGroupCommand(asked));
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '10.0.0.0/8' }] }];
  await ec2.send(
    new AuthorizeSecurityGroupIngressCommand({
      GroupId,
      IpPermissions,
      ...tagged('security-group-rule', 'security-group-rule/ssh'),
    }),
  );
  return GroupId!;
}

/** A network of somebody else with the names and ids of ours; gives its VPC and subnets. */
async function network(
  session: Session,
  cluster: string,
): Promise<{ VpcId: string; subnets: string[]; group: string }> {
  const { ec2 } = session.ports.connection.clients;
  const tagged = (type: ResourceType, id: string) => spec(type, tagsOf(cluster, id));
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16', ...tagged('vpc', 'vpc') }))).Vpc!
    .VpcId!;
  const gateway = await ec2.send(new CreateInternetGatewayCommand(tagged('internet-gateway', 'internet-gateway')));
  const { InternetGatewayId } = gateway.InternetGateway!;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  await ec2.send(new CreateEgressOnlyInternetGatewayCommand({ VpcId }));
  const table = await ec2.send(new CreateRouteTableCommand({ VpcId, ...tagged('route-table', 'route-table/public') }));
  const { RouteTableId } = table.RouteTable!;
  await ec2.send(
    new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', GatewayId: InternetGatewayId }),
  );
  const subnets = await subnetsIn(session, cluster, { VpcId, RouteTableId: RouteTableId! });
  const { AllocationId } = await ec2.send(
    new AllocateAddressCommand({ Domain: 'vpc', ...tagged('elastic-ip', 'elastic-ip/nat') }),
  );
  await ec2.send(
    new CreateNatGatewayCommand({ SubnetId: subnets[0], AllocationId, ...tagged('natgateway', 'nat-gateway') }),
  );
  await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  await ec2.send(
    new CreateVpcEndpointCommand({ VpcId, ServiceName: 'com.amazonaws.us-east-1.s3', RouteTableIds: [RouteTableId!] }),
  );
  const group = await groupIn(session, cluster, VpcId);
  await session.clock.sleep(minutes(5));
  return { VpcId, subnets, group };
}

/** Roles, profiles and policies: some under the path of a neighbour, some without tags under our own. */
async function identities({ ports }: Session, cluster: string): Promise<string> {
  const { iam } = ports.connection.clients;
  let Arn = '';
  for (const [Path, name] of [
    [iamPath('us-east-1', stranger(cluster)), `${stranger(cluster)}-cluster-00cc2e`],
    [`${iamPath('us-east-1', cluster)}mine/`, 'by-hand'],
    ['/', `${cluster}-cluster`],
  ] as const) {
    const made = await iam.send(
      new CreateRoleCommand({ RoleName: name, Path, AssumeRolePolicyDocument: trusting('eks.amazonaws.com') }),
    );
    Arn ||= made.Role!.Arn!;
    await iam.send(
      new AttachRolePolicyCommand({ RoleName: name, PolicyArn: 'arn:aws:iam::aws:policy/AmazonEKSClusterPolicy' }),
    );
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name, Path }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
    const Statement = [{ Effect: 'Allow', Action: 's3:ListBucket', Resource: '*' }];
    await iam.send(
      new CreatePolicyCommand({
        PolicyName: name,
        Path,
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
      }),
    );
  }
  const Url = 'https://oidc.eks.us-east-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF';
  await iam.send(new CreateOpenIDConnectProviderCommand({ Url, ClientIDList: ['sts.amazonaws.com'] }));
  return Arn;
}

async function nodeGroup(
  { ports }: Session,
  cluster: string,
  { subnets, group }: { readonly subnets: readonly string[]; readonly group: string },
): Promise<void> {
  const { ec2, autoScaling } = ports.connection.clients;
  const { Images = [] } = await ec2.send(new DescribeImagesCommand({ Owners: ['amazon'] }));
  const LaunchTemplateData = {
    ImageId: Images.find(({ Architecture }) => Architecture === 'x86_64')!.ImageId!,
    InstanceType: 't3.small' as const,
    SecurityGroupIds: [group],
  };
  const template = await ec2.send(
    new CreateLaunchTemplateCommand({
      LaunchTemplateName: `${cluster}-workers`,
      LaunchTemplateData,
      ...spec('launch-template', tagsOf(cluster, 'launch-template/workers')),
    }),
  );
  await autoScaling.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: `${cluster}-workers`,
      MinSize: 0,
      MaxSize: 0,
      VPCZoneIdentifier: subnets.join(','),
      LaunchTemplate: { LaunchTemplateId: template.LaunchTemplate!.LaunchTemplateId! },
      Tags: list(tagsOf(cluster, 'auto-scaling-group/workers')).map((tag) => ({ ...tag, PropagateAtLaunch: true })),
    }),
  );
}

/** What people make by hand, and what controllers of another cluster made. */
async function things(
  { ports }: Session,
  cluster: string,
  { VpcId, subnets }: { readonly VpcId: string; readonly subnets: string[] },
): Promise<void> {
  const { ec2, elbv2 } = ports.connection.clients;
  const other = stranger(cluster);
  const PublicKeyMaterial = new TextEncoder().encode(
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4b3wUWJm0r6Lq0m0mYH8mJ8v3xHq8nT1b6b3o2n5aA',
  );
  await ec2.send(new ImportKeyPairCommand({ KeyName: cluster, PublicKeyMaterial }));
  await ec2.send(new CreateNetworkInterfaceCommand({ SubnetId: subnets[0]!, Description: `aws-K8S-${cluster}` }));
  const owned = { [`kubernetes.io/cluster/${other}`]: 'owned' };
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 1, ...spec('volume', owned) }));
  await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: 'us-east-1a',
      Size: 1,
      ...spec('volume', { 'ebs.csi.aws.com/cluster': 'true' }),
    }),
  );
  await ec2.send(
    new CreateVolumeCommand({
      AvailabilityZone: 'us-east-1a',
      Size: 1,
      ...spec('volume', { [`kubernetes.io/cluster/${cluster}`]: 'shared' }),
    }),
  );
  const Tags = list({ 'elbv2.k8s.aws/cluster': other });
  await elbv2.send(
    new CreateLoadBalancerCommand({ Name: 'theirs', Type: 'network', Scheme: 'internal', Subnets: subnets, Tags }),
  );
  await elbv2.send(new CreateTargetGroupCommand({ Name: 'theirs', Protocol: 'TCP', Port: 80, VpcId, Tags }));
}

/** What somebody adds by hand to what is ours: it is not tagged as ours, and stays while the cluster does. */
export async function addByHand({ ports, aws }: Session, cluster: string): Promise<void> {
  const { ec2, eks, kms } = ports.connection.clients;
  const { ec2: there } = aws.world.regions['us-east-1']!;
  const isOurs = (id: string): boolean => there.tags[id]?.[clusterTag] === cluster;
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
  const AliasName = `${kmsAliasPrefix('us-east-1', cluster)}mine`;
  await kms.send(new CreateAliasCommand({ AliasName, TargetKeyId: KeyMetadata!.KeyId! }));
  const principalArn = `arn:aws:iam::${aws.world.account}:role/${cluster}-cluster`;
  await eks.send(new CreateAccessEntryCommand({ clusterName: cluster, principalArn, kubernetesGroups: ['viewers'] }));
  const RouteTableId = Object.keys(there.routeTables).find(isOurs)!;
  const GatewayId = Object.keys(there.internetGateways).find(isOurs)!;
  await ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '192.0.2.0/24', GatewayId }));
  const GroupId = aws.world.regions['us-east-1']!.eks.clusters[cluster]!.vpc.clusterSecurityGroupId;
  const IpPermissions = [{ IpProtocol: 'tcp', FromPort: 22, ToPort: 22, IpRanges: [{ CidrIp: '192.0.2.0/24' }] }];
  await ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions }));
}

/** Puts something of every kind that Quilla makes beside a cluster, none of it ours. */
export async function invite(session: Session, cluster: string): Promise<void> {
  const { eks, kms, logs, ssm } = session.ports.connection.clients;
  const { VpcId, subnets, group } = await network(session, cluster);
  const roleArn = await identities(session, cluster);
  const other = stranger(cluster);
  const tags = tagsOf(cluster, 'cluster');
  await eks.send(new CreateClusterCommand({ name: other, roleArn, resourcesVpcConfig: { subnetIds: subnets }, tags }));
  const { KeyMetadata } = await kms.send(
    new CreateKeyCommand({ Tags: list(tags).map(({ Key, Value }) => ({ TagKey: Key, TagValue: Value })) }),
  );
  const TargetKeyId = KeyMetadata!.KeyId!;
  await kms.send(new CreateAliasCommand({ AliasName: `${kmsAliasPrefix('us-east-1', other)}secrets`, TargetKeyId }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: `/aws/eks/${other}/cluster`, tags }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: `/aws/eks/${cluster}/application` }));
  await ssm.send(new PutParameterCommand({ Name: `/quilla/${other}/lock`, Value: '{}', Type: 'String' }));
  await ssm.send(new PutParameterCommand({ Name: `/quilla/${cluster}/note`, Value: 'mine', Type: 'String' }));
  await nodeGroup(session, cluster, { subnets, group });
  await things(session, cluster, { VpcId, subnets });
  await session.clock.sleep(minutes(20));
}

type Entries = ReadonlyMap<string, string>;

/** Every record of every list of an account, by its place. */
export function recordsOf(world: World): Map<string, string> {
  const found = new Map<string, string>();
  const add = (at: string, lists: object): void => {
    for (const [name, records] of Object.entries(lists as Record<string, unknown>)) {
      if (typeof records !== 'object' || records === null || Array.isArray(records)) continue;
      for (const [id, record] of Object.entries(records)) found.set(`${at}/${name}/${id}`, JSON.stringify(record));
    }
  };
  add('iam', world.iam);
  add('s3', world.s3);
  for (const [region, services] of Object.entries(world.regions))
    for (const [service, lists] of Object.entries(services))
      if (service !== 'kubernetes') add(`${region}/${service}`, lists as object);
  return found;
}

/** What is in one and was not in the other, as it is. */
export const added = (before: Entries, after: Entries): Map<string, string> =>
  new Map([...after].filter(([at]) => !before.has(at)));
