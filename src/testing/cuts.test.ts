import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { FaultPlan } from '../emulator/faults.ts';
import { type CutRun, cutRun, faultyRun, type Stage, stageOf } from './cuts-over-http.ts';
import type { Verb } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { differing, inventory } from './world-inventory.ts';

const verbs: readonly Verb[] = ['apply', 'destroy'];
const names = ['new-vpc', 'seed-eks'] as const;
const stages = new Map<string, Stage>();

beforeAll(async () => {
  for (const name of names) stages.set(name, await stageOf(scenario(name)));
});

/** The next run was enough, nothing is there twice or left, and nothing remains to be done. */
function expectSameWorld({ second, left, world }: CutRun, verb: Verb, stage: Stage): void {
  expect(second).toMatchObject({ outcome: 'done', failures: [] });
  expect(differing(stage.after[verb], world)).toEqual({ missing: [], extra: [] });
  expect(left).toBe(0);
}

/** The same numbers in each run; the whole of them is `npm run test:cuts`. */
function seeded<T>(arbitrary: fc.Arbitrary<T>, count: number): T[] {
  return fc.sample(arbitrary, { seed: 20261101, numRuns: count });
}

describe('the inventory of an account', () => {
  it('is the same for two accounts in which the same was made, under other ids', async () => {
    const stage = stages.get('new-vpc')!;
    const later = structuredClone(stage.before.apply);
    later.counter += 1000;
    const run = await cutRun(
      'apply',
      { ...stage, before: { ...stage.before, apply: later } },
      { at: 1, when: 'before', others: 0, holder: 'gone' },
    );
    expect(Object.keys(run.world.regions['us-east-1']!.ec2.vpcs)).not.toEqual(
      Object.keys(stage.after.apply.regions['us-east-1']!.ec2.vpcs),
    );
    expect(differing(stage.after.apply, run.world)).toEqual({ missing: [], extra: [] });
  });

  it('shows what is there twice, what stands elsewhere and what is held by a tag alone', () => {
    const { after } = stages.get('new-vpc')!;
    const changed = (change: (ec2: (typeof after.apply)['regions'][string]['ec2']) => void): number => {
      const world = structuredClone(after.apply);
      change(world.regions['us-east-1']!.ec2);
      const { missing, extra } = differing(after.apply, world);
      return missing.length + extra.length;
    };
    const [first, second] = Object.keys(after.apply.regions['us-east-1']!.ec2.natGateways);
    expect(changed(() => {})).toBe(0);
    expect(
      changed(({ natGateways }) => {
        const id = 'nat-0123456789abcdef0';
        natGateways[id] = { ...natGateways[first!]!, id };
      }),
    ).toBeGreaterThan(0);
    expect(
      changed(({ natGateways }) => {
        const [one, other] = [natGateways[first!]!, natGateways[second!]!];
        natGateways[first!] = { ...one, subnetId: other.subnetId };
        natGateways[second!] = { ...other, subnetId: one.subnetId };
      }),
    ).toBeGreaterThan(0);
    expect(
      changed(({ tags }) => {
        tags['eipalloc-0123456789abcdef0'] = { Name: 'left' };
      }),
    ).toBeGreaterThan(0);
  });
});

describe('a run that is killed over HTTP', () => {
  const cut = fc.record({
    name: fc.constantFrom(...names),
    verb: fc.constantFrom(...verbs),
    /** How far along its writes, in thousandths. */
    along: fc.noBias(fc.integer({ min: 0, max: 999 })),
    when: fc.constantFrom('before' as const, 'after' as const),
    others: fc.integer({ min: 0, max: 0xffff }),
    holder: fc.constantFrom('gone' as const, 'silent' as const),
  });

  it.each(seeded(cut, 20))(
    '$verb of $name, $along ‰ along, $when the call, its process $holder',
    async ({ name, verb, along, ...how }) => {
      const stage = stages.get(name)!;
      const at = 1 + Math.floor((along * stage.writes[verb]) / 1000);
      const run = await cutRun(verb, stage, { ...how, at });
      expect(run.wasCut).toBe(true);
      expectSameWorld(run, verb, stage);
    },
  );
});

describe('a run on an AWS that has a bad day', () => {
  const faults: readonly (readonly [string, FaultPlan['rules'][number]])[] = [
    ['whose reads lag three seconds behind', { kind: 'stale-reads', lag: '3s' }],
    ['of which every other read lags five seconds', { kind: 'stale-reads', lag: '5s', every: 2 }],
    ['that throttles two calls of five', { kind: 'throttle', probability: 0.4 }],
    ['that fails one call of five', { kind: 'internal-error', probability: 0.2 }],
    ['that loses one request of five', { kind: 'lost-request', probability: 0.2 }],
  ];

  it.each(faults.flatMap((fault) => verbs.map((verb) => [verb, ...fault] as const)))(
    '%s on one %s ends in the same world',
    async (verb, _, rule) => {
      const stage = stages.get('new-vpc')!;
      expectSameWorld(await faultyRun(verb, stage, { seed: 7, rules: [rule] }), verb, stage);
    },
  );

  const lost = fc.record({
    name: fc.constantFrom(...names),
    verb: fc.constantFrom(...verbs),
    along: fc.noBias(fc.integer({ min: 0, max: 999 })),
  });

  it.each(seeded(lost, 6))(
    '$verb of $name goes on when the answer of a write is lost, $along ‰ along',
    async ({ name, verb, along }) => {
      const stage = stages.get(name)!;
      const nth = 1 + Math.floor((along * stage.writes[verb]) / 1000);
      const faults: FaultPlan = { rules: [{ kind: 'lost-response', only: 'writes', nth }] };
      expectSameWorld(await faultyRun(verb, stage, faults), verb, stage);
    },
  );

  it('leaves of a destroyed cluster what was there before it, and nothing else', () => {
    // AWS makes a region's default VPC when the region is first used; here the scenario itself is the first use.
    const { before, after } = stages.get('seed-eks')!;
    expect(differing(before.apply, after.destroy)).toEqual({ missing: [], extra: [] });
    expect(inventory(before.apply).length).toBeGreaterThan(20);
  });
});
