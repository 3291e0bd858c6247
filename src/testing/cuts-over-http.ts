import type { InitializeHandler, InitializeMiddleware } from '@smithy/types';
import { planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import { Failure } from '../base/diagnostic.ts';
import { milliseconds, minutes } from '../base/duration.ts';
import type { Ports } from '../cli/ports.ts';
import type { FaultPlan } from '../emulator/faults.ts';
import { isRead } from '../emulator/reads.ts';
import type { World } from '../emulator/world.ts';
import { givenWorld } from './given-world.ts';
import { type Ran, run, type Verb } from './run-to-end.ts';
import type { Scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** Where a run dies: at its nth write, before the call left or after AWS carried it out. */
export interface Cut {
  readonly at: number;
  readonly when: 'before' | 'after';
  /** Which of the writes that were on their way at that moment still reached AWS: bit by bit. */
  readonly others: number;
  /** Whether the next run finds that the process is gone, or waits until its lease has run out. */
  readonly holder: 'gone' | 'silent';
}

/** Every call of a process that died ends in this; it is no AWS failure, so nothing handles it. */
export class Killed extends Error {
  override readonly name = 'Killed';
}

const clientNames = [
  'autoScaling',
  'ec2',
  'eks',
  'elbv2',
  'events',
  'iam',
  'kms',
  'logs',
  'quotas',
  'route53',
  's3',
  'sqs',
  'ssm',
  'sts',
  'tagging',
] as const;

interface Life {
  /** Writes that were asked for, each of them counted before it is sent. */
  writes: number;
  ended: 'no' | 'dying' | 'dead';
  readonly cut: Cut;
}

/** What becomes of a write of a run that is to die: sent, or not. */
async function mustDie(life: Life): Promise<boolean> {
  const { cut } = life;
  life.writes += 1;
  if (life.writes < cut.at) return false;
  if (life.writes > cut.at) return ((cut.others >> ((life.writes - cut.at) % 16)) & 1) === 0;
  life.ended = 'dying';
  if (cut.when === 'after') return false;
  // Others that begin at this very moment may still leave.
  await new Promise((resolve) => setImmediate(resolve));
  life.ended = 'dead';
  return true;
}

/** Stands before a client, outside its own handling of errors. */
const fate =
  (life: Life): InitializeMiddleware<object, object> =>
  (next: InitializeHandler<object, object>, context) =>
  async (args) => {
    const operation = (context.commandName ?? '').replace(/Command$/, '');
    if (life.ended === 'dead') throw new Killed(`${operation}: the process is no longer`);
    const isLast = !isRead(operation) && life.writes + 1 === life.cut.at;
    if (!isRead(operation) && (await mustDie(life))) throw new Killed(`${operation}: killed before it left`);
    try {
      const answer = await next(args);
      if (life.ended === 'no') return answer;
    } catch (error) {
      if (life.ended === 'no') throw error;
    } finally {
      if (isLast) life.ended = 'dead';
    }
    throw new Killed(`${operation}: killed before the answer came`);
  };

/** Makes a process mortal: its calls are counted and end at the cut. */
export function mortal(ports: Ports, cut: Cut): Life {
  const life: Life = { writes: 0, ended: 'no', cut };
  for (const name of clientNames) {
    const stack = ports.connection.clients[name].middlewareStack as unknown as {
      add(middleware: InitializeMiddleware<object, object>, options: object): void;
    };
    stack.add(fate(life), { step: 'initialize', priority: 'high', name: 'fate' });
  }
  return life;
}

/** The next process: while it finds the lock held it waits for the lease, as its message says. */
async function runWhenFree(verb: Verb, scenario: Scenario, session: Session, holder: Cut['holder']): Promise<Ran> {
  for (;;) {
    const ports = await session.again();
    const toWrite = { ...ports.toWrite, isGone: () => holder === 'gone' };
    try {
      return await run(verb, scenario, { ...ports, toWrite });
    } catch (error) {
      const said = error instanceof Failure ? error.diagnostics[0] : undefined;
      // AWS got on with what the dead run began while this one waited for the lock: the same command again, as it says.
      if (said?.code === 'plan.stale') continue;
      const until = /ends at (\S+Z)/.exec(said?.fix ?? '')?.[1];
      if (said?.code !== 'app.locked' || until === undefined) throw error;
      await session.clock.sleep(milliseconds(Date.parse(until) - session.clock.now() + 1));
    }
  }
}

export interface CutRun {
  /** False where the run had fewer writes. */
  readonly wasCut: boolean;
  readonly second: Ran;
  /** How many steps are left to plan afterwards. */
  readonly left: number;
  readonly world: World;
}

const begin = (scenario: Scenario, world: World, faults?: FaultPlan): Promise<Session> =>
  startSession({
    world: structuredClone(world),
    region: scenario.graph.region,
    ...(faults === undefined ? {} : { faults }),
  });

/** Runs a verb that dies, then another process that does the same. */
export async function cutRun(verb: Verb, stage: Stage, cut: Cut): Promise<CutRun> {
  const { scenario } = stage;
  const session = await begin(scenario, stage.before[verb]);
  try {
    const first = await session.again();
    const life = mortal(first, cut);
    await run(verb, scenario, first).catch((error: unknown) => {
      if (!(error instanceof Killed)) throw error;
    });
    const second = await runWhenFree(verb, scenario, session, cut.holder);
    await settle(scenario, session);
    return {
      wasCut: life.ended !== 'no',
      second,
      left: await stepsLeft(verb, scenario, session),
      world: session.aws.world,
    };
  } finally {
    await session.stop();
  }
}

/** Machines of one's own take and mark what is theirs after the run; AWS is at rest sooner. */
const settle = ({ loaded }: Scenario, { clock }: Session): Promise<void> =>
  clock.sleep(minutes(loaded.cluster.spec.controlPlane.type === 'self-managed' ? 12 : 1));

async function stepsLeft(verb: Verb, { loaded, graph }: Scenario, session: Session): Promise<number> {
  const { toWrite } = await session.again();
  if (verb === 'apply') return (await planCluster(loaded, toWrite)).plan.steps.length;
  return (await planDestroy(loaded.cluster.metadata.name, graph, toWrite)).plan.steps.length;
}

/** Runs a verb once on an AWS with faults, and tells what is there then. */
export async function faultyRun(verb: Verb, { scenario, before }: Stage, faults: FaultPlan): Promise<CutRun> {
  const session = await begin(scenario, before[verb], faults);
  try {
    const second = await run(verb, scenario, await session.again());
    await settle(scenario, session);
    return { wasCut: true, second, left: await stepsLeft(verb, scenario, session), world: session.aws.world };
  } finally {
    await session.stop();
  }
}

/** A scenario with the worlds before and after each verb, uncut. */
export interface Stage {
  readonly scenario: Scenario;
  readonly before: Readonly<Record<Verb, World>>;
  readonly after: Readonly<Record<Verb, World>>;
  /** How many writes each verb makes when nothing cuts it, the lock's among them. */
  readonly writes: Readonly<Record<Verb, number>>;
}

export async function stageOf(scenario: Scenario): Promise<Stage> {
  const given = await givenWorld(scenario);
  const once = async (verb: Verb, from: World): Promise<{ world: World; writes: number }> => {
    const session = await begin(scenario, from);
    try {
      const ran = await run(verb, scenario, session.ports);
      await settle(scenario, session);
      if (ran.outcome !== 'done') throw new Error(`${scenario.name}: ${verb}: ${JSON.stringify(ran)}`);
      return { world: session.aws.world, writes: session.aws.calls.filter(({ write }) => write).length };
    } finally {
      await session.stop();
    }
  };
  const applied = await once('apply', given);
  const removed = await once('destroy', applied.world);
  return {
    scenario,
    before: { apply: given, destroy: applied.world },
    after: { apply: applied.world, destroy: removed.world },
    writes: { apply: applied.writes, destroy: removed.writes },
  };
}
