import type { Clock } from '../base/clock.ts';
import type { Duration } from '../base/duration.ts';
import { forgetMeasured } from './aws/elbv2/measured-health.ts';
import { ScaledClock } from './clocks/scaled.ts';
import { SteppedClock } from './clocks/stepped.ts';
import { createFaults, type FaultPlan } from './faults.ts';
import type { KeyPair } from './http/authenticate.ts';
import { type CallListener, createDispatch, type LoggedCall } from './http/dispatch.ts';
import type { EmbeddedPath } from './http/embedded-path.ts';
import { jsonAnswer } from './http/embedded-path.ts';
import { startServer } from './http/server.ts';
import { createKubernetesHost, type KubernetesOptions } from './kubernetes-host.ts';
import type { DrivenAws, MachineDriver } from './machine-driver.ts';
import { catalogDate, embeddedAccount, newWorld } from './new-world.ts';
import { currentWorld } from './older-world.ts';
import { createPast } from './past.ts';
import { eventHandlersOf } from './services.ts';
import { createTurns, type Turns } from './turns.ts';
import type { World } from './world.ts';

export { embeddedAccessKeyId, embeddedSecretAccessKey } from './aws/iam/state.ts';

/** How time passes: in steps when all sleep (in process), or as wall time times a speed (for other programs). */
export type ClockChoice = { readonly kind: 'stepped' } | { readonly kind: 'scaled'; readonly speed: number };

export interface EmbeddedAwsOptions {
  readonly clock: ClockChoice;
  /** 0 for any free one. The server listens on 127.0.0.1 only. */
  readonly port?: number;
  /** A world to go on from; it is changed in place. */
  readonly world?: World;
  /** Milliseconds since 1970; by default the world's `now`, or the catalog's date. */
  readonly startAt?: number;
  readonly faults?: FaultPlan;
  /** How long each request takes on this AWS's clock. */
  readonly latency?: Duration;
  readonly account?: string;
  /** A further access key of the user `admin`, for programs that cannot be given the usual one. It is not kept in the world. */
  readonly furtherKey?: KeyPair;
  /** Gives each EKS cluster's API server its socket (HTTPS on loopback); without it none is opened. */
  readonly kubernetes?: KubernetesOptions;
  /** Runs instances as real machines, in wall time; wants a scaled clock. */
  readonly machines?: MachineDriver;
}

/** A running AWS. */
export interface EmbeddedAws {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  readonly clock: Clock;
  /** Live: it changes with each request and event. */
  readonly world: World;
  /** Takes turns on the world from this process: the Kubernetes servers do. */
  readonly turns: Turns;
  /** Every request that named an operation, in order. */
  readonly calls: readonly LoggedCall[];
  /** Told of each call when it was carried out and before its answer goes out. The result removes the listener. */
  onCall(listener: CallListener): () => void;
  /** Stops the server and cuts its connections. */
  stop(): Promise<void>;
}

/** Starts an AWS on loopback. */
export async function startEmbeddedAws(options: EmbeddedAwsOptions): Promise<EmbeddedAws> {
  const startAt = options.startAt ?? options.world?.now ?? catalogDate;
  const world =
    options.world === undefined ? newWorld(options.account ?? embeddedAccount, startAt) : currentWorld(options.world);
  const clock =
    options.clock.kind === 'stepped' ? new SteppedClock(startAt) : new ScaledClock(startAt, options.clock.speed);
  const faults = options.faults && createFaults(options.faults, startAt);
  const turns = createTurns({
    world,
    now: () => clock.now(),
    eventHandlers: eventHandlersOf,
    machines: options.machines,
    noCapacity: faults && ((zone, type, now) => faults.noCapacity(zone, type, now)),
  });
  const past = faults && faults.longestLag > 0 ? createPast(world, faults.longestLag) : undefined;
  const kubernetes = createKubernetesHost(turns, options.kubernetes);
  const dispatch = createDispatch({
    turns,
    clock,
    faults,
    past,
    latency: options.latency,
    furtherKey: options.furtherKey,
    paths: [options.machines === undefined ? loopbackPath : loopbackOf(options.machines)],
    settle: kubernetes.settle,
  });
  const stopClock = clock instanceof SteppedClock ? follow(clock, turns) : tick(clock, turns, kubernetes.settle);
  const listening = startServer({ port: options.port ?? 0, clock, answer: dispatch.answer });
  const server = await listening.catch((error: unknown) => {
    stopClock();
    throw error;
  });
  const { endpoint } = server;
  const stop = stopping(options.machines, async () => {
    stopClock();
    await kubernetes.close();
    await server.close();
  });
  await startMachines(options.machines, { endpoint, turns, clock }, stop);
  return { endpoint, clock, world, turns, calls: dispatch.calls, onCall: dispatch.onCall, stop };
}

/** Ends machines first: they speak to this AWS until they are off. */
function stopping(machines: MachineDriver | undefined, stopAws: () => Promise<void>): () => Promise<void> {
  return async () => {
    try {
      await machines?.stop();
    } finally {
      await stopAws();
    }
  };
}

/** Nothing is left listening where the machines cannot be begun. */
async function startMachines(
  machines: MachineDriver | undefined,
  aws: DrivenAws,
  stop: () => Promise<void>,
): Promise<void> {
  if (machines === undefined) return;
  forgetMeasured(aws.turns.world);
  try {
    await machines.start(aws);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Where the APIs of self-managed clusters can be reached; its code is not loaded before somebody asks. */
const loopbackPath: EmbeddedPath = {
  name: 'loopback',
  answer: async (request, _, turns) =>
    (await import('./nodes/self-managed/loopback.ts')).answerLoopback(request, turns),
};

/** The same question to whoever runs the machines. */
const loopbackOf = (machines: MachineDriver): EmbeddedPath => ({
  name: 'loopback',
  answer: async ({ query }) => {
    const asked = new URLSearchParams(query);
    const host = asked.get('host') ?? '';
    if (host === '') return jsonAnswer(400, { reason: 'the query has no host' });
    const reached = await machines.loopback(host, Number(asked.get('port') ?? '443'));
    return 'why' in reached ? jsonAnswer(404, { reason: reached.why }) : jsonAnswer(200, reached);
  },
});

function follow(clock: SteppedClock, turns: Turns): () => void {
  clock.follow({ next: turns.next, run: (now) => turns.runDue(now) });
  return () => clock.stop();
}

/** On a scaled clock due events run by themselves too, so that watches see them. */
function tick(clock: ScaledClock, turns: Turns, settle: () => Promise<void>): () => void {
  const ended = new AbortController();
  const { signal } = ended;
  const loop = async (): Promise<void> => {
    while (!signal.aborted) {
      const until = (turns.next() ?? Number.POSITIVE_INFINITY) - clock.now();
      const wait = Math.min(longestTick, Math.max(shortestTick, until / clock.speed));
      await clock.sleep({ ms: wait * clock.speed }, signal);
      await turns.runDue();
      await settle();
    }
  };
  loop().catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
  return () => ended.abort(new Error('the embedded AWS stopped'));
}

/** Milliseconds of wall time between two looks: a request may put in something that is due before what was next. */
const [shortestTick, longestTick] = [5, 50];
