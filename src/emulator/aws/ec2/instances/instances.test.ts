import {
  AttachVolumeCommand,
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  CreateSubnetCommand,
  CreateVolumeCommand,
  CreateVpcCommand,
  DeleteSubnetCommand,
  DeleteVolumeCommand,
  DescribeImagesCommand,
  DescribeInstanceAttributeCommand,
  DescribeInstancesCommand,
  DescribeInstanceTypeOfferingsCommand,
  DescribeInstanceTypesCommand,
  DescribeLaunchTemplateVersionsCommand,
  DescribeVolumesCommand,
  DescribeVolumesModificationsCommand,
  DescribeVpcsCommand,
  DetachVolumeCommand,
  GetConsoleOutputCommand,
  ImportKeyPairCommand,
  ModifyInstanceAttributeCommand,
  ModifyLaunchTemplateCommand,
  ModifyVolumeCommand,
  RunInstancesCommand,
  StartInstancesCommand,
  StopInstancesCommand,
  TerminateInstancesCommand,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { hours, minutes, seconds } from '../../../../base/duration.ts';
import type { Ec2Trial } from '../ec2-trial.ts';
import { ec2Trial, refusal } from '../ec2-trial.ts';
import { eksImageId } from '../eks-images.ts';
import { appendConsole } from './life.ts';

const region = 'us-east-1';
const x86 = eksImageId(region, '1.34', 'al2023', 'x86_64') ?? '';
const arm = eksImageId(region, '1.34', 'al2023', 'arm64') ?? '';

let trial: Ec2Trial;
let SubnetId: string;
beforeEach(async () => {
  trial = await ec2Trial();
  const { Vpc } = await trial.ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }));
  const subnet = { VpcId: Vpc?.VpcId, CidrBlock: '10.0.0.0/24', AvailabilityZone: 'us-east-1a' };
  SubnetId = (await trial.ec2.send(new CreateSubnetCommand(subnet))).Subnet?.SubnetId ?? '';
});
afterEach(() => trial.stop());

const run = async (rest: object = {}) => {
  const input = { ImageId: x86, InstanceType: 'm5.large' as const, SubnetId, MinCount: 1, MaxCount: 1, ...rest };
  const { Instances } = await trial.ec2.send(new RunInstancesCommand(input));
  return Instances?.[0]?.InstanceId ?? '';
};
const show = async (id: string) => {
  const { Reservations } = await trial.ec2.send(new DescribeInstancesCommand({ InstanceIds: [id] }));
  return Reservations?.[0]?.Instances?.[0];
};

