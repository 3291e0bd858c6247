import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, type Invocation, textOf } from '../command.ts';
import type { ServerAddress } from '../embedded.ts';
import { stateDir, takeFolderLock, writeWhole } from '../state-dir.ts';

function numberOf(
  invocation: Invocation,
  name: string,
  range: { readonly fallback: number; readonly min: number; readonly max: number },
): number {
  const text = textOf(invocation, name);
  if (text === undefined) return range.fallback;
  const value = Number(text);
  if (Number.isFinite(value) && value >= range.min && value <= range.max) return value;
  throw new Failure(
    reporter(cliCodes)('cli.bad-option', {
      detail: `--${name} ${text}: a number from ${range.min} to ${range.max} is wanted`,
    }),
  );
}

/** How often the world is saved while the server runs, milliseconds of wall time. */
const saveEvery = 2000;

export const emulator: Command = {
  name: 'emulator',
  summary: 'run the embedded AWS as a server of its own',
  details:
    'Listens on 127.0.0.1 only. Other commands with --aws embedded in the same folder find it by its address in .quilla/. The AWS CLI, Terraform and kubectl can use it too: set AWS_ENDPOINT_URL and the credentials that it prints.',
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
    const [{ startEmbeddedAws }, { readFaultPlan }, { startApiServers }, { loadWorld, saveWorld }, iam] =
      await Promise.all([
        import('../../emulator/embedded-aws.ts'),
        import('../../emulator/faults.ts'),
        import('../../emulator/kubernetes/start-api-servers.ts'),
        import('../embedded.ts'),
        import('../../emulator/aws/iam/state.ts'),
      ]);
    const speed = numberOf(invocation, 'speed', { fallback: 60, min: 0.1, max: 10_000 });
    const port = numberOf(invocation, 'port', { fallback: 4599, min: 0, max: 65_535 });
    const faultsFile = textOf(invocation, 'faults');
    const faults = faultsFile === undefined ? undefined : readFaultPlan(resolve(io.cwd, faultsFile));
    const stateFile =
      textOf(invocation, 'state') === undefined ? dir.world : resolve(io.cwd, textOf(invocation, 'state')!);
    const lock = takeFolderLock(dir);
    if ('heldBy' in lock)
      throw new Failure(
        reporter(cliCodes)('cli.embedded-busy', { detail: `process ${lock.heldBy} holds ${dir.lock}` }),
      );
    const world = loadWorld(stateFile);
    const aws = await startEmbeddedAws({
      clock: { kind: 'scaled', speed },
      port,
      ...(world === undefined ? {} : { world }),
      ...(faults === undefined ? {} : { faults }),
    });
    const kubernetes = startApiServers(aws.turns);
    await kubernetes.ready();
    const address: ServerAddress = {
      pid: process.pid,
      endpoint: aws.endpoint,
      speed,
      now: aws.clock.now(),
      wall: Date.now(),
    };
    writeWhole(dir.server, JSON.stringify(address));
    io.out(
      [
        `Embedded AWS at ${aws.endpoint}, ${speed} times as fast as wall time, world in ${stateFile}.`,
        'In another terminal:',
        '  quilla plan -f FILE --aws embedded',
        `  AWS_ENDPOINT_URL=${aws.endpoint} AWS_ACCESS_KEY_ID=${iam.embeddedAccessKeyId} AWS_SECRET_ACCESS_KEY=${iam.embeddedSecretAccessKey} AWS_REGION=us-east-1 aws ec2 describe-vpcs`,
        'Ctrl-C stops it and keeps the world.',
      ].join('\n'),
    );
    const timer = setInterval(() => saveWorld(stateFile, aws.world), saveEvery);
    await new Promise<void>((done) => io.signal.addEventListener('abort', () => done(), { once: true }));
    clearInterval(timer);
    rmSync(dir.server, { force: true });
    await kubernetes.close();
    await aws.stop();
    saveWorld(stateFile, aws.world);
    lock.release();
    return 0;
  },
};
