import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { systemClock } from '../../../src/adapters/clock.ts';
import type { ServerAddress } from '../../../src/cli/embedded.ts';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../../../src/emulator/embedded-aws.ts';
import { type Credentials, makeGiven, region, specOf } from '../given-cluster.ts';
import { type RecordingProxy, startRecordingProxy } from '../recording-proxy.ts';
import { lastWords, plainEnvironment, type Run, runCli, runProgram } from '../run-cli.ts';
import type { Recording } from './recording.ts';

export const embeddedCredentials: Credentials = {
  accessKeyId: embeddedAccessKeyId,
  secretAccessKey: embeddedSecretAccessKey,
};

/** How many times faster than wall time the recorded AWS runs. */
export const speed = 60;

/** `quilla emulator` in a process of its own, with a proxy in front of it. */
export interface RecordedAws extends AsyncDisposable {
  readonly proxy: RecordingProxy;
  /** For files of programs, and in which our own one finds the AWS. */
  readonly home: string;
  /** Of programs that reach the embedded AWS through the proxy. */
  readonly env: NodeJS.ProcessEnv;
}

async function begun(server: ChildProcess): Promise<void> {
  const line = once(createInterface({ input: server.stdout! }), 'line');
  const end = once(server, 'exit').then(() => {
    throw new Error('the embedded AWS did not start');
  });
  await Promise.race([line, end]);
}

export async function startRecordedAws(): Promise<RecordedAws> {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-record-'));
  const [home, shown] = [join(folder, 'aws'), join(folder, 'cli')];
  const args = ['bin/quilla-source.mjs', 'emulator', '--port', '0', '--speed', String(speed)];
  const server = spawn(process.execPath, args, {
    env: { ...plainEnvironment(), QUILLA_HOME: home },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await begun(server);
  const address = JSON.parse(readFileSync(join(home, 'server.json'), 'utf8')) as ServerAddress;
  const proxy = await startRecordingProxy({ upstream: address.endpoint });
  // Our own program finds the server, its clock among it, by this file: here it finds the proxy.
  mkdirSync(shown, { recursive: true });
  writeFileSync(join(shown, 'server.json'), JSON.stringify({ ...address, endpoint: proxy.endpoint }));
  const env = {
    ...plainEnvironment(),
    QUILLA_HOME: shown,
    AWS_ENDPOINT_URL: proxy.endpoint,
    AWS_ACCESS_KEY_ID: embeddedCredentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: embeddedCredentials.secretAccessKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const stop = async (): Promise<void> => {
    await proxy.close();
    if (server.exitCode === null) {
      server.kill();
      await once(server, 'exit');
    }
    rmSync(folder, { recursive: true, force: true });
  };
  return { proxy, home: shown, env, [Symbol.asyncDispose]: stop };
}

/** Fails where a run did. */
export function fine(what: string, run: Run): void {
  if (run.code !== 0) throw new Error(`${what} ended with ${run.code}: ${lastWords(run)}`);
}

/** Apply, plan and destroy of both of the article's clusters by our own program. */
export async function recordOwnRuns(): Promise<Recording> {
  await using aws = await startRecordedAws();
  const { proxy } = aws;
  const env = { ...aws.env, QUILLA_AWS: 'embedded' };
  const given = await makeGiven(proxy.endpoint, { credentials: embeddedCredentials, clock: systemClock });
  for (const example of ['seed-eks', 'seed-kops'] as const) {
    const file = join(aws.home, `${example}.yaml`);
    writeFileSync(file, specOf(example, given));
    for (const [verb, ...rest] of [
      ['apply', '--yes'],
      ['plan', '--check'],
      ['destroy', '--yes'],
    ] as const)
      fine(`${verb} of ${example}`, await runCli([verb, '-f', file, ...rest], { env }));
  }
  return { format: 1, of: 'quilla: apply, plan and destroy of both clusters', speed, calls: proxy.calls };
}

/** Any program that calls AWS by AWS_ENDPOINT_URL, on an embedded AWS of its own. */
export async function recordProgram(command: readonly [string, ...string[]]): Promise<Recording> {
  await using aws = await startRecordedAws();
  const run = await runProgram(command, { env: aws.env, limit: 3_600_000 });
  process.stdout.write(run.out);
  process.stderr.write(run.err);
  fine(command.join(' '), run);
  return { format: 1, of: command.join(' '), speed, calls: aws.proxy.calls };
}
