import { expect } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { planDestroy } from '../app/destroy.ts';
import { disown, planDisown } from '../app/disown.ts';
import { getResources } from '../app/get.ts';
import { planCluster } from '../app/plan.ts';
import type { World } from '../emulator/world.ts';
import { makeExported, quillaTagsIn, withoutTags } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { follow, run } from './run-to-end.ts';
import { type Scenario, scenario, scenarioNames } from './scenarios.ts';
import { type Session, startSession } from './session.ts';
import { differing } from './world-inventory.ts';

const well = { outcome: 'done', failures: [] };
const same = { missing: [], extra: [] };
/** The one object of the store that only Quilla reads. */
const onlyOurs = ['cluster/spec.json'];

async function adoptIt({ loaded }: Scenario, session: Session): Promise<void> {
  const { toOwn } = await session.again();
  const before = withoutTags(session.aws.world);
  const planned = await planAdopt(loaded, toOwn);
  expect(planned.plan.steps.length).toBeGreaterThan(10);
  expect(planned.next.steps.map(({ id, changes }) => [id, changes])).toEqual([]);
  expect(await follow(adopt(loaded, planned, toOwn), 0)).toMatchObject(well);
  expect(differing(before, withoutTags(session.aws.world))).toEqual(same);
  const after = await planCluster(loaded, (await session.again()).toRead);
  expect(after.plan.steps.map(({ id, changes }) => [id, changes])).toEqual([]);
  const again = await planAdopt(loaded, (await session.again()).toOwn);
  expect(again.plan.steps.map(({ id }) => id)).toEqual([]);
}

async function disownIt({ loaded, graph }: Scenario, session: Session, given: readonly string[]): Promise<void> {
  const cluster = loaded.cluster.metadata.name;
  const before: World = structuredClone(session.aws.world);
  expect(quillaTagsIn(before).length).toBeGreaterThan(20);
  const { toOwn } = await session.again();
  expect(await follow(disown(await planDisown(cluster, toOwn), toOwn), 0)).toMatchObject(well);
  expect(quillaTagsIn(session.aws.world)).toEqual(given);
  expect(differing(withoutTags(before, onlyOurs), withoutTags(session.aws.world))).toEqual(same);
  const next = await session.again();
  expect((await getResources(next.toRead, cluster)).resources).toEqual([]);
  expect((await planDisown(cluster, next.toOwn)).plan.steps).toEqual([]);
  const { plan, leftovers } = await planDestroy(cluster, graph, next.toWrite);
  expect([plan.steps, leftovers]).toEqual([[], []]);
}

/** A scenario that was exported is not Quilla's, is adopted by tags alone and then as planned, and is let go of without a trace. */
export async function isAdoptedAndLetGo(name: string): Promise<void> {
  const made = scenario(name);
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  try {
    const given = quillaTagsIn(session.aws.world);
    expect(await run('apply', made, session.ports)).toMatchObject(well);
    makeExported(session.aws.world, made.loaded.cluster.metadata.name);
    const { toRead } = await session.again();
    expect((await getResources(toRead, made.loaded.cluster.metadata.name)).resources).toEqual([]);
    await adoptIt(made, session);
    await disownIt(made, session, given);
  } finally {
    await session.stop();
  }
}

/** Scenarios that together hold all kinds of resources, with those first that hold most. */
export function coveringScenarios(): string[] {
  const kindsOf = new Map(
    scenarioNames().map((name) => [name, new Set(scenario(name).graph.resources.map(({ kind }) => kind))]),
  );
  const open = new Set([...kindsOf.values()].flatMap((kinds) => [...kinds]));
  const chosen: string[] = [];
  while (open.size > 0) {
    const gain = (name: string): number => [...kindsOf.get(name)!].filter((kind) => open.has(kind)).length;
    const [next] = [...kindsOf.keys()].sort((a, b) => gain(b) - gain(a));
    chosen.push(next!);
    for (const kind of kindsOf.get(next!)!) open.delete(kind);
  }
  return chosen;
}
