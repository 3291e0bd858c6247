import { expect, it } from 'vitest';
import { type Act, expectFinished, owningStage } from './owning-cuts.ts';

const verbs: readonly [Act, string][] = [
  ['adopt', 'given-roles'],
  ['adopt', 'development'],
  ['disown', 'given-roles'],
  ['disown', 'development'],
  ['fill', 'development'],
];

/** The first and the last writes, where the lock and the anchor are, and some between; all of them: `npm run test:cuts`. */
const picked = (writes: number): number[] => [...new Set([1, 2, Math.ceil(writes / 2), writes - 1, writes])];

it.each(verbs)(
  '%s that is cut in scenario %s is finished by the next, and no plan meanwhile makes anything twice',
  async (verb, name) => {
    const stage = await owningStage(verb, name);
    expect(stage.writes).toBeGreaterThan(12);
    for (const at of picked(stage.writes)) await expectFinished(stage, at);
  },
);
