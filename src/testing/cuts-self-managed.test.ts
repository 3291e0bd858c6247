import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '../emulator/faults.ts';
import type { World } from '../emulator/world.ts';
import { type CutRun, cutRun, faultyRun, type Stage, stageOf } from './cuts-over-http.ts';
import { keyProblems } from './keys-in-store.ts';
import type { Verb } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { differing } from './world-inventory.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await stageOf(scenario('development'));
});

/** The next run was enough, nothing is there twice or left, the keys are those that were made first, and nothing remains to be done. */
function expectSameWorld({ second, left, world }: CutRun, verb: Verb, of: Stage = stage): void {
  expect(second).toMatchObject({ outcome: 'done', failures: [] });
  expect(differing(of.after[verb], world)).toEqual({ missing: [], extra: [] });
  expect(left).toBe(0);
  if (verb === 'apply') expect(keyProblems(world)).toEqual([]);
}

const seeded = <T>(arbitrary: fc.Arbitrary<T>, count: number): T[] =>
  fc.sample(arbitrary, { seed: 20261123, numRuns: count });
const along = fc.noBias(fc.integer({ min: 0, max: 999 }));
const verb = fc.constantFrom<Verb>('apply', 'destroy');

describe('keys in a store', () => {
  it('are found wanting where one is missing, was written again, or is of another cluster', async () => {
    const broken = (change: (objects: Record<string, { body: string }[]>, world: World) => void): string[] => {
      const world = structuredClone(stage.after.apply);
      const store = Object.values(world.s3.buckets).find(({ objects }) => 'cluster/keys/ca.crt' in objects)!;
      change(store.objects as unknown as Record<string, { body: string }[]>, world);
      return keyProblems(world);
    };
    expect(broken(() => {})).toEqual([]);
    expect(broken((objects) => delete objects['cluster/keys/secrets.key'])).toEqual(['secrets.key is missing']);
    expect(broken((objects) => objects['cluster/keys/sa.key']!.push(objects['cluster/keys/sa.key']![0]!))).toEqual([
      'sa.key was written again',
    ]);
    expect(
      broken((objects) => {
        objects['cluster/keys/ca.crt'] = objects['cluster/keys/etcd-ca.crt']!;
      }),
    ).toEqual(['ca.crt and ca.key do not fit', 'public.json tells another authority']);
    expect(
      broken((_, { regions }) => {
        const [template] = Object.values(regions).flatMap(({ ec2 }) => Object.values(ec2.launchTemplates));
        const data = template!.versions.at(-1)!.data as { UserData: string };
        const text = Buffer.from(data.UserData, 'base64').toString();
        data.UserData = Buffer.from(text.replace(/"store":"/, '"store":"not-')).toString('base64');
      }),
    ).toEqual(['a template names another store']);
  });
});

describe('a run for a self-managed cluster that is killed over HTTP', () => {
  const cut = fc.record({
    verb,
    along,
    when: fc.constantFrom('before' as const, 'after' as const),
    others: fc.integer({ min: 0, max: 0xffff }),
    holder: fc.constantFrom('gone' as const, 'silent' as const),
  });

  it.each(seeded(cut, 6))(
    '$verb, $along ‰ along, $when the call, its process $holder',
    async ({ verb, along, ...how }) => {
      const at = 1 + Math.floor((along * stage.writes[verb]) / 1000);
      const run = await cutRun(verb, stage, { ...how, at });
      expect(run.wasCut).toBe(true);
      expectSameWorld(run, verb);
    },
  );
});

describe('a run for a self-managed cluster on an AWS that has a bad day', () => {
  const faults: readonly (readonly [Verb, string, FaultPlan['rules'][number]])[] = [
    ['apply', 'whose reads lag three seconds behind', { kind: 'stale-reads', lag: '3s' }],
    ['destroy', 'whose reads lag three seconds behind', { kind: 'stale-reads', lag: '3s' }],
    ['apply', 'of which every other read lags five seconds', { kind: 'stale-reads', lag: '5s', every: 2 }],
    ['apply', 'that throttles two calls of five', { kind: 'throttle', probability: 0.4 }],
    ['destroy', 'that loses one request of five', { kind: 'lost-request', probability: 0.2 }],
  ];

  it.each(faults)('%s on one %s ends in the same world', async (verb, _, rule) => {
    expectSameWorld(await faultyRun(verb, stage, { seed: 7, rules: [rule] }), verb);
  });

  it.each([
    ['s3', 'PutObject', 5],
    ['iam', 'CreatePolicy', 1],
    ['sqs', 'CreateQueue', 1],
  ])('apply goes on when the answer of %s:%s is lost', async (service, operation, nth) => {
    const rule = { kind: 'lost-response' as const, service, operation, nth };
    expectSameWorld(await faultyRun('apply', stage, { rules: [rule] }), 'apply');
  });
});
