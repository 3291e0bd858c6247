import { describe, expect, it } from 'vitest';
import { planDestroy } from '../app/destroy.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import { quillaTagsIn, withoutTags } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { follow, run } from './run-to-end.ts';
import { scenario, scenarioNames } from './scenarios.ts';
import { startSession } from './session.ts';
import { differing } from './world-inventory.ts';

/** The one object of the store that only Quilla reads. */
const onlyOurs = ['cluster/spec.json'];

describe.each(scenarioNames())('scenario %s, disowned', (name) => {
  it('stays as it was without a tag of Quilla, and no verb touches it', async () => {
    const made = scenario(name);
    const cluster = made.loaded.cluster.metadata.name;
    const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
    try {
      const given = quillaTagsIn(session.aws.world);
      expect(await run('apply', made, session.ports)).toMatchObject({ outcome: 'done', failures: [] });
      // A look at tags of what is of no region makes the first region of its partition, with its default VPC.
      await planCluster(made.loaded, session.ports.toRead);
      const before = structuredClone(session.aws.world);
      expect(quillaTagsIn(before).length).toBeGreaterThan(20);
      const { toOwn, toRead } = await session.again();
      const planned = await planDisown(cluster, toOwn);
      expect(await follow(disown(planned, toOwn), 0)).toMatchObject({ outcome: 'done', failures: [] });
      expect(quillaTagsIn(session.aws.world)).toEqual(given);
      expect(differing(withoutTags(before, onlyOurs), withoutTags(session.aws.world))).toEqual({
        missing: [],
        extra: [],
      });
      expect((await planDisown(cluster, (await session.again()).toOwn)).plan.steps).toEqual([]);
      const { plan, leftovers } = await planDestroy(cluster, made.graph, (await session.again()).toWrite);
      expect([plan.steps, leftovers]).toEqual([[], []]);
      const { snapshot } = await planCluster(made.loaded, toRead).catch(() => ({ snapshot: { found: [] } }));
      expect(snapshot.found).toEqual([]);
    } finally {
      await session.stop();
    }
  });
});
