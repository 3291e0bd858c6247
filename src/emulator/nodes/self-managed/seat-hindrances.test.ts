import { describe, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { bootData, type MachinesTrial, machinesTrial } from '../../../testing/machines/machines-trial.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { eksImageId } from '../../aws/ec2/eks-images.ts';
import { whyNotJoined } from '../boot.ts';

const tagOf = (trial: MachinesTrial, { id }: InstanceRecord) => trial.ec2.tags[id]?.['quilla.dev/boot'];
const deny = (trial: MachinesTrial, role: string, action: string, resource = '*') => {
  trial.world.iam.roles[role]!.inlinePolicies.deny = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Deny', Action: action, Resource: resource }],
  });
};
const noInternet = (trial: MachinesTrial) => {
  for (const table of Object.values(trial.ec2.routeTables))
    table.routes = table.routes.filter(({ cidr }) => cidr !== '0.0.0.0/0');
};
const file = { name: 'kubelet', version: '1.36.3', sha256: 'a'.repeat(64) };

interface Row {
  readonly what: string;
  readonly step: string;
  readonly why: RegExp;
  /** Makes the world wrong before the seat starts, and launches it. */
  readonly seat: (trial: MachinesTrial) => InstanceRecord;
}

const seats: readonly Row[] = [
  {
    what: 'the role may not attach its volume',
    step: 'volume',
    why: /UnauthorizedOperation: assumed-role\/seats\/i-\w+ is not authorized to perform: ec2:AttachVolume on resource: arn:aws:ec2:us-east-1:123456789012:volume\/vol-/,
    seat: (trial) => {
      delete trial.ec2.tags[trial.placeOf('a').volumeId];
      return trial.seat('a');
    },
  },
  {
    what: 'the role may not attach its interface',
    step: 'interface',
    why: /not authorized to perform: ec2:AttachNetworkInterface on resource: .*network-interface\/eni-/,
    seat: (trial) => {
      delete trial.ec2.tags[trial.placeOf('a').interfaceId];
      return trial.seat('a');
    },
  },
  {
    what: 'the volume is in another zone',
    step: 'volume',
    why: /^volume: InvalidVolume\.ZoneMismatch: volume vol-\w+ is in us-east-1b, the instance in us-east-1a/,
    seat: (trial) => trial.seat('a', { seat: { volumeId: trial.placeOf('b').volumeId } }),
  },
  {
    what: 'the volume is gone',
    step: 'volume',
    why: /InvalidVolume\.NotFound/,
    seat: (trial) => {
      delete trial.ec2.volumes[trial.placeOf('a').volumeId];
      return trial.seat('a');
    },
  },
  {
    what: 'the volume carries the data of another seat',
    step: 'etcd',
    why: /^etcd: volume vol-\w+ carries the data of seat b of cluster demo/,
    seat: (trial) => {
      trial.turn().state.machines = {
        machines: {},
        volumes: { [trial.placeOf('a').volumeId]: { cluster: trial.key, seat: 'b', member: '1', data: '' } },
        etcd: {},
      };
      return trial.seat('a');
    },
  },
  {
    what: 'the instance type has no place for a second interface',
    step: 'interface',
    why: /AttachmentLimitExceeded: \S+ has no place/,
    seat: (trial) => {
      const instance = trial.seat('a');
      const [own] = instance.networkInterfaceIds;
      for (const deviceIndex of [2, 3]) {
        const eni = { ...trial.ec2.networkInterfaces[own!]!, id: `eni-more-${deviceIndex}` };
        eni.attachment = { ...eni.attachment!, deviceIndex };
        trial.ec2.networkInterfaces[eni.id] = eni;
      }
      return instance;
    },
  },
  {
    what: 'there is no way to the API of EC2',
    step: 'volume',
    why: /it cannot reach the API of EC2: .*no route to 0\.0\.0\.0\/0/,
    seat: (trial) => {
      noInternet(trial);
      return trial.seat('a');
    },
  },
  {
    what: 'a file is not what its digest says',
    step: 'files',
    why: /^files: kubelet cannot be fetched from files\.s3\.us-east-1\.amazonaws\.com: HTTP status 403/,
    seat: (trial) => {
      trial.world.s3.buckets.files = { ...trial.world.s3.buckets['demo-store']!, name: 'files', objects: {} };
      return trial.seat('a', { files: [{ ...file, url: 'https://files.s3.us-east-1.amazonaws.com/kubelet' }] });
    },
  },
  {
    what: 'its publisher does not have the file',
    step: 'files',
    why: /kubelet cannot be fetched from dl\.k8s\.io: HTTP status 404/,
    seat: (trial) =>
      trial.seat('a', { files: [{ ...file, url: 'https://dl.k8s.io/release/v1.36.3/bin/linux/amd64/none' }] }),
  },
  {
    what: 'the role may not read the keys',
    step: 'keys',
    why: /AccessDenied\): the role may not s3:GetObject demo-store\/cluster\/keys\/ca\.crt/,
    seat: (trial) => {
      deny(trial, 'seats', 's3:GetObject', 'arn:aws:s3:::demo-store/cluster/keys/*');
      return trial.seat('a');
    },
  },
  {
    what: 'a key is missing in the store',
    step: 'keys',
    why: /NoSuchKey\): demo-store holds no cluster\/keys\/sa\.key/,
    seat: (trial) => {
      delete trial.world.s3.buckets['demo-store']!.objects['cluster/keys/sa.key'];
      return trial.seat('a');
    },
  },
  {
    what: 'the store is gone',
    step: 'keys',
    why: /NoSuchBucket/,
    seat: (trial) => {
      delete trial.world.s3.buckets['demo-store'];
      return trial.seat('a');
    },
  },
  {
    what: 'the key is not that of the authority',
    step: 'certificates',
    why: /ca\.key of demo-store is not the key of cluster\/keys\/ca\.crt/,
    seat: (trial) => {
      trial.put('cluster/keys/ca.key', 'another');
      return trial.seat('a');
    },
  },
  {
    what: 'images are in a registry that it may not read',
    step: 'etcd',
    why: /images cannot be pulled from 123456789012\.dkr\.ecr\.us-east-1\.amazonaws\.com: the role may not ecr:GetAuthorizationToken/,
    seat: (trial) =>
      trial.seat('a', { images: { repository: '123456789012.dkr.ecr.us-east-1.amazonaws.com/kubernetes' } }),
  },
  {
    what: 'the mark of its first start cannot be written',
    step: 'etcd',
    why: /may not s3:PutObject demo-store\/seats\/a\/started/,
    seat: (trial) => {
      deny(trial, 'seats', 's3:PutObject');
      return trial.seat('a');
    },
  },
  {
    what: 'the role does not trust EC2',
    step: 'configure',
    why: /role seats does not trust ec2\.amazonaws\.com, so it has no credentials/,
    seat: (trial) => {
      trial.world.iam.roles.seats!.assumeRolePolicyDocument = JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }],
      });
      return trial.seat('a');
    },
  },
];

