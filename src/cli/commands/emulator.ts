import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import type { FaultPlan } from '../../emulator/faults.ts';
import { cliCodes } from '../codes.ts';
import { type Command, type Invocation, textOf } from '../command.ts';
import type { ServerAddress } from '../embedded.ts';
import type { Io } from '../io.ts';
import { type StateDir, stateDir, takeFolderLock, writeWhole } from '../state-dir.ts';

function numberOf(
  invocation: Invocation,
  name: string,
  range: { readonly fallback: number; readonly min: number; readonly max: number; readonly whole?: true },
): number {
  const text = textOf(invocation, name);
  if (text === undefined) return range.fallback;
  const value = text.trim() === '' ? Number.NaN : Number(text);
  const fits = range.whole === true ? Number.isInteger(value) : Number.isFinite(value);
  if (fits && value >= range.min && value <= range.max) return value;
  throw new Failure(
    reporter(cliCodes)('cli.bad-option', {
      detail: `--${name} ${text}: a ${range.whole === true ? 'whole ' : ''}number from ${range.min} to ${range.max} is wanted`,
    }),
  );
}

/** How often the world is saved while the server runs, milliseconds of wall time. */
const saveEvery = 2000;

/** The faults that --faults names; undefined where it names none. */
async function faultsFor(invocation: Invocation) {
  const file = textOf(invocation, 'faults');
  if (file === undefined) return undefined;
  const { readFaultPlan } = await import('../../emulator/faults.ts');
  try {
    return readFaultPlan(resolve(invocation.io.cwd, file));
  } catch (error) {
    if (!(error instanceof Error) || 'syscall' in error) throw error;
    const why = error instanceof SyntaxError ? `it is not JSON: ${error.message}` : error.message;
    throw new Failure(
      reporter(cliCodes)('cli.bad-faults', {
        detail: why.replaceAll(/\s+/g, ' '),
        at: { file },
        fix: '`quilla explain cli.bad-faults` shows how one is written.',
      }),
    );
  }
}

/**
 * A further key of the user `admin` for programs whose keys are fixed, from QUILLA_EMULATOR_KEY as `ID:SECRET`; undefined where
 * it is not set. AWS_ACCESS_KEY_ID is not looked at: it may be a real key, which must not open anything else.
 */
function furtherKeyOf({ env }: Io) {
  const text = env.QUILLA_EMULATOR_KEY;
  if (text === undefined || text === '') return undefined;
  const [, accessKeyId, secretAccessKey] = /^([\w-]{1,128}):(.+)$/.exec(text) ?? [];
  if (accessKeyId !== undefined && secretAccessKey !== undefined) return { accessKeyId, secretAccessKey };
  throw new Failure(
    reporter(cliCodes)('cli.bad-option', {
      detail: 'QUILLA_EMULATOR_KEY: an access key id and its secret are wanted, as ID:SECRET',
    }),
  );
}

/** Saves the world of a running server where it has changed since the last time. A disk that refuses is told once and tried again. */
function keepSaving(save: () => void, io: Io): () => void {
  let failing = false;
  const timer = setInterval(() => {
    try {
      save();
      failing = false;
    } catch (error) {
      if (!failing) io.err(`The world could not be saved: ${error instanceof Error ? error.message : error}`);
      failing = true;
    }
  }, saveEvery);
  return () => clearInterval(timer);
}

