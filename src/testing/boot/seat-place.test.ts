import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { newSeat, type Seat, type SeatInput } from './seat.ts';

let world: BootWorld;
let link: { readonly id: string; readonly mac: string };
const seats: Seat[] = [];

beforeAll(async () => {
  world = await startBootWorld();
  link = await world.networkInterface('172.31.0.11');
});
afterEach(() => Promise.all(seats.splice(0).map((seat) => seat.remove())));
afterAll(() => world.aws.stop());

const seat = async (input: SeatInput = {}): Promise<Seat> => {
  const made = await newSeat(world, link, input);
  seats.push(made);
  return made;
};

const holderOf = async (volumeId: string): Promise<string | undefined> =>
  (await world.ec2.describeVolumes({ VolumeIds: [volumeId] })).Volumes?.[0]?.Attachments?.[0]?.InstanceId;

describe('a seat takes its volume', () => {
  it('where it is free: attached, given a file system, mounted and marked', async () => {
    const own = await seat();
    const { code, output } = await own.step('volume');
    expect(output).toContain('STEP volume');
    expect(code, output).toBe(0);
    expect(await holderOf(own.volumeId)).toBe(own.instanceId);
    const calls = await own.calls();
    expect(calls).toContain(`mkfs.ext4 -q -L quilla-etcd ${own.path('dev/nvme1n1')}`);
    expect(calls).toContain(`mount -o noatime ${own.path('dev/nvme1n1')} ${own.path('var/lib/etcd')}`);
    expect(await own.json('var/lib/etcd/quilla.json')).toMatchObject({
      cluster: 'seed-kops',
      seat: 'a',
      volume: own.volumeId,
      nonce: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    expect(await own.mode('var/lib/etcd/quilla.json')).toBe('600');
  });

  it('again after a restart without a new file system or a new marker', async () => {
    const own = await seat();
    await own.step('volume');
    const marker = await own.read('var/lib/etcd/quilla.json');
    const { code } = await own.step('volume');
    expect(code).toBe(0);
    expect((await own.calls()).filter((call) => call.startsWith('mkfs'))).toHaveLength(1);
    expect(await own.read('var/lib/etcd/quilla.json')).toBe(marker);
  });

  it('and leaves a file system that is there as it is', async () => {
    const own = await seat({ env: { BLKID: '0' } });
    expect((await own.step('volume')).code).toBe(0);
    expect((await own.calls()).join('\n')).not.toContain('mkfs');
  });

  it('but not from an instance that holds it, and says which', async () => {
    const first = await seat();
    await first.step('volume');
    const second = await seat({ volumeId: first.volumeId });
    const { code, output } = await second.step('volume');
    expect(code).toBe(1);
    expect(output).toContain(`volume ${first.volumeId} is in-use, held by ${first.instanceId}`);
    expect(await world.told(second.instanceId)).toMatch(/^failed \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ volume$/);
    expect((await second.calls()).join('\n')).not.toMatch(/mkfs|mount /);
  });

  it('and never one of another zone', async () => {
    const own = await seat({ volumeId: await world.volume('us-east-1b') });
    const { code, output } = await own.step('volume');
    expect(code).toBe(1);
    expect(output).toContain('is in us-east-1b and this instance in us-east-1a: they can never meet');
  });

  it.each([
    [{ cluster: 'other', seat: 'a' }, 'this volume belongs to cluster other, not to seed-kops'],
    [{ cluster: 'seed-kops', seat: 'b' }, 'this volume belongs to seat b, not to a'],
    [{ cluster: 'seed-kops', seat: 'a', volume: 'vol-1' }, 'this volume belongs to volume vol-1, not to'],
  ])('and refuses one that is marked %j', async (marker, reason) => {
    const own = await seat({ env: { BLKID: '0' } });
    await own.write('var/lib/etcd/quilla.json', JSON.stringify(marker));
    const { code, output } = await own.step('volume');
    expect(code).toBe(1);
    expect(output).toContain(reason);
  });

  it('and goes on where the power went while its marker was written', async () => {
    const own = await seat({ env: { BLKID: '0' } });
    await own.write('var/lib/etcd/.quilla.json.new', '{"clus');
    const { code, output } = await own.step('volume');
    expect(code, output).toBe(0);
    expect(await own.json('var/lib/etcd/quilla.json')).toMatchObject({ seat: 'a', volume: own.volumeId });
  });

  it('and refuses one with files of somebody else', async () => {
    const own = await seat({ env: { BLKID: '0' } });
    await own.write('var/lib/etcd/letters.txt', 'dear');
    const { code, output } = await own.step('volume');
    expect(code).toBe(1);
    expect(output).toContain('holds something and no marker of ours');
  });

  it('and touches nothing that cannot be read', async () => {
    const own = await seat();
    await own.write('programs/dd', '#!/bin/bash\nexit 1\n');
    const { code, output } = await own.step('volume');
    expect(code).toBe(1);
    expect(output).toContain('cannot be read: it is not touched');
    expect((await own.calls()).join('\n')).not.toMatch(/mkfs|mount /);
  });

  it.each([
    ['goes where the volume has no log of etcd', false],
    ['stays where it has one', true],
  ])('and the manifest of etcd %s', async (_, hasLog) => {
    const own = await seat({ env: { BLKID: '0' } });
    await own.write('etc/kubernetes/manifests/etcd.yaml', '{}');
    const marker = { cluster: 'seed-kops', seat: 'a', volume: own.volumeId };
    await own.write('var/lib/etcd/quilla.json', JSON.stringify(marker));
    if (hasLog) await own.write('var/lib/etcd/data/member/wal/0.wal', '');
    expect((await own.step('volume')).code).toBe(0);
    const kept = await own.read('etc/kubernetes/manifests/etcd.yaml').then(
      () => true,
      () => false,
    );
    expect(kept).toBe(hasLog);
    expect((await own.calls()).join('\n')).toContain('resize2fs');
  });

  it('and touches nothing where it cannot be told what lies on it', async () => {
    const own = await seat({ env: { BLKID: '8' } });
    const { code, output } = await own.step('volume');
    expect(code).toBe(1);
    expect(output).toContain('cannot be told (blkid: 8)');
    expect((await own.calls()).join('\n')).not.toMatch(/mkfs/);
  });
});

const givenBack = async (): Promise<void> => {
  const { NetworkInterfaces } = await world.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [link.id] });
  await world.ec2.detachNetworkInterface({ AttachmentId: NetworkInterfaces?.[0]?.Attachment?.AttachmentId ?? '' });
};

