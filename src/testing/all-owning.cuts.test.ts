import { expect, it } from 'vitest';
import { coveringScenarios, isAdoptedAndLetGo } from './adopt-trial.ts';
import { type Act, expectFinished, owningStage } from './owning-cuts.ts';
import { scenarioNames } from './scenarios.ts';

const verbs: readonly [Act, string][] = (['adopt', 'disown', 'fill'] as const).flatMap((verb) =>
  ['given-roles', 'new-vpc', 'development', 'private-dns']
    .filter((name) => verb !== 'fill' || !['given-roles', 'new-vpc'].includes(name))
    .map((name): [Act, string] => [verb, name]),
);

it.each(verbs)('%s of %s that is killed at any of its writes is finished by the next', async (verb, name) => {
  const stage = await owningStage(verb, name);
  expect(stage.writes).toBeGreaterThan(12);
  for (let at = 1; at <= stage.writes; at += 1) await expectFinished(stage, at);
});

const covering = coveringScenarios();

it.each(scenarioNames().filter((name) => !covering.includes(name)))(
  'scenario %s, exported, is adopted by tags alone and let go of without a trace',
  (name) => isAdoptedAndLetGo(name),
);
