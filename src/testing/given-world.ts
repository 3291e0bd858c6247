import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  ImportKeyPairCommand,
  ModifyVpcAttributeCommand,
} from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  CreateUserCommand,
} from '@aws-sdk/client-iam';
import { CreateKeyCommand } from '@aws-sdk/client-kms';
import { CreateHostedZoneCommand } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, PutBucketVersioningCommand, PutPublicAccessBlockCommand } from '@aws-sdk/client-s3';
import { minutes } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import type { VpcFact } from '../model/facts.ts';
import type { Scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** Names of AWS objects that were made, and by which placeholder the scenario knows them. */
type Names = Map<string, string>;

const trusting = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: ['sts:AssumeRole', 'sts:TagSession'] }],
  });

/** Policies that a role of one's own needs for what it is given for. */
const rolePolicies: Readonly<Record<string, { service: string; policies: readonly string[] }>> = {
  'eks-control-plane': { service: 'eks.amazonaws.com', policies: ['AmazonEKSClusterPolicy'] },
  'eks-nodes': {
    service: 'ec2.amazonaws.com',
    policies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly', 'AmazonSSMManagedInstanceCore'],
  },
  'ebs-csi': { service: 'pods.eks.amazonaws.com', policies: ['service-role/AmazonEBSCSIDriverPolicy'] },
  'eks-fargate': { service: 'eks-fargate-pods.amazonaws.com', policies: ['AmazonEKSFargatePodExecutionRolePolicy'] },
};
/** What a boundary that bounds nothing of this product allows. */
const boundary = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
});

const otherwise = { service: 'pods.eks.amazonaws.com', policies: [] };

async function makeNetwork(
  {
    ports: {
      connection: {
        clients: { ec2 },
      },
    },
    clock,
  }: Session,
  vpc: VpcFact,
  names: Names,
): Promise<void> {
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: vpc.cidrs[0] }))).Vpc!.VpcId!;
  names.set(VpcId, vpc.id);
  await ec2.send(new ModifyVpcAttributeCommand({ VpcId, EnableDnsHostnames: { Value: true } }));
  const InternetGatewayId = (await ec2.send(new CreateInternetGatewayCommand({}))).InternetGateway!.InternetGatewayId!;
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId }));
  const table = async (): Promise<string> =>
    (await ec2.send(new CreateRouteTableCommand({ VpcId }))).RouteTable!.RouteTableId!;
  const route = (RouteTableId: string, target: object): Promise<unknown> =>
    ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target }));
  const subnet = async (CidrBlock: string, AvailabilityZone: string, RouteTableId: string): Promise<string> => {
    const SubnetId = (await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone }))).Subnet!
      .SubnetId!;
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId, SubnetId }));
    return SubnetId;
  };
  const outside = await table();
  await route(outside, { GatewayId: InternetGatewayId });
  const natSubnet = await subnet(vpc.cidrs[0]!.replace(/\.0\.0\/16$/, '.250.0/24'), vpc.subnets[0]!.zone, outside);
  const { AllocationId } = await ec2.send(new AllocateAddressCommand({ Domain: 'vpc' }));
  const NatGatewayId = (await ec2.send(new CreateNatGatewayCommand({ SubnetId: natSubnet, AllocationId }))).NatGateway!
    .NatGatewayId!;
  await clock.sleep(minutes(3));
  for (const fact of vpc.subnets) {
    const RouteTableId = await table();
    names.set(RouteTableId, fact.routeTableId);
    await route(RouteTableId, fact.isPublic ? { GatewayId: InternetGatewayId } : { NatGatewayId });
    names.set(await subnet(fact.cidr, fact.zone, RouteTableId), fact.id);
  }
}