it('a seat asks again where its metadata do not show the interface yet, and sets an address once', async () => {
  const own = await seat();
  // The real curl, but with another interface in its first question.
  await own.write(
    'programs/curl',
    '#!/bin/bash\nPATH=${PATH#*:}\nif [[ $* == *cidr-block* && ! -e $QUILLA_ROOT/asked ]]; then touch "$QUILLA_ROOT/asked"; exec curl "${@//macs\\/*/macs/none/subnet-ipv4-cidr-block}"; fi\nexec curl "$@"\n',
  );
  expect((await own.step('interface')).code).toBe(0);
  expect(await own.read('asked')).toBe('');
  const network = await own.read('etc/systemd/network/05-quilla-seat.network');
  expect(network).toContain('Address=172.31.0.11/20\n');
  expect((await own.step('interface')).code).toBe(0);
  expect((await own.calls()).filter((call) => call === 'networkctl reconfigure eth1')).toHaveLength(1);
  await givenBack();
});

it('a seat takes its interface, and answers leave by it', async () => {
  const own = await seat();
  const { code, output } = await own.step('interface');
  expect(code, output).toBe(0);
  const { NetworkInterfaces } = await world.ec2.describeNetworkInterfaces({ NetworkInterfaceIds: [link.id] });
  expect(NetworkInterfaces?.[0]?.Attachment).toMatchObject({ InstanceId: own.instanceId, DeviceIndex: 1 });
  const network = await own.read('etc/systemd/network/05-quilla-seat.network');
  expect(network).toContain(`MACAddress=${link.mac}`);
  expect(network).toContain('Address=172.31.0.11/20\nAddPrefixRoute=false');
  // The first address of a subnet is its router: https://docs.aws.amazon.com/vpc/latest/userguide/subnet-sizing.html
  expect(network).toContain('Gateway=172.31.0.1\nTable=1001');
  expect(network).toContain('[RoutingPolicyRule]\nFrom=172.31.0.11\nTable=1001');
  // Its API server answers its own pods, too, from this address.
  expect(network).toContain('[RoutingPolicyRule]\nFrom=172.31.0.11\nTo=100.96.0.0/11\nTable=main\nPriority=1000\n');
  expect(await own.calls()).toContain('networkctl reconfigure eth1');
});
