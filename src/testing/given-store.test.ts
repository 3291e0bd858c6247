import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type LoadedCluster, planCluster } from '../app/index.ts';
import { buildGraph } from '../model/build/index.ts';
import { factsFor } from './clusters.ts';
import { givenWorld } from './given-world.ts';
import { run } from './run-to-end.ts';
import { loadOrThrow, type Scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** The development scenario with its store in a bucket of one's own, under another name. */
function specOf(name: string): LoadedCluster {
  const text = readFileSync(new URL('../../scenarios/development/spec.yaml', import.meta.url), 'utf8');
  const changed = text
    .replace('name: dev', `name: ${name}`)
    .replace('seats: 1', 'seats: 1\n      storeBucket: our-stores');
  return loadOrThrow(changed, `${name}.yaml`);
}

function scenarioOf(loaded: LoadedCluster): Scenario {
  const facts = factsFor(loaded.cluster);
  const built = buildGraph(loaded.cluster, facts);
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
  return { name: 'given-store', folder: '', loaded, facts, graph: built.value };
}

const objectsOf = (session: Session): string[] =>
  Object.entries(session.aws.world.s3.buckets['our-stores']!.objects)
    .filter(([, [latest]]) => latest !== undefined && latest.deleteMarker !== true)
    .map(([key]) => key)
    .sort();

describe('a store in a bucket of one’s own', () => {
  test('is left without keys and marks by a destroy, so that the next cluster of that name starts anew', async () => {
    const loaded = specOf('first');
    const session = await startSession({ world: await givenWorld(scenarioOf(loaded)) });
    try {
      expect(await run('apply', scenarioOf(loaded), session.ports)).toMatchObject({ outcome: 'done' });
      await session.clock.sleep({ ms: 10 * 60_000 });
      expect(objectsOf(session)).toContain('seats/a/started');
      const before = session.aws.world.s3.buckets['our-stores']!.objects['cluster/keys/ca.crt']!.length;
      expect(await run('destroy', scenarioOf(loaded), session.ports)).toMatchObject({ outcome: 'done', failures: [] });
      expect(objectsOf(session).filter((key) => !key.startsWith('backups/'))).toEqual([]);
      expect(await run('apply', scenarioOf(loaded), session.ports)).toMatchObject({ outcome: 'done' });
      expect(session.aws.world.s3.buckets['our-stores']!.objects['cluster/keys/ca.crt']!.length).toBeGreaterThan(
        before,
      );
    } finally {
      await session.stop();
    }
  });

  test('is refused to a second cluster, which would take the first one’s keys', async () => {
    const first = specOf('first');
    const session = await startSession({ world: await givenWorld(scenarioOf(first)) });
    try {
      await run('apply', scenarioOf(first), session.ports);
      await expect(planCluster(specOf('second'), session.ports.toRead)).rejects.toMatchObject({
        diagnostics: expect.arrayContaining([
          expect.objectContaining({
            code: 'store.of-another-cluster',
            detail: 'bucket our-stores is the store of cluster first in us-east-1',
            at: expect.objectContaining({ path: 'spec.controlPlane.selfManaged.storeBucket' }),
          }),
        ]),
      });
      expect((await planCluster(first, session.ports.toRead)).plan.steps).toEqual([]);
    } finally {
      await session.stop();
    }
  });
});
