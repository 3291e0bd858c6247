import * as ec2 from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  CreateInstanceProfileCommand,
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import { CreateHostedZoneCommand, Route53Client } from '@aws-sdk/client-route-53';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { type Configuration, found, instanceProfilesOf } from './configuration.ts';
import { givenPolicy, trustPolicy } from './stand-in-file.ts';

/** Where a client finds its AWS, and who it is there. */
export interface ClientSettings {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

/** Makes something that a placeholder stands for; its id. */
type Maker = (placeholder: string) => Promise<string | undefined>;

/** Replaces placeholders, in order, by what was made for them. */
async function replaced(text: string, placeholders: readonly string[], make: Maker): Promise<string> {
  let result = text;
  for (const placeholder of placeholders) {
    const id = await make(placeholder);
    if (id === undefined) throw new Error(`nothing was made for ${placeholder}`);
    for (const before of [`"`, `/`]) result = result.replaceAll(`${before}${placeholder}"`, `${before}${id}"`);
  }
  return result;
}

/** Ids in a configuration's text that it does not make itself. */
const idsOf = (text: string, prefix: string): string[] => found(text, new RegExp(`"(${prefix}-[0-9a-z-]+)"`, 'g'));

/** A VPC with an address range that leaves room in it for given subnets: kops' clusters take the lower part. */
const givenRange = '172.20.0.0/16';

interface Network {
  readonly client: ec2.EC2Client;
  readonly vpcId: string;
  readonly zone: string;
}

function subnetMaker({ client, vpcId, zone }: Network): Maker {
  let made = 200;
  return async () => {
    const range = { VpcId: vpcId, CidrBlock: `172.20.${++made}.0/24`, AvailabilityZone: zone };
    return (await client.send(new ec2.CreateSubnetCommand(range))).Subnet?.SubnetId;
  };
}

/** A group of the account's own, which allows nothing yet. */
export const makeGroup = async (client: ec2.EC2Client, vpcId: string, placeholder: string): Promise<string> => {
  const name = `given-${placeholder}`;
  const made = await client.send(
    new ec2.CreateSecurityGroupCommand({ GroupName: name, Description: name, VpcId: vpcId }),
  );
  const GroupId = made.GroupId!;
  const { SecurityGroups } = await client.send(new ec2.DescribeSecurityGroupsCommand({ GroupIds: [GroupId] }));
  const IpPermissions = SecurityGroups?.[0]?.IpPermissionsEgress;
  await client.send(new ec2.RevokeSecurityGroupEgressCommand({ GroupId, IpPermissions }));
  return GroupId;
};

const gatewayMaker =
  ({ client, vpcId }: Network): Maker =>
  async () => {
    const { InternetGateway } = await client.send(new ec2.CreateInternetGatewayCommand({}));
    const InternetGatewayId = InternetGateway?.InternetGatewayId;
    await client.send(new ec2.AttachInternetGatewayCommand({ InternetGatewayId, VpcId: vpcId }));
    return InternetGatewayId;
  };

/** A NAT gateway without a public address: it needs nothing else of its VPC. */
export const makeNat = async (client: ec2.EC2Client, SubnetId: string | undefined): Promise<string> =>
  (await client.send(new ec2.CreateNatGatewayCommand({ ConnectivityType: 'private', SubnetId }))).NatGateway!
    .NatGatewayId!;

/** What stands in a VPC that the configuration shares. */
async function givenNetwork(text: string, client: ec2.EC2Client, zone: string): Promise<string> {
  const [vpc] = idsOf(text, 'vpc');
  if (vpc === undefined) return text;
  const made = await client.send(new ec2.CreateVpcCommand({ CidrBlock: givenRange }));
  const vpcId = made.Vpc!.VpcId!;
  const network = { client, vpcId, zone };
  const subnet = subnetMaker(network);
  let result = await replaced(text, idsOf(text, 'vpc'), async () => vpcId);
  result = await replaced(result, idsOf(text, 'subnet'), subnet);
  result = await replaced(result, idsOf(text, 'igw'), gatewayMaker(network));
  if (idsOf(text, 'igw').length === 0) await gatewayMaker(network)('internet gateway');
  result = await replaced(result, idsOf(text, 'nat'), async (id) => makeNat(client, await subnet(id)));
  return replaced(result, idsOf(text, 'sg'), (placeholder) => makeGroup(client, vpcId, placeholder));
}

/** What belongs to an account or a region. */
async function givenRegional(text: string, client: ec2.EC2Client): Promise<string> {
  let result = await replaced(text, idsOf(text, 'eipalloc'), async () => {
    return (await client.send(new ec2.AllocateAddressCommand({ Domain: 'vpc' }))).AllocationId;
  });
  result = await replaced(result, idsOf(text, 'tgw'), async () => {
    return (await client.send(new ec2.CreateTransitGatewayCommand({}))).TransitGateway?.TransitGatewayId;
  });
  return replaced(result, idsOf(text, 'pl'), async (PrefixListName) => {
    const list = { PrefixListName, MaxEntries: 5, AddressFamily: 'IPv4' };
    return (await client.send(new ec2.CreateManagedPrefixListCommand(list))).PrefixList?.PrefixListId;
  });
}

/** An instance profile with a role, both of that name. */
export async function makeProfile(iam: IAMClient, name: string): Promise<void> {
  await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: trustPolicy }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName: name }));
}