describe('a seat stays out where', () => {
  it.each(seats)('$what', async ({ seat, step, why }) => {
    const trial = machinesTrial();
    const instance = seat(trial);
    await trial.pass(minutes(3));
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(why);
    expect(whyNotJoined(trial.turn(), instance.id)).toMatch(new RegExp(`^${step}: `));
    expect(instance.console.join('\n')).toMatch(new RegExp(`quilla: STEP ${step}\n`));
  });

  it('its user data is not what the script reads', async () => {
    const trial = machinesTrial();
    const { id } = trial.launch('seats', { userData: bootData({ format: 2 }) });
    const bare = trial.launch('seats', { userData: bootData(trial.seatConfig('a'), null) });
    const odd = trial.launch('seats', { userData: bootData(trial.seatConfig('a'), 'echo no shebang') });
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), id)).toContain('its boot configuration is not valid');
    expect(whyNotJoined(trial.turn(), bare.id)).toBe('its user data has no script part');
    expect(whyNotJoined(trial.turn(), odd.id)).toContain('does not begin with #!');
  });

  it('its image is none that the script knows', async () => {
    const trial = machinesTrial();
    const { id } = trial.seat('a', {}, { imageId: eksImageId('us-east-1', '1.34', 'bottlerocket', 'x86_64')! });
    await trial.pass(minutes(1));
    expect(whyNotJoined(trial.turn(), id)).toMatch(/is neither a plain Amazon Linux 2023 nor Ubuntu 24\.04/);
  });

  it('says so by a tag, only with the right to it', async () => {
    const trial = machinesTrial();
    delete trial.world.s3.buckets['demo-store']!.objects['cluster/keys/sa.key'];
    const told = trial.seat('a');
    const mute = trial.seat('b');
    mute.iamInstanceProfile = { arn: 'arn:aws:iam::123456789012:instance-profile/mute', id: 'AIPA' };
    trial.role('mute', []);
    await trial.pass(minutes(2));
    expect(tagOf(trial, told)).toMatch(/^failed 2026-11-01T\S+Z keys$/);
    expect(tagOf(trial, mute)).toBeUndefined();
  });

  it('and comes up by itself once the hindrance is gone', async () => {
    const trial = machinesTrial({ seats: ['a'] });
    const versions = trial.world.s3.buckets['demo-store']!.objects['cluster/keys/sa.key']!;
    delete trial.world.s3.buckets['demo-store']!.objects['cluster/keys/sa.key'];
    const seat = trial.seat('a');
    await trial.pass(minutes(5));
    trial.world.s3.buckets['demo-store']!.objects['cluster/keys/sa.key'] = versions;
    await trial.pass(minutes(3));
    expect(whyNotJoined(trial.turn(), seat.id)).toBeUndefined();
    expect(tagOf(trial, seat)).toMatch(/^ready /);
  });
});

it('a seat of a saved world comes up with user data that name the store among what is the seat’s', async () => {
  const trial = machinesTrial({ seats: ['a'] });
  const { store, seat, ...rest } = trial.seatConfig('a');
  const instance = trial.seat('a', {}, { userData: bootData({ ...rest, ca: 'Q0E=', seat: { ...seat, store } }) });
  await trial.pass(minutes(5));
  expect(whyNotJoined(trial.turn(), instance.id)).toBeUndefined();
});