describe('instances', () => {
  test('pending, running after 20 seconds, shutting down, terminated, and gone after an hour', async () => {
    const id = await run();
    expect(await show(id)).toMatchObject({
      State: { Code: 0, Name: 'pending' },
      Architecture: 'x86_64',
      RootDeviceName: '/dev/xvda',
    });
    await trial.pass(seconds(21));
    expect((await show(id))?.State?.Name).toBe('running');
    await trial.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect((await show(id))?.State?.Name).toBe('shutting-down');
    await trial.pass(seconds(31));
    expect(await show(id)).toMatchObject({
      State: { Code: 48, Name: 'terminated' },
      BlockDeviceMappings: [],
      NetworkInterfaces: [],
    });
    expect((await trial.ec2.send(new DescribeVolumesCommand({}))).Volumes).toEqual([]);
    await trial.ec2.send(new DeleteSubnetCommand({ SubnetId }));
    await trial.pass(hours(1));
    expect(await refusal(show(id))).toBe(`InvalidInstanceID.NotFound: The instance ID '${id}' does not exist`);
  });

  test('have an interface with a private address of the subnet, a root volume and a private name', async () => {
    const id = await run({
      BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 50, VolumeType: 'gp2' } }],
    });
    const instance = await show(id);
    expect(instance?.PrivateIpAddress).toMatch(/^10\.0\.0\.\d+$/);
    expect(instance?.PrivateDnsName).toBe(`ip-${instance?.PrivateIpAddress?.replaceAll('.', '-')}.ec2.internal`);
    expect(instance?.NetworkInterfaces?.[0]?.Attachment).toMatchObject({ DeviceIndex: 0, DeleteOnTermination: true });
    expect(instance?.PublicIpAddress).toBeUndefined();
    const { Volumes } = await trial.ec2.send(
      new DescribeVolumesCommand({ Filters: [{ Name: 'attachment.instance-id', Values: [id] }] }),
    );
    expect(Volumes).toMatchObject([{ Size: 50, VolumeType: 'gp2', Iops: 150, State: 'in-use', Encrypted: false }]);
  });

  test('get a public address where the default subnet says so', async () => {
    const id = await run({ SubnetId: undefined });
    expect((await show(id))?.PublicIpAddress).toMatch(/^3\./);
  });

  test.each<[string, object, RegExp]>([
    [
      'an unknown image',
      { ImageId: 'ami-0123456789abcdef0' },
      /^InvalidAMIID.NotFound: The image id '\[ami-0123456789abcdef0\]' does not exist/,
    ],
    [
      'an unknown type',
      { InstanceType: 'm5.tiny' },
      /^InvalidParameterValue: Invalid value 'm5.tiny' for InstanceType/,
    ],
    [
      'an Arm image on an Intel type',
      { ImageId: arm },
      /^InvalidParameterValue: The architecture 'x86_64' of the specified instance type does not match the architecture 'arm64'/,
    ],
    ['an unknown key pair', { KeyName: 'nobody' }, /^InvalidKeyPair.NotFound: The key pair 'nobody' does not exist/],
    [
      'an unknown instance profile',
      { IamInstanceProfile: { Name: 'nodes' } },
      /^InvalidParameterValue: Value \(nodes\) for parameter iamInstanceProfile.name is invalid/,
    ],
    [
      'a root volume smaller than its snapshot',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { VolumeSize: 8 } }] },
      /^InvalidBlockDeviceMapping: Volume of size 8GB is smaller than snapshot/,
    ],
    ['user data that is no base64', { UserData: '#!/bin/sh' }, /^InvalidUserData.Malformed/],
    [
      'user data over 16 KiB',
      { UserData: Buffer.alloc(16385).toString('base64') },
      /^InvalidParameterValue: User data is limited to 16384 bytes/,
    ],
    [
      'more vCPUs than the quota',
      { InstanceType: 'm5.24xlarge' },
      /^VcpuLimitExceeded: You have requested more vCPU capacity than your current vCPU limit of 64/,
    ],
    [
      'a KMS key that is not there',
      { BlockDeviceMappings: [{ DeviceName: '/dev/xvda', Ebs: { Encrypted: true, KmsKeyId: 'alias/none' } }] },
      /^InvalidKMSKey.InvalidState/,
    ],
    ['a group of another VPC', { SecurityGroupIds: ['default'] }, /^InvalidGroupId.Malformed/],
  ])('%s is refused and leaves nothing', async (_name, rest, why) => {
    expect(await refusal(run(rest))).toMatch(why);
    const { instances, volumes, networkInterfaces } = trial.state();
    expect([instances, volumes, networkInterfaces]).toEqual([{}, {}, {}]);
  });

  test('a launch of several is whole or not at all', async () => {
    const { Vpcs = [] } = await trial.ec2.send(
      new DescribeVpcsCommand({ Filters: [{ Name: 'cidr', Values: ['10.0.0.0/16'] }] }),
    );
    const small = { VpcId: Vpcs[0]?.VpcId, CidrBlock: '10.0.1.0/28', AvailabilityZone: 'us-east-1a' };
    const { Subnet } = await trial.ec2.send(new CreateSubnetCommand(small));
    const many = (MinCount: number, MaxCount: number) =>
      run({ SubnetId: Subnet?.SubnetId, InstanceType: 't2.micro', MinCount, MaxCount });
    expect(await refusal(many(12, 12))).toMatch(/^InsufficientFreeAddressesInSubnet/);
    expect([trial.state().instances, trial.state().networkInterfaces, trial.state().volumes]).toEqual([{}, {}, {}]);
    await many(1, 12);
    expect(Object.keys(trial.state().instances)).toHaveLength(11);
  });

  test('a client token launches once', async () => {
    const first = await run({ ClientToken: 'once' });
    expect(await run({ ClientToken: 'once' })).toBe(first);
    expect(await refusal(run({ ClientToken: 'once', InstanceType: 't3.large' }))).toMatch(
      /^IdempotentParameterMismatch/,
    );
  });

  test('termination protection holds until it is taken off', async () => {
    const id = await run({ DisableApiTermination: true });
    const end = () => trial.ec2.send(new TerminateInstancesCommand({ InstanceIds: [id] }));
    expect(await refusal(end())).toMatch(/^OperationNotPermitted/);
    await trial.ec2.send(
      new ModifyInstanceAttributeCommand({ InstanceId: id, DisableApiTermination: { Value: false } }),
    );
    await end();
    expect((await show(id))?.State?.Name).toBe('shutting-down');
  });

  test('stop, change the type, start', async () => {
    const id = await run();
    await trial.pass(seconds(21));
    const retype = () =>
      trial.ec2.send(new ModifyInstanceAttributeCommand({ InstanceId: id, InstanceType: { Value: 't3.large' } }));
    expect(await refusal(retype())).toMatch(/^IncorrectInstanceState/);
    await trial.ec2.send(new StopInstancesCommand({ InstanceIds: [id] }));
    await trial.pass(seconds(31));
    await retype();
    await trial.ec2.send(new StartInstancesCommand({ InstanceIds: [id] }));
    await trial.pass(seconds(21));
    expect(await show(id)).toMatchObject({ State: { Name: 'running' }, InstanceType: 't3.large' });
  });

  test('the console shows what was written to it; user data is given back as it came', async () => {
    const UserData = Buffer.from('#!/bin/sh\n').toString('base64');
    const id = await run({ UserData });
    appendConsole(trial.turn(), id, 'nodeadm: done');
    const { Output } = await trial.ec2.send(new GetConsoleOutputCommand({ InstanceId: id }));
    expect(Buffer.from(Output ?? '', 'base64').toString()).toBe('nodeadm: done\n');
    const asked = await trial.ec2.send(new DescribeInstanceAttributeCommand({ InstanceId: id, Attribute: 'userData' }));
    expect(asked.UserData?.Value).toBe(UserData);
  });
});

