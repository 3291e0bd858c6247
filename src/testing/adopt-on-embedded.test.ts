import { expect, it } from 'vitest';
import { coveringScenarios, isAdoptedAndLetGo } from './adopt-trial.ts';
import { scenarioNames } from './scenarios.ts';

/** With every kind of resource among them; the others are in all-owning.cuts.test.ts. */
const names = coveringScenarios();

it('few scenarios hold all kinds', () => expect(names.length).toBeLessThan(scenarioNames().length / 2));

it.each(names)(
  'scenario %s, exported, is not Quilla’s, is adopted by tags alone and then as planned, and is let go of without a trace',
  (name) => isAdoptedAndLetGo(name),
);
