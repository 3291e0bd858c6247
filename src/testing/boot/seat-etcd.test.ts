import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { members } from './boot-configs.ts';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { newSeat, type Seat, type StandIn, startStandIn } from './seat.ts';

let world: BootWorld;
let standIn: StandIn;
let seat: Seat;
let volumeId: string;
let instanceId: string;

beforeAll(async () => {
  world = await startBootWorld();
  volumeId = await world.volume();
  instanceId = await world.instance();
});
beforeEach(async () => {
  standIn = await startStandIn();
  standIn.answers = { health: { health: 'true' } };
  for (const name of ['a', 'b', 'd']) await world.s3.deleteObject({ Bucket: 'store', Key: `seats/${name}/started` });
  seat = await newSeat(world, { id: 'eni-0', mac: '02:00:00:00:00:01' }, { volumeId, instanceId, env: standIn.env });
  await mark({ nonce: 'first' });
});
afterEach(async () => {
  standIn.server.close();
  await seat.remove();
});
afterAll(() => world.aws.stop());

const mark = (more: object) =>
  seat.write(
    'var/lib/etcd/quilla.json',
    JSON.stringify({ cluster: 'seed-kops', seat: 'a', volume: volumeId, ...more }),
  );
const started = (name: string, more: object = {}) =>
  world.put(
    `seats/${name}/started`,
    JSON.stringify({ seat: name, volume: 'vol-old', nonce: 'old', members: ['a', 'b', 'd'], ...more }),
  );
const flagsOf = async (): Promise<Record<string, string>> => {
  const pod = await seat.json('etc/kubernetes/manifests/etcd.yaml');
  const command: string[] = pod.spec.containers[0].command;
  return Object.fromEntries(command.slice(1).map((flag) => flag.replace(/^--/, '').split(/=(.*)/s, 2)));
};
const noManifest = () => expect(seat.read('etc/kubernetes/manifests/etcd.yaml')).rejects.toThrow(/ENOENT/);
const asked = () => standIn.asked.filter(({ path }) => path !== 'health').map(({ path, body }) => ({ path, body }));

const [here, ...there] = members.map(({ name, address }, at) => ({
  ID: String(100 + at),
  name,
  peerURLs: [`https://${address}:2380`],
  clientURLs: [`https://${address}:2379`],
}));
const everyone = 'a=https://172.31.0.11:2380,b=https://172.31.16.12:2380,d=https://172.31.32.13:2380';

describe('etcd starts as new', () => {
  it('where this seat has never started, and that is written down first', async () => {
    const { code, output } = await seat.step('etcd');
    expect(code, output).toBe(0);
    expect(JSON.parse(await world.text('seats/a/started'))).toMatchObject({
      seat: 'a',
      volume: volumeId,
      nonce: 'first',
      members: ['a', 'b', 'd'],
    });
    expect(await flagsOf()).toMatchObject({
      name: 'a',
      'initial-cluster-state': 'new',
      'initial-cluster': everyone,
      'initial-cluster-token': 'seed-kops',
      'listen-peer-urls': 'https://172.31.0.11:2380',
      'listen-client-urls': 'https://127.0.0.1:2379,https://172.31.0.11:2379',
      'client-cert-auth': 'true',
      'peer-client-cert-auth': 'true',
    });
    expect(await seat.mode('etc/kubernetes/manifests/etcd.yaml')).toBe('600');
    expect(await seat.json('var/lib/etcd/quilla.json')).toMatchObject({ formed: 'true' });
  });

  it('beside others of the same founding that have started already', async () => {
    await started('b');
    await started('d');
    expect((await seat.step('etcd')).code).toBe(0);
    expect(await flagsOf()).toMatchObject({ 'initial-cluster-state': 'new' });
  });

  it('again where a crash came between the mark in the store and the start', async () => {
    await started('a', { nonce: 'first', volume: volumeId });
    expect((await seat.step('etcd')).code).toBe(0);
    expect(await flagsOf()).toMatchObject({ 'initial-cluster-state': 'new' });
  });

  it('beside others that run already and wait for this one, even if one of them has no answer', async () => {
    const waitedFor = { ...here, name: undefined, clientURLs: undefined };
    standIn.answers = { health: {}, '172.31.32.13/cluster/member/list': { members: [waitedFor, ...there] } };
    const { code, output } = await seat.step('etcd');
    expect(code, output).toBe(0);
    expect(await flagsOf()).toMatchObject({ 'initial-cluster-state': 'new' });
  });

  it('and stays so for a second try before it has a quorum, so that nothing restarts it', async () => {
    standIn.answers = {};
    const first = await seat.step('etcd');
    expect(first.code).toBe(1);
    expect(first.output).toContain('waiting: etcd has no quorum');
    const manifest = await seat.read('etc/kubernetes/manifests/etcd.yaml');
    await seat.write('var/lib/etcd/data/member/wal/0.wal', '');
    standIn.answers = { health: {} };
    expect((await seat.step('etcd')).code).toBe(0);
    expect(await seat.read('etc/kubernetes/manifests/etcd.yaml')).toBe(manifest);
  });
});

it('etcd goes on with the data of its volume, and asks nobody', async () => {
  await started('a', { nonce: 'first' });
  await mark({ nonce: 'first', formed: 'true', start: ['new', everyone] });
  await seat.write('var/lib/etcd/data/member/wal/0.wal', '');
  expect((await seat.step('etcd')).code).toBe(0);
  expect(asked()).toEqual([]);
});