describe('faults', () => {
  test('a zone without capacity refuses the launch with a server error', async () => {
    await trial.stop();
    trial = await ec2Trial({ rules: [{ kind: 'no-capacity', zone: 'us-east-1a' }] });
    const { Instances } = await trial.ec2.send(
      new RunInstancesCommand({
        ImageId: x86,
        InstanceType: 'm5.large',
        MinCount: 1,
        MaxCount: 1,
        Placement: { AvailabilityZone: 'us-east-1b' },
      }),
    );
    expect(Instances).toHaveLength(1);
    const refused = trial.ec2.send(
      new RunInstancesCommand({
        ImageId: x86,
        InstanceType: 'm5.large',
        MinCount: 1,
        MaxCount: 1,
        Placement: { AvailabilityZone: 'us-east-1a' },
      }),
    );
    expect(await refusal(refused)).toMatch(
      /^InsufficientInstanceCapacity: We currently do not have sufficient m5.large capacity/,
    );
  });
});

describe('launch templates', () => {
  const template = async (LaunchTemplateName: string, LaunchTemplateData: object) => {
    const made = await trial.ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData }));
    return made.LaunchTemplate?.LaunchTemplateId ?? '';
  };

  test('an instance takes the template under what the request says, tags by key', async () => {
    const tags = (Value: string) => ({
      ResourceType: 'instance' as const,
      Tags: [
        { Key: 'team', Value },
        { Key: `from-${Value}`, Value: '' },
      ],
    });
    const id = await template('nodes', {
      ImageId: x86,
      InstanceType: 'm5.large',
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
      TagSpecifications: [tags('template')],
    });
    const made = await run({
      ImageId: undefined,
      InstanceType: 't3.large',
      LaunchTemplate: { LaunchTemplateId: id },
      TagSpecifications: [tags('request')],
    });
    const instance = await show(made);
    expect(instance).toMatchObject({
      InstanceType: 't3.large',
      ImageId: x86,
      MetadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    });
    expect(Object.fromEntries(instance?.Tags?.map((tag) => [tag.Key, tag.Value]) ?? [])).toEqual({
      team: 'request',
      'from-template': '',
      'from-request': '',
      'aws:ec2launchtemplate:id': id,
      'aws:ec2launchtemplate:version': '1',
    });
  });

  test('versions count up; the default moves when told; $Latest is asked of all templates at once', async () => {
    const id = await template('nodes', { ImageId: x86 });
    await template('other', { ImageId: arm });
    const next = {
      LaunchTemplateId: id,
      SourceVersion: '1',
      LaunchTemplateData: { InstanceType: 'm5.large' as const },
    };
    await trial.ec2.send(new CreateLaunchTemplateVersionCommand(next));
    await trial.ec2.send(new ModifyLaunchTemplateCommand({ LaunchTemplateId: id, DefaultVersion: '2' }));
    const { LaunchTemplateVersions } = await trial.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ Versions: ['$Latest'] }),
    );
    expect(
      LaunchTemplateVersions?.map((v) => [
        v.LaunchTemplateName,
        v.VersionNumber,
        v.DefaultVersion,
        v.LaunchTemplateData?.ImageId,
      ]),
    ).toEqual([
      ['nodes', 2, true, x86],
      ['other', 1, true, arm],
    ]);
    const missing = trial.ec2.send(
      new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateId: id, Versions: ['7'] }),
    );
    expect(await refusal(missing)).toMatch(/^InvalidLaunchTemplateId.VersionNotFound/);
    expect(await refusal(template('nodes', { ImageId: x86 }))).toMatch(
      /^InvalidLaunchTemplateName.AlreadyExistsException/,
    );
  });
});

