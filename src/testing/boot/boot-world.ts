import * as ec2Api from '@aws-sdk/client-ec2';
import * as iamApi from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { seconds } from '../../base/duration.ts';
import { eksImageId } from '../../emulator/aws/ec2/eks-images.ts';
import { startForTest } from '../../emulator/start-for-test.ts';

/** What boot calls of AWS, and nothing more: a call beyond it is denied. */
const actionsOf = {
  workers: [
    { Action: ['s3:GetObject'], Resource: 'arn:aws:s3:::store/cluster/keys/ca.crt' },
    { Action: ['ec2:CreateTags', 'ec2:ModifyInstanceAttribute'], Resource: '*' },
  ],
  seats: [
    { Action: ['s3:GetObject'], Resource: ['arn:aws:s3:::store/cluster/*', 'arn:aws:s3:::store/seats/*'] },
    { Action: ['s3:PutObject'], Resource: ['arn:aws:s3:::store/seats/*', 'arn:aws:s3:::store/backups/*'] },
    {
      Action: [
        'ec2:DescribeVolumes',
        'ec2:DescribeNetworkInterfaces',
        'ec2:AttachVolume',
        'ec2:AttachNetworkInterface',
        'ec2:CreateTags',
        'ec2:ModifyInstanceAttribute',
      ],
      Resource: '*',
    },
  ],
};
type Role = keyof typeof actionsOf;

const trust = { Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' };
const document = (statements: readonly object[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: statements.map((one) => ({ Effect: 'Allow', ...one })) });

/** An AWS with a store, roles of seats and workers, and what a seat needs in the zone us-east-1a. Its time passes by itself. */
export async function startBootWorld() {
  const aws = await startForTest({ clock: { kind: 'scaled', speed: 200 } });
  const [ec2, iam] = [new ec2Api.EC2(aws.settings()), new iamApi.IAM(aws.settings())];
  const s3 = new S3({ ...aws.settings(), forcePathStyle: true });
  await s3.createBucket({ Bucket: 'store' });
  const allow = (RoleName: Role, statements: readonly object[] = actionsOf[RoleName]) =>
    iam.putRolePolicy({ RoleName, PolicyName: 'own', PolicyDocument: document(statements) });
  for (const name of ['seats', 'workers'] as const) {
    await iam.createRole({ RoleName: name, AssumeRolePolicyDocument: document([trust]) });
    await allow(name);
    await iam.createInstanceProfile({ InstanceProfileName: name });
    await iam.addRoleToInstanceProfile({ InstanceProfileName: name, RoleName: name });
  }
  const { Subnets = [] } = await ec2.describeSubnets({});
  const subnetIn = (zone: string): string => Subnets.find((one) => one.AvailabilityZone === zone)?.SubnetId ?? '';

  const instance = async (zone = 'us-east-1a', role: Role = 'seats'): Promise<string> => {
    const { Instances } = await ec2.runInstances({
      ImageId: eksImageId('us-east-1', '1.36', 'al2023', 'x86_64'),
      InstanceType: 't3.large',
      MinCount: 1,
      MaxCount: 1,
      SubnetId: subnetIn(zone),
      IamInstanceProfile: { Name: role },
    });
    const id = Instances?.[0]?.InstanceId ?? '';
    // In that AWS's time, which runs fast here.
    await aws.clock.sleep(seconds(25));
    return id;
  };
  const volume = async (AvailabilityZone = 'us-east-1a'): Promise<string> =>
    (await ec2.createVolume({ AvailabilityZone, Size: 20, VolumeType: 'gp3' })).VolumeId ?? '';
  const networkInterface = async (PrivateIpAddress: string) => {
    const made = await ec2.createNetworkInterface({ SubnetId: subnetIn('us-east-1a'), PrivateIpAddress });
    return { id: made.NetworkInterface?.NetworkInterfaceId ?? '', mac: made.NetworkInterface?.MacAddress ?? '' };
  };
  const put = (Key: string, Body: string) => s3.putObject({ Bucket: 'store', Key, Body });
  const remove = (Key: string) => s3.deleteObject({ Bucket: 'store', Key });
  const text = async (Key: string): Promise<string> =>
    (await (await s3.getObject({ Bucket: 'store', Key })).Body?.transformToString()) ?? '';
  /** What the instance says of its boot. */
  const told = async (id: string): Promise<string | undefined> => {
    const { Reservations } = await ec2.describeInstances({ InstanceIds: [id] });
    return Reservations?.[0]?.Instances?.[0]?.Tags?.find((tag) => tag.Key === 'quilla.dev/boot')?.Value;
  };
  return { aws, ec2, s3, allow, instance, volume, networkInterface, put, remove, text, told };
}

export type BootWorld = Awaited<ReturnType<typeof startBootWorld>>;