export const emulator: Command = {
  name: 'emulator',
  summary: 'run the embedded AWS as a server of its own',
  details:
    'Listens on 127.0.0.1 only. Other commands with --aws embedded in the same folder find it by its address in .quilla/. The AWS CLI, Terraform and kubectl can use it too: set AWS_ENDPOINT_URL and the credentials that it prints. For programs whose key is fixed, QUILLA_EMULATOR_KEY=ID:SECRET has it accept a further one.',
  options: [
    { flags: '--port <port>', summary: 'port to listen on (default: 4599)' },
    { flags: '--state <file>', summary: 'file that keeps its world (default: .quilla/world.json)' },
    { flags: '--speed <times>', summary: 'how many times faster than wall time its clock runs (default: 60)' },
    {
      flags: '--faults <file>',
      summary: 'JSON file of faults to make: throttling, lost answers, stale reads, no capacity',
    },
  ],
  examples: ['quilla emulator', 'quilla emulator --port 4600 --speed 1 --state world.json'],
  callsAws: false,
  printsResult: false,
  async run(invocation) {
    const { io } = invocation;
    const dir = stateDir(io.cwd, io.env);
    const speed = numberOf(invocation, 'speed', { fallback: 60, min: 0.1, max: 10_000 });
    const port = numberOf(invocation, 'port', { fallback: 4599, min: 0, max: 65_535, whole: true });
    const faults = await faultsFor(invocation);
    const furtherKey = furtherKeyOf(io);
    const stateFile = resolve(io.cwd, textOf(invocation, 'state') ?? dir.world);
    const lock = takeFolderLock(dir);
    if ('heldBy' in lock)
      throw new Failure(
        reporter(cliCodes)('cli.embedded-busy', {
          detail: `process ${lock.heldBy} holds ${dir.lock}`,
          fix: 'Use the one that runs, or stop it first; QUILLA_HOME names another folder for a second one.',
        }),
      );
    try {
      await serve({ io, dir, stateFile, speed, port, faults, furtherKey });
    } finally {
      rmSync(dir.server, { force: true });
      lock.release();
    }
    return 0;
  },
};

interface Serving {
  readonly io: Io;
  readonly dir: StateDir;
  readonly stateFile: string;
  readonly speed: number;
  readonly port: number;
  readonly faults: FaultPlan | undefined;
  readonly furtherKey: ReturnType<typeof furtherKeyOf>;
}

/** Serves until the signal, and leaves the world saved. */
async function serve({ io, dir, stateFile, speed, port, faults, furtherKey }: Serving): Promise<void> {
  const [{ startEmbeddedAws }, { startApiServers }, { loadWorld, worldSaver }] = await Promise.all([
    import('../../emulator/embedded-aws.ts'),
    import('../../emulator/kubernetes/start-api-servers.ts'),
    import('../embedded.ts'),
  ]);
  const world = loadWorld(stateFile);
  const aws = await startEmbeddedAws({
    clock: { kind: 'scaled', speed },
    port,
    ...(world === undefined ? {} : { world }),
    ...(faults === undefined ? {} : { faults }),
    ...(furtherKey === undefined ? {} : { furtherKey }),
  });
  try {
    const save = worldSaver(stateFile, aws.world);
    // At once, so that a file that cannot be written is known before anything is made.
    save();
    const kubernetes = startApiServers(aws.turns, { onError: (error) => io.err(error.message) });
    await kubernetes.ready();
    const { endpoint, clock } = aws;
    const address: ServerAddress = { pid: process.pid, endpoint, speed, now: clock.now(), wall: Date.now() };
    writeWhole(dir.server, JSON.stringify(address));
    io.out(await greeting(endpoint, { speed, stateFile }));
    const stopSaving = keepSaving(save, io);
    await stopped(io.signal);
    stopSaving();
    rmSync(dir.server, { force: true });
    await kubernetes.close();
    await aws.stop();
    save();
  } finally {
    await aws.stop();
  }
}

const stopped = (signal: AbortSignal): Promise<void> =>
  new Promise((done) => {
    if (signal.aborted) done();
    signal.addEventListener('abort', () => done(), { once: true });
  });

async function greeting(
  endpoint: string,
  { speed, stateFile }: { readonly speed: number; readonly stateFile: string },
): Promise<string> {
  const iam = await import('../../emulator/aws/iam/state.ts');
  return [
    `Embedded AWS at ${endpoint}, ${speed} times as fast as wall time, world in ${stateFile}.`,
    'In another terminal:',
    '  quilla plan -f FILE --aws embedded',
    `  AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=${iam.embeddedAccessKeyId} AWS_SECRET_ACCESS_KEY=${iam.embeddedSecretAccessKey} AWS_DEFAULT_REGION=us-east-1 aws ec2 describe-vpcs`,
    'Ctrl-C stops it and keeps the world.',
  ].join('\n');
}