describe('volumes', () => {
  const volume = async (rest: object = {}) =>
    (
      await trial.ec2.send(
        new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 10, VolumeType: 'gp3', ...rest }),
      )
    ).VolumeId ?? '';
  const read = async (id: string) =>
    (await trial.ec2.send(new DescribeVolumesCommand({ VolumeIds: [id] }))).Volumes?.[0];

  test('tell the ARN of the key that encrypts them, and never an alias', async () => {
    const made = await trial.ec2.send(
      new CreateVolumeCommand({ AvailabilityZone: 'us-east-1a', Size: 10, VolumeType: 'gp3', Encrypted: true }),
    );
    expect(made.KmsKeyId).toMatch(/^arn:aws:kms:us-east-1:\d{12}:key\/[0-9a-f-]{36}$/);
  });

  test('are made, attached in their zone only, detached and deleted', async () => {
    const InstanceId = await run();
    const [here, there] = [await volume(), await volume({ AvailabilityZone: 'us-east-1b' })];
    expect((await read(here))?.State).toBe('creating');
    await trial.pass(seconds(25));
    const attach = (VolumeId: string) =>
      trial.ec2.send(new AttachVolumeCommand({ VolumeId, InstanceId, Device: '/dev/sdf' }));
    expect(await refusal(attach(there))).toMatch(/^InvalidVolume.ZoneMismatch/);
    expect((await attach(here)).State).toBe('attaching');
    expect(await refusal(trial.ec2.send(new DeleteVolumeCommand({ VolumeId: here })))).toMatch(/^VolumeInUse/);
    await trial.pass(seconds(5));
    await trial.ec2.send(new DetachVolumeCommand({ VolumeId: here }));
    await trial.pass(seconds(6));
    expect((await read(here))?.State).toBe('available');
    await trial.ec2.send(new DeleteVolumeCommand({ VolumeId: here }));
    await trial.pass(seconds(5));
    expect(await refusal(read(here))).toBe(`InvalidVolume.NotFound: The volume '${here}' does not exist.`);
  });

  test('grow while in use, and never shrink', async () => {
    const VolumeId = await volume();
    await trial.pass(seconds(5));
    const grow = (Size: number) => trial.ec2.send(new ModifyVolumeCommand({ VolumeId, Size }));
    expect(await refusal(grow(5))).toMatch(/^InvalidParameterValue: New size cannot be smaller/);
    await grow(20);
    expect(await refusal(grow(30))).toMatch(/^IncorrectModificationState/);
    await trial.pass(minutes(3));
    const { VolumesModifications } = await trial.ec2.send(
      new DescribeVolumesModificationsCommand({ VolumeIds: [VolumeId] }),
    );
    expect(VolumesModifications).toMatchObject([{ ModificationState: 'completed', OriginalSize: 10, TargetSize: 20 }]);
  });

  test('iops and throughput must suit the type', async () => {
    expect(await refusal(volume({ VolumeType: 'gp2', Iops: 3000 }))).toMatch(/^InvalidParameterCombination/);
    expect(await refusal(volume({ Iops: 100 }))).toMatch(/^InvalidParameterValue/);
    expect(await refusal(volume({ VolumeType: 'io2' }))).toMatch(/^MissingParameter/);
  });
});

