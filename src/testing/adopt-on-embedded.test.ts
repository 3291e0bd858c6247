import { describe, expect, it } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { getResources } from '../app/get.ts';
import { planCluster } from '../app/plan.ts';
import { makeExported, withoutTags } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { follow, run } from './run-to-end.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import { startSession } from './session.ts';

const stepsOf = ({ steps }: { readonly steps: readonly { action: string; id: string }[] }): string[] =>
  steps.map(({ action, id }) => `${action} ${id}`);

describe.each(scenarioNames())('scenario %s, exported', (name) => {
  it('is not Quilla’s, is adopted by tags alone, and is then as planned', async () => {
    const made = scenario(name);
    const cluster = made.loaded.cluster.metadata.name;
    const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
    try {
      expect(await run('apply', made, session.ports)).toMatchObject({ outcome: 'done', failures: [] });
      makeExported(session.aws.world, cluster);
      const { toOwn, toRead } = await session.again();
      expect((await getResources(toRead, cluster)).resources).toEqual([]);
      const before = withoutTags(session.aws.world);
      const planned = await planAdopt(made.loaded, toOwn);
      expect(planned.plan.steps.length).toBeGreaterThan(10);
      expect(stepsOf(planned.next)).toEqual([]);
      expect(await follow(adopt(made.loaded, planned, toOwn), 0)).toMatchObject({ outcome: 'done', failures: [] });
      expect(withoutTags(session.aws.world)).toEqual(before);
      const after = await planCluster(made.loaded, toRead);
      expect(after.plan.steps.map(({ id, changes }) => [id, changes])).toEqual([]);
      const again = await planAdopt(made.loaded, (await session.again()).toOwn);
      expect(stepsOf(again.plan)).toEqual([]);
    } finally {
      await session.stop();
    }
  });
});