async function makeIdentities(
  {
    ports: {
      connection: { clients },
    },
  }: Session,
  { loaded, facts }: Scenario,
  names: Names,
): Promise<void> {
  const text = JSON.stringify(loaded.cluster);
  const { iam, ec2, kms } = clients;
  const made = new Set<string>();
  const role = async (path: string, RoleName: string): Promise<void> => {
    if (made.has(RoleName)) return;
    made.add(RoleName);
    const { service, policies } = rolePolicies[RoleName] ?? otherwise;
    await iam.send(new CreateRoleCommand({ RoleName, Path: path, AssumeRolePolicyDocument: trusting(service) }));
    for (const policy of policies)
      await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: `arn:aws:iam::aws:policy/${policy}` }));
  };
  for (const [, kind, path, name] of text.matchAll(
    /arn:aws:iam::\d{12}:(user|role)(\/(?:[\w+=,.@-]+\/)*)([\w+=,.@-]+)/g,
  )) {
    if (kind === 'role') await role(path!, name!);
    else if (name !== 'admin') await iam.send(new CreateUserCommand({ UserName: name!, Path: path! }));
  }
  for (const [, name] of text.matchAll(/"role":"([\w+=,.@-]+)"/g)) await role('/', name!);
  for (const [InstanceProfileName, arn] of Object.entries(facts.profileRoles)) {
    const RoleName = arn.split('/').at(-1)!;
    await role('/', RoleName);
    await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName }));
    await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName, RoleName }));
  }
  for (const PolicyName of new Set(
    [...text.matchAll(/arn:aws:iam::\d{12}:policy\/([\w+=,.@-]+)/g)].map(([, name]) => name!),
  )) {
    await iam.send(new CreatePolicyCommand({ PolicyName, PolicyDocument: boundary }));
  }
  const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4b3wUWJm0r6Lq0m0mYH8mJ8v3xHq8nT1b6b3o2n5aA';
  for (const KeyName of new Set([...text.matchAll(/"keyName":"([^"]+)"/g)].map(([, name]) => name!))) {
    await ec2.send(new ImportKeyPairCommand({ KeyName, PublicKeyMaterial: new TextEncoder().encode(key) }));
  }
  for (const [, keyId] of text.matchAll(/arn:aws:kms:[a-z0-9-]+:\d{12}:key\/([0-9a-f-]{36})/g)) {
    const answer = await kms.send(new CreateKeyCommand({}));
    names.set(answer.KeyMetadata!.KeyId!, keyId!);
  }
  const [vpcId] = [...names].find(([, placeholder]) => placeholder === facts.vpc?.id) ?? [];
  for (const id of new Set(text.match(/sg-[0-9a-f]{17}/g))) {
    const answer = await ec2.send(
      new CreateSecurityGroupCommand({ GroupName: `given-${id}`, Description: 'given', VpcId: vpcId }),
    );
    names.set(answer.GroupId!, id);
  }
}

/** The hosted zone and the bucket that a self-managed control plane is given. */
async function makeGround(
  { ports }: Session,
  { loaded, facts }: Pick<Scenario, 'loaded' | 'facts'>,
  names: Names,
): Promise<void> {
  const { controlPlane } = loaded.cluster.spec;
  if (controlPlane.type !== 'self-managed') return;
  const { route53, s3 } = ports.connection.clients;
  if (controlPlane.dns.type === 'public') {
    const Name = controlPlane.dns.zone;
    const zone = await route53.send(new CreateHostedZoneCommand({ Name, CallerReference: 'given' }));
    if (facts.hostedZone) names.set(zone.HostedZone!.Id!.replace('/hostedzone/', ''), facts.hostedZone.id);
  }
  const Bucket = controlPlane.storeBucket;
  if (Bucket === undefined) return;
  await s3.send(new CreateBucketCommand({ Bucket }));
  await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }));
  const closed = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  };
  await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration: closed }));
}

/** A world that holds what a scenario takes for given, under the very ids that its spec names. */
export async function givenWorld(scenario: Scenario): Promise<World> {
  const names: Names = new Map();
  const session = await startSession({ region: scenario.graph.region });
  try {
    if (scenario.facts.vpc !== null) await makeNetwork(session, scenario.facts.vpc, names);
    await makeIdentities(session, scenario, names);
    await makeGround(session, scenario, names);
  } finally {
    await session.stop();
  }
  let text = JSON.stringify(session.aws.world);
  for (const [made, placeholder] of names) text = text.replaceAll(made, placeholder);
  return JSON.parse(text) as World;
}