describe('a seat whose data is lost', () => {
  const withQuorum = {
    health: {},
    'cluster/member/list': { members: [here, ...there] },
    'cluster/member/remove': {},
    'cluster/member/add': { members: [...there, { ...here, ID: '200', name: undefined, clientURLs: [] }] },
    'cluster/member/promote': {},
  };
  const learner = { ...here, ID: '200', isLearner: true };

  it.each([
    ['because the volume is new', { nonce: 'second' }],
    ['because the volume was emptied after it was complete', { nonce: 'old', formed: 'true' }],
  ])('%s is removed, added as a learner and promoted', async (_, marker) => {
    await started('a');
    await mark(marker);
    const lists = [{ members: [here, ...there] }, { members: [here, ...there] }, { members: [learner, ...there] }];
    const skipped = 'formed' in marker ? 1 : 0;
    let at = skipped;
    standIn.answers = {
      ...withQuorum,
      get 'cluster/member/list'() {
        return lists[Math.min(at++, 2)];
      },
    };
    const { code, output } = await seat.step('etcd');
    expect(code, output).toBe(0);
    expect(asked().filter(({ path }) => path !== 'cluster/member/list')).toEqual([
      { path: 'cluster/member/remove', body: { ID: '100' } },
      { path: 'cluster/member/add', body: { peerURLs: ['https://172.31.0.11:2380'], isLearner: true } },
      { path: 'cluster/member/promote', body: { ID: '200' } },
    ]);
    expect(await flagsOf()).toMatchObject({
      'initial-cluster-state': 'existing',
      'initial-cluster': 'b=https://172.31.16.12:2380,d=https://172.31.32.13:2380,a=https://172.31.0.11:2380',
    });
    expect(await seat.json('var/lib/etcd/quilla.json')).toMatchObject({ state: 'member', formed: 'true' });
  });

  it('starts nothing beside another blank seat and an absent third, and says why', async () => {
    for (const name of ['a', 'b', 'd']) await started(name);
    const { code, output } = await seat.step('etcd');
    expect(code).toBe(1);
    expect(output).toContain('waiting: the other seats have no quorum of etcd');
    await noManifest();
    expect(asked().every(({ path }) => path === 'cluster/member/list')).toBe(true);
    expect(await world.told(seat.instanceId)).toMatch(/^failed .* etcd$/);
  });

  it('waits as a learner that is not in sync yet, and goes on from there', async () => {
    await started('a');
    await mark({ nonce: 'second' });
    const { 'cluster/member/promote': _, ...unready } = withQuorum;
    standIn.answers = { ...unready, 'cluster/member/list': { members: [learner, ...there] } };
    const { code, output } = await seat.step('etcd');
    expect(code).toBe(1);
    expect(output).toContain('waiting: etcd is not in sync with its leader yet');
    await seat.write('var/lib/etcd/data/member/wal/0.wal', '');
    standIn.answers = { ...withQuorum, 'cluster/member/list': { members: [learner, ...there] } };
    standIn.asked.length = 0;
    await seat.step('etcd');
    expect(asked().map(({ path }) => path)).not.toContain('cluster/member/add');
    expect(asked().map(({ path }) => path)).toContain('cluster/member/promote');
  });

  it('and is the only one needs a snapshot', async () => {
    const alone = { members: members.slice(0, 1) };
    const single = await newSeat(
      world,
      { id: 'eni-0', mac: '02:00:00:00:00:01' },
      { volumeId, instanceId, seat: alone, env: standIn.env },
    );
    await started('a', { members: ['a'] });
    await single.write(
      'var/lib/etcd/quilla.json',
      JSON.stringify({ cluster: 'seed-kops', seat: 'a', volume: volumeId, nonce: 'second' }),
    );
    const { code, output } = await single.step('etcd');
    expect(code).toBe(1);
    expect(output).toContain('the data of the only seat is lost: restore a snapshot');
    await single.remove();
  });
});

describe('a seat that has never started joins as a learner', () => {
  const grown = { members: [...there, { ...here, ID: '200', name: undefined, clientURLs: [] }] };

  it('where the others were founded without it', async () => {
    await started('b', { members: ['b'] });
    standIn.answers = { health: {}, 'cluster/member/list': { members: there }, 'cluster/member/add': grown };
    const { code, output } = await seat.step('etcd');
    expect(code, output).toBe(0);
    expect(await flagsOf()).toMatchObject({ 'initial-cluster-state': 'existing' });
    expect(asked().map(({ path }) => path)).not.toContain('cluster/member/remove');
  });

  it.each([
    ['do not have it as a member', there],
    [
      'have it as a learner that never started',
      [{ ...here, name: undefined, clientURLs: [], isLearner: true }, ...there],
    ],
  ])('where the others %s, whatever the store says', async (_, members) => {
    standIn.answers = { health: {}, 'cluster/member/list': { members }, 'cluster/member/add': grown };
    if (members.length > 2) standIn.answers = { ...standIn.answers, 'cluster/member/remove': {} };
    await seat.write('var/lib/etcd/data/member/snap/db', 'cut off');
    const { code, output } = await seat.step('etcd');
    expect(output).toContain('etcd has to join as a learner');
    expect(await flagsOf(), output).toMatchObject({ 'initial-cluster-state': 'existing' });
    expect(await seat.read('var/lib/etcd/data.old/member/snap/db')).toBe('cut off');
    // The list still shows a learner where it began with one; etcd refuses to promote it here.
    expect(code).toBe(members.length > 2 ? 1 : 0);
  });

  it('where the store lost its mark but the others know it', async () => {
    standIn.answers = {
      health: {},
      'cluster/member/list': { members: [here, ...there] },
      'cluster/member/remove': {},
      'cluster/member/add': grown,
    };
    const { code, output } = await seat.step('etcd');
    expect(output).toContain('the other seats do not wait for the first start of this one');
    expect(code, output).toBe(0);
    expect(await flagsOf()).toMatchObject({ 'initial-cluster-state': 'existing' });
  });
});