describe('images, types and keys', () => {
  test('EKS images are found by name and owner as AWS publishes them, other in each region', async () => {
    const Filters = [{ Name: 'name', Values: ['amazon-eks-node-al2023-x86_64-standard-1.34-v*'] }];
    const { Images } = await trial.ec2.send(new DescribeImagesCommand({ Owners: ['amazon'], Filters }));
    expect(Images).toMatchObject([
      { ImageId: x86, Architecture: 'x86_64', OwnerId: '602401143452', RootDeviceName: '/dev/xvda' },
    ]);
    expect(eksImageId('eu-west-1', '1.34', 'al2023', 'x86_64')).not.toBe(x86);
    expect(eksImageId(region, '1.12', 'al2023', 'x86_64')).toBeUndefined();
  });

  test('the oldest zone of us-east-1 lacks Nitro types', async () => {
    const ask = async (type: string) => {
      const Filters = [{ Name: 'instance-type', Values: [type] }];
      const answer = await trial.ec2.send(
        new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters }),
      );
      return answer.InstanceTypeOfferings?.map((offering) => offering.Location);
    };
    expect(await ask('m5.large')).toEqual(['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d', 'us-east-1f']);
    expect(await ask('t2.large')).toContain('us-east-1e');
  });

  test('types tell cores, memory and interfaces; unknown ones are all named', async () => {
    const { InstanceTypes } = await trial.ec2.send(new DescribeInstanceTypesCommand({ InstanceTypes: ['t2.large'] }));
    expect(InstanceTypes).toMatchObject([
      {
        VCpuInfo: { DefaultVCpus: 2 },
        MemoryInfo: { SizeInMiB: 8192 },
        NetworkInfo: { MaximumNetworkInterfaces: 3, Ipv4AddressesPerInterface: 12 },
      },
    ]);
    const unknown = trial.ec2.send(
      new DescribeInstanceTypesCommand({ InstanceTypes: ['x.a', 't2.large', 'x.b'] as never[] }),
    );
    expect(await refusal(unknown)).toBe(
      'InvalidInstanceType: The following supplied instance types do not exist: [x.a, x.b]',
    );
  });

  test('an imported ED25519 key has the fingerprint that ssh-keygen shows', async () => {
    // `ssh-keygen -lf` says SHA256:ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA; AWS pads the base64.
    const line = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f me';
    const made = await trial.ec2.send(
      new ImportKeyPairCommand({ KeyName: 'all', PublicKeyMaterial: Buffer.from(line) }),
    );
    expect(made.KeyFingerprint).toBe('ZkAslGjFiUHdGf/WUL8rQvkib4PTvQatUV0OUQSncCA=');
    const again = trial.ec2.send(new ImportKeyPairCommand({ KeyName: 'all', PublicKeyMaterial: Buffer.from(line) }));
    expect(await refusal(again)).toBe('InvalidKeyPair.Duplicate: The keypair already exists');
    const bad = trial.ec2.send(
      new ImportKeyPairCommand({ KeyName: 'bad', PublicKeyMaterial: Buffer.from('not a key') }),
    );
    expect(await refusal(bad)).toBe('InvalidKey.Format: Key is not in valid OpenSSH public key format');
  });
});
