import { expect, it } from 'vitest';
import { hours, minutes } from '../../../base/duration.ts';
import { type MachinesTrial, machinesTrial } from '../../../testing/machines/machines-trial.ts';
import { expireObjects } from './expiry.ts';
import { quorumOf } from './quorum.ts';

const bucketOf = (trial: MachinesTrial) => trial.world.s3.buckets['demo-store']!;
const backups = (trial: MachinesTrial) =>
  Object.keys(bucketOf(trial).objects).filter((key) => key.startsWith('backups/'));
const current = (trial: MachinesTrial) =>
  backups(trial).filter((key) => bucketOf(trial).objects[key]![0]!.deleteMarker !== true);
const journal = (trial: MachinesTrial, id: string) =>
  (trial.turn().state.machines!.machines[id]!.journal ?? [])
    .filter(({ source }) => source === 'quilla-snapshot')
    .map(({ text }) => text);

const booted = async (names: readonly string[] = ['a', 'b', 'c']) => {
  const trial = machinesTrial({ seats: names });
  const seats = names.map((name) => trial.seat(name));
  await trial.pass(minutes(6));
  return { trial, seats };
};

it('the leader alone puts a snapshot and what is told of it into the store, once per interval', async () => {
  const { trial } = await booted();
  expect(backups(trial)).toEqual([]);
  await trial.pass(hours(1));
  const [file, about] = backups(trial);
  expect(backups(trial)).toHaveLength(2);
  expect(file).toMatch(/^backups\/2026-11-01T01:\d\d:\d\dZ-[abc]\.db$/);
  expect(about).toBe(`${file}.json`);
  const text = Buffer.from(bucketOf(trial).objects[about!]![0]!.body, 'base64').toString();
  expect(JSON.parse(text)).toEqual({
    hash: expect.any(Number),
    revision: expect.any(Number),
    totalKey: expect.any(Number),
    totalSize: bucketOf(trial).objects[file!]![0]!.size,
    version: '3.6.0',
    member: /-([abc])\.db$/.exec(file!)![1],
    kubernetes: '1.36.3',
  });
  await trial.pass(hours(1));
  expect(backups(trial)).toHaveLength(4);
});

it('another seat goes on where the leader is gone, and none where etcd has no quorum', async () => {
  const { trial, seats } = await booted();
  const quorum = quorumOf(trial.turn(), trial.key);
  const leader = 'why' in quorum ? undefined : quorum.leader.instance;
  trial.end(seats.find(({ id }) => id === leader?.id)!);
  await trial.pass(hours(1));
  expect(backups(trial)).toHaveLength(2);
  trial.end(seats.find(({ id, state }) => id !== leader?.id && state === 'running')!);
  await trial.pass(hours(2));
  expect(backups(trial)).toHaveLength(2);
});

it.each<[string, RegExp, (trial: MachinesTrial) => void]>([
  [
    'the role may not write them',
    /AccessDenied\): the role may not s3:PutObject demo-store\/backups\//,
    (trial) => trial.role('seats', []),
  ],
  [
    'S3 is out of reach',
    /it cannot reach S3/,
    (trial) => {
      for (const table of Object.values(trial.ec2.routeTables))
        table.routes = table.routes.filter(({ cidr }) => cidr !== '0.0.0.0/0');
    },
  ],
])('none is written where %s, and the journal says so', async (_, why, hinder) => {
  const { trial, seats } = await booted(['a']);
  hinder(trial);
  await trial.pass(hours(1));
  expect(backups(trial)).toEqual([]);
  expect(journal(trial, seats[0]!.id).join('\n')).toMatch(why);
  expect(journal(trial, seats[0]!.id).at(-1)).toBe('systemd[1]: Failed to start quilla-snapshot.service.');
});

it('they expire by the rule of the bucket, and nothing else does', async () => {
  const { trial } = await booted(['a']);
  const store = bucketOf(trial);
  store.configurations.lifecycle = {
    Rules: [
      {
        Status: 'Enabled',
        Filter: { Prefix: 'backups/' },
        Expiration: { Days: 7 },
        NoncurrentVersionExpiration: { NoncurrentDays: 30 },
      },
    ],
  };
  const begun = trial.turn().now;
  trial.put('backups/old.db', 'old');
  trial.put('cluster/spec.json', '{}');
  const after = (days: number) => {
    expireObjects(trial.turns.at('us-east-1', begun + hours(24 * days).ms), store);
    return store.objects['backups/old.db']?.map(({ deleteMarker }) => deleteMarker === true);
  };
  // Whole days, at midnight: the day on which it was written does not count.
  expect([after(7), after(8)]).toEqual([[false], [true, false]]);
  // The marker of the deletion goes with the last version under it.
  expect([after(37), after(39)]).toEqual([[true, false], undefined]);
  expect(store.objects['cluster/spec.json']).toHaveLength(1);
});

it('what has expired goes when the next snapshot is written', async () => {
  const { trial } = await booted(['a']);
  const store = bucketOf(trial);
  store.configurations.lifecycle = {
    Rules: [{ Status: 'Enabled', Filter: { Prefix: 'backups/' }, Expiration: { Days: 7 } }],
  };
  trial.put('backups/old.db', 'old');
  const [old] = store.objects['backups/old.db']!;
  store.objects['backups/old.db'] = [{ ...old!, lastModified: old!.lastModified - hours(24 * 9).ms }];
  await trial.pass(hours(1));
  expect(current(trial).filter((key) => key.includes('old'))).toEqual([]);
  expect(current(trial)).toHaveLength(2);
});
