import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { type BootMoment, bootMoments, chances, cutOff, nextOf } from '../testing/boot-moments.ts';
import { consoleOf } from '../testing/console-of.ts';
import { etcdAt } from '../testing/etcd-at.ts';
import { lastWords } from '../testing/last-words.ts';
import { seatThings } from '../testing/seat-things.ts';
import { healthy, seatNames, threeSeats } from '../testing/three-seats.ts';
import { eventually, startTrial, type Trial } from '../testing/trial.ts';
import { startWriting, type WritingClient } from '../testing/writing-client.ts';

/** Of the moments at which power goes: another one is given to try others. */
const seed = Number(process.env.QUILLA_SEED ?? '5');
const chance = chances(seed);
const told = (text: string): void => void process.stderr.write(`${text} (QUILLA_SEED=${seed})\n`);

let trial: Trial;
let client: WritingClient;

beforeAll(async () => {
  trial = await startTrial({ name: 'test-seats-killed', spec: threeSeats('killed') });
});
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') process.stderr.write(`${await lastWords(trial)}\n`);
});
afterAll(() => trial?.stop());

/** Takes the power of the instances of a seat, each at its moment; says which they were. */
async function cutOffAll(seat: string, moments: readonly BootMoment[], before: readonly string[]): Promise<string[]> {
  const ended = [...before];
  for (const moment of moments) {
    const machine = await nextOf(trial, seat, ended);
    const { step } = await cutOff(trial, machine, { moment, chance });
    told(`seat ${seat} lost its power ${moment.name}, in step ${step || 'none'}`);
    expect(consoleOf(trial, machine.id), moment.name).not.toContain('quilla: ready');
    ended.push(machine.id);
  }
  return ended;
}

const ready = (seat: string): Promise<true> =>
  eventually(
    `seat ${seat} is ready`,
    () => (consoleOf(trial, trial.seat(seat).id).includes('quilla: ready') ? true : undefined),
    minutes(6),
  );

describe('a seat whose machine loses its power', () => {
  it('at any moment of its first boot comes up with the next one', async () => {
    const { cloudInit, files, attached, fileSystem, mounted, etcd } = bootMoments;
    await cutOffAll('a', [cloudInit, files, fileSystem, attached, mounted, etcd], []);
    expect(await healthy(trial, seatNames)).toHaveLength(3);
    await ready('a');
  });

  it.each(seatNames)('claims volume and interface again and goes on as the member that it was: %s', async (seat) => {
    client ??= await startWriting(trial);
    const { id } = trial.seat(seat);
    const [before, things] = [await etcdAt(trial, id), seatThings(trial, id)];
    const written = client.acknowledged.length;
    const start = Date.now();
    await trial.terminate(id);
    const next = await nextOf(trial, seat, [id]);
    await healthy(trial, seatNames);
    const end = Date.now();
    told(`seat ${seat} was back in quorum after ${((end - start) / 1000).toFixed(1)} s`);
    expect(seatThings(trial, next.id)).toEqual(things);
    expect((await etcdAt(trial, next.id)).id).toBe(before.id);
    expect(consoleOf(trial, next.id)).toContain('etcd goes on with its data');
    expect(client.acknowledged.length - written, 'writes while two of three were there').toBeGreaterThan(5);
  });

  it('again and again while it boots comes up all the same, and the cluster goes on meanwhile', async () => {
    const { id } = trial.seat('b');
    const before = await etcdAt(trial, id);
    const written = client.acknowledged.length;
    await trial.terminate(id);
    const { attached, kept, controlPlane, cluster } = bootMoments;
    await cutOffAll('b', [attached, kept, controlPlane, cluster], [id]);
    await healthy(trial, seatNames);
    await ready('b');
    expect((await etcdAt(trial, trial.seat('b').id)).id).toBe(before.id);
    expect(client.acknowledged.length - written).toBeGreaterThan(5);
  });

  it('takes nothing with it that the API acknowledged', async () => {
    told(`${client.acknowledged.length} writes acknowledged, the longest pause ${client.longestPause()} ms`);
    await client.stop();
    const { items } = await trial.kubectlJson('get', 'configmaps');
    const there = new Set(items.map(({ metadata }) => metadata.name));
    expect(client.acknowledged.length).toBeGreaterThan(50);
    expect(client.acknowledged.filter((name) => !there.has(name))).toEqual([]);
  });
});
