import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { blankVolume } from '../testing/blank-volume.ts';
import { nextOf } from '../testing/boot-moments.ts';
import { consoleOf } from '../testing/console-of.ts';
import { etcdAt } from '../testing/etcd-at.ts';
import { lastWords } from '../testing/last-words.ts';
import { seatThings } from '../testing/seat-things.ts';
import { healthy, readOn, release, seatNames, threeSeats, write } from '../testing/three-seats.ts';
import { eventually, startTrial, type Trial } from '../testing/trial.ts';

let trial: Trial;

beforeAll(async () => {
  trial = await startTrial({ name: 'test-seats-data', spec: threeSeats('data') });
  await healthy(trial, seatNames);
  await write(trial, 'written', 'kept-by-etcd');
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${await lastWords(trial)}\n`);
});
afterAll(() => trial?.stop());

/** The machines of seats go, and what comes after them gets no power. */
async function goDark(seats: readonly string[]): Promise<void> {
  for (const seat of seats) trial.held.add(seat);
  for (const seat of seats) await trial.terminate(trial.seat(seat).id);
}

const loseData = (volumeId: string): Promise<true> =>
  eventually<true>(`${volumeId} is free and blank`, async () => {
    await blankVolume(trial, volumeId);
    return true as const;
  });

const says = (id: string, what: string): Promise<true> =>
  eventually(`${id} says "${what}"`, () => (consoleOf(trial, id).includes(what) ? true : undefined), minutes(6));

/**
 * What a person does where a quorum is lost for good: etcd of this seat goes on without the others, for one start alone.
 * https://etcd.io/docs/v3.6/op-guide/configuration/ (force-new-cluster)
 */
async function alone(id: string): Promise<void> {
  const manifest = '/etc/kubernetes/manifests/etcd.yaml';
  // A kubelet that never reached an API server ends no pod whose manifest has changed.
  const edit = async (sed: string): Promise<void> => {
    await eventually(`etcd of ${id} runs`, async () =>
      (await trial.on(id, 'pgrep -x etcd')).code === 0 ? true : undefined,
    );
    const { code, stderr } = await trial.on(
      id,
      `set -e
      export PATH=$PATH:/usr/local/bin
      systemctl stop kubelet
      sed -i '${sed}' ${manifest}
      crictl pods -q --name etcd | xargs crictl rmp -f
      systemctl start kubelet`,
    );
    if (code !== 0) throw new Error(stderr);
  };
  const runsWith = (flag: boolean): Promise<true> =>
    eventually(`etcd of ${id} serves ${flag ? 'with' : 'without'} the flag`, async () => {
      const { stdout } = await trial.on(id, 'tr "\\0" " " < "/proc/$(pgrep -x etcd)/cmdline"');
      if (stdout === '' || stdout.includes('force-new-cluster') !== flag) return undefined;
      return (await etcdAt(trial, id)) && true;
    });
  await edit('s/^\\( *\\)"etcd",$/&\\n\\1"--force-new-cluster=true",/');
  await runsWith(true);
  await edit('/force-new-cluster/d');
  await runsWith(false);
}

describe('a seat whose volume is destroyed', () => {
  it('comes back as a learner, is promoted, and has the data of the others', async () => {
    const { id } = trial.seat('c');
    const [before, { volumeId }] = [await etcdAt(trial, id), seatThings(trial, id)];
    await goDark(['c']);
    await loseData(volumeId);
    await release(trial, 'c');
    const next = await nextOf(trial, 'c', [id]);
    const members = await healthy(trial, seatNames);
    expect(seatThings(trial, next.id).volumeId).toBe(volumeId);
    const said = consoleOf(trial, next.id);
    expect(said).toContain('that data is not here');
    expect(said).toContain('etcd has to join as a learner');
    expect(said).toMatch(/removing member \d+, whose data is lost/);
    const after = await etcdAt(trial, next.id);
    expect(said).toContain(`member ${after.id} is promoted`);
    expect(members.map((member) => member.id)).not.toContain(before.id);
    expect(await readOn(trial, 'c', 'written')).toBe('kept-by-etcd');
  });
});

describe('two blank seats beside an absent third', () => {
  const why = 'waiting: the other seats have no quorum of etcd, so this one can neither join nor start anew';

  it('refuse to make an empty cluster, and say why', async () => {
    const before = seatNames.map((seat) => trial.seat(seat).id);
    const [first, second] = seatNames.map((seat) => seatThings(trial, trial.seat(seat).id).volumeId);
    await goDark(seatNames);
    for (const volumeId of [first!, second!]) await loseData(volumeId);
    await release(trial, 'a', 'b');
    for (const seat of ['a', 'b']) {
      const { id } = await nextOf(trial, seat, before);
      await says(id, why);
      // etcd was never told to start.
      const { stdout } = await trial.on(id, 'ls -A /etc/kubernetes/manifests /var/lib/etcd');
      expect(stdout).not.toMatch(/etcd\.yaml|^data$/m);
    }
    await eventually('quilla status names it', async () => {
      const { ready, problems } = await trial.status();
      const named = problems.filter(({ detail }) => /seat (a|b)\b/.test(detail) && detail.includes('quorum'));
      if (!ready && named.length > 0) return named;
      throw new Error(problems.map(({ detail }) => detail).join('\n'));
    });
  });

  it('take in the data of the third when it is back and may decide alone', async () => {
    const held = trial.seat('c').id;
    await release(trial, 'c');
    await says(held, 'etcd goes on with its data');
    await alone(held);
    await healthy(trial, seatNames, minutes(8));
    for (const seat of seatNames) expect(await readOn(trial, seat, 'written')).toBe('kept-by-etcd');
  });
});
