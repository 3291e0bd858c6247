import { describe, expect, it } from 'vitest';
import { cutRun, faultyRun, stageOf } from './cuts-over-http.ts';
import type { Verb } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { differing } from './world-inventory.ts';

const stages = new Map(
  await Promise.all(
    ['new-vpc', 'seed-eks', 'development', 'seed-kops'].map(
      async (name) => [name, await stageOf(scenario(name))] as const,
    ),
  ),
);
/** Three seats do at most writes what one does: of theirs each fifth. */
const every = (name: string): number => (name === 'seed-kops' ? 5 : 1);
const writes = [...stages].flatMap(([name, stage]) =>
  (['apply', 'destroy'] as const).flatMap((verb) =>
    Array.from({ length: Math.ceil(stage.writes[verb] / every(name)) }, (_, i): [Verb, string, number] => [
      verb,
      name,
      1 + i * every(name),
    ]),
  ),
);

describe('at every write', () => {
  it.each(writes)(
    '%s of %s that is killed at its write %i, before or after AWS carried it out, is made good by the next run',
    async (verb, name, at) => {
      const stage = stages.get(name)!;
      for (const when of ['before', 'after'] as const) {
        for (const holder of ['gone', 'silent'] as const) {
          const { wasCut, second, left, world } = await cutRun(verb, stage, {
            at,
            when,
            holder,
            others: Math.imul(at, 40503) & 0xffff,
          });
          expect({ when, holder, wasCut, second, left, ...differing(stage.after[verb], world) }).toMatchObject({
            wasCut: true,
            second: { outcome: 'done', failures: [] },
            left: 0,
            missing: [],
            extra: [],
          });
        }
      }
    },
  );

  it.each(writes)('%s of %s whose answer to write %i is lost goes on by itself', async (verb, name, nth) => {
    const stage = stages.get(name)!;
    const { second, left, world } = await faultyRun(verb, stage, {
      rules: [{ kind: 'lost-response', only: 'writes', nth }],
    });
    expect({ second, left, ...differing(stage.after[verb], world) }).toMatchObject({
      second: { outcome: 'done', failures: [] },
      left: 0,
      missing: [],
      extra: [],
    });
  });
});
