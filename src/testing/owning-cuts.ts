import { expect } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import { fillStore, planStoreFill } from '../app/self-managed/store-fill.ts';
import { Failure } from '../base/diagnostic.ts';
import { minutes } from '../base/duration.ts';
import type { Ports } from '../cli/ports.ts';
import type { World } from '../emulator/world.ts';
import { Killed, mortal } from './cuts-over-http.ts';
import { emptyStore } from './emptied-store.ts';
import { makeExported, quillaTagsIn, withoutTags } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { follow, type Ran, run } from './run-to-end.ts';
import { type Scenario, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';
import { differing } from './world-inventory.ts';

/** A verb that changes whose things are, or fills a store. */
export type Act = 'adopt' | 'disown' | 'fill';

/** One run of a verb by one process; nothing to do is done. */
async function act(verb: Act, { loaded }: Scenario, { toOwn }: Ports): Promise<Ran> {
  if (verb === 'adopt') {
    const planned = await planAdopt(loaded, toOwn);
    return follow(adopt(loaded, planned, toOwn), planned.plan.steps.length);
  }
  if (verb === 'fill') {
    const planned = await planStoreFill(loaded, toOwn);
    return follow(fillStore(loaded, planned, toOwn), planned.plan.steps.length);
  }
  const planned = await planDisown(loaded.cluster.metadata.name, toOwn);
  return follow(disown(planned, toOwn), planned.plan.steps.length);
}

const begin = (made: Scenario, world: World): Promise<Session> =>
  startSession({ world: structuredClone(world), region: made.graph.region });

async function worldBefore(verb: Act, made: Scenario): Promise<World> {
  const session = await begin(made, await givenWorld(made));
  try {
    expect(await run('apply', made, session.ports)).toMatchObject({ outcome: 'done', failures: [] });
    const { world } = session.aws;
    const cluster = made.loaded.cluster.metadata.name;
    if (verb !== 'disown') makeExported(world, cluster);
    if (verb === 'fill') emptyStore(world);
    return structuredClone(world);
  } finally {
    await session.stop();
  }
}

/** A world in which a verb has something to do, and what it looks like when it was done without a cut. */
export interface OwningStage {
  readonly verb: Act;
  readonly made: Scenario;
  readonly before: World;
  readonly after: World;
  readonly writes: number;
}

export async function owningStage(verb: Act, name: string): Promise<OwningStage> {
  const made = scenario(name);
  const before = await worldBefore(verb, made);
  const session = await begin(made, before);
  try {
    const ports = await session.again();
    const life = mortal(ports, { at: Number.MAX_SAFE_INTEGER, when: 'before', others: 0, holder: 'gone' });
    expect(await act(verb, made, ports)).toMatchObject({ outcome: 'done', failures: [] });
    await settle(verb, session);
    return { verb, made, before, after: structuredClone(session.aws.world), writes: life.writes };
  } finally {
    await session.stop();
  }
}

/** Runs a verb that dies at a write, looks what a plan says of what it left, then lets another process do the same. */
export async function expectFinished({ verb, made, before, after }: OwningStage, at: number): Promise<void> {
  const session = await begin(made, before);
  try {
    const dying = await session.again();
    mortal(dying, {
      at,
      when: at % 2 === 0 ? 'before' : 'after',
      others: Math.imul(at, 40503) & 0xffff,
      holder: 'gone',
    });
    const first: unknown = await act(verb, made, dying).catch((error: unknown) => error);
    if (first instanceof Error && !(first instanceof Killed)) throw first;
    if (verb === 'adopt') await expectNothingTwice(made, session, at);
    const next = await session.again();
    const second = await act(verb, made, { ...next, toOwn: { ...next.toOwn, isGone: () => true } });
    expect(second, `cut ${at}`).toMatchObject({ outcome: 'done', failures: [] });
    await settle(verb, session);
    expect(quillaTagsIn(session.aws.world), `cut ${at}`).toEqual(quillaTagsIn(after));
    // Of what was disowned the documents differ in earlier versions alone; tags were counted.
    const bare = verb === 'disown' ? withoutTags : (world: World): World => world;
    expect(differing(bare(after), bare(session.aws.world)), `cut ${at}`).toEqual({ missing: [], extra: [] });
  } finally {
    await session.stop();
  }
}

/** Machines go on once they find their keys: they are compared when they have come to rest. */
const settle = async (verb: Act, { clock }: Session): Promise<void> =>
  verb === 'fill' ? clock.sleep(minutes(30)) : undefined;

/** Half a world is never planned as if the rest were missing. */
async function expectNothingTwice(made: Scenario, session: Session, at: number): Promise<void> {
  const said = await planSays(made, session);
  const isSafe = said.some((code) => ['app.half-adopted', 'app.exported-there', 'empty'].includes(code));
  expect(isSafe, `cut ${at}: ${said.join(' ')}`).toBe(true);
}

async function planSays(made: Scenario, session: Session): Promise<string[]> {
  try {
    const { plan, diagnostics } = await planCluster(made.loaded, (await session.again()).toRead);
    return [...diagnostics.map(({ code }) => code), plan.steps.length === 0 ? 'empty' : 'steps'];
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics.map(({ code }) => code);
    throw error;
  }
}