async function givenElsewhere(text: string, settings: ClientSettings): Promise<string> {
  const s3 = new S3Client({ ...settings, forcePathStyle: true });
  const configuration = settings.region === 'us-east-1' ? {} : { LocationConstraint: settings.region as 'eu-west-1' };
  for (const Bucket of found(text, /"bucket": ?"([a-z0-9.-]+)"/g))
    await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration: configuration }));
  const route53 = new Route53Client(settings);
  const zones = found(text, /"\/?(?:hostedzone\/)?(Z[0-9][A-Z0-9]{9,})"/g);
  const result = await replaced(text, zones, async (CallerReference) => {
    const made = await route53.send(new CreateHostedZoneCommand({ Name: 'example.com', CallerReference }));
    return made.HostedZone?.Id?.split('/').at(-1);
  });
  const iam = new IAMClient(settings);
  for (const name of instanceProfilesOf(JSON.parse(text) as Configuration)) await makeProfile(iam, name);
  return replaced(result, found(text, /"(arn:aws:iam::\d{12}:policy\/[\w+=,.@/-]+)"/g), async (arn) => {
    const named = { PolicyName: arn.split('/').at(-1), PolicyDocument: givenPolicy };
    return (await iam.send(new CreatePolicyCommand(named))).Policy?.Arn;
  });
}

/** An image that runs here for each that kops' tests make up. */
async function givenImages(text: string, client: ec2.EC2Client): Promise<string> {
  const { Images } = await client.send(new ec2.DescribeImagesCommand({ Owners: ['amazon'] }));
  const known = new Set(Images?.map((image) => image.ImageId));
  const unknown = found(text, /"(ami-[0-9a-f]+)"/g).filter((id) => !known.has(id));
  return replaced(text, unknown, async () => Images?.[0]?.ImageId);
}

/** Makes what a configuration takes for given, but for what must stand in a VPC that it makes; its text with ids for placeholders. */
export async function giveThings(text: string, settings: ClientSettings): Promise<string> {
  const client = new ec2.EC2Client(settings);
  const elsewhere = await givenElsewhere(text, settings);
  const regional = await givenRegional(elsewhere, client);
  const images = await givenImages(regional, client);
  return givenNetwork(images, client, `${settings.region}a`);
}

/** What is still a placeholder: it must stand in a VPC of the configuration's own. */
export const left = (text: string, prefix: 'sg' | 'nat'): string[] =>
  idsOf(text, prefix).filter((id) => !/^[a-z]+-[0-9a-f]{17}$/.test(id));
