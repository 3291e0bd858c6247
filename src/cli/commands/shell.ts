import { spawn } from 'node:child_process';
import { Failure, reporter } from '../../base/diagnostic.ts';
import { cliCodes } from '../codes.ts';
import { type Command, type ExitCode, fileOption, type Invocation, textOf } from '../command.ts';
import { readSpec } from '../spec-file.ts';
import { isEmbedded } from '../which-aws.ts';

const report = reporter(cliCodes);

const plugin =
  'Install the AWS CLI and its Session Manager plugin: https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html';

const noMachines = report('cli.no-session', {
  detail: 'the embedded AWS has no machines, and so no shell on one',
  fix: 'quilla status shows what its instances tell; quilla node-script shows what they would run.',
});

/** Runs the AWS CLI on this terminal. A session is its own program; its Ctrl-C is not ours. */
function session(invocation: Invocation, target: string, region: string): Promise<ExitCode> {
  const profile = textOf(invocation, 'profile');
  const words = ['ssm', 'start-session', '--target', target, '--region', region];
  const { env, cwd } = invocation.io;
  return new Promise((done, failed) => {
    const child = spawn('aws', [...words, ...(profile === undefined ? [] : ['--profile', profile])], {
      stdio: 'inherit',
      env: { ...env },
      cwd,
    });
    child.once('error', (error: NodeJS.ErrnoException) => {
      const detail = error.code === 'ENOENT' ? 'the AWS CLI (`aws`) is not on the PATH' : error.message;
      failed(new Failure(report('cli.no-session', { detail, fix: plugin })));
    });
    child.once('close', (code) => {
      if (code === 0) return done(0);
      const detail = `aws ssm start-session --target ${target} ended with exit code ${code ?? 'none'}; what it said is above`;
      failed(new Failure(report('cli.no-session', { detail, fix: plugin })));
    });
  });
}

export const shell: Command = {
  name: 'shell',
  summary: 'open a shell on a seat of a self-managed control plane',
  details:
    'Through Systems Manager: no port is open and no key is needed. Runs `aws ssm start-session` on this terminal; the AWS CLI and its Session Manager plugin must be there.',
  arguments: [{ name: 'seat', summary: 'name of the seat, as `quilla status` shows it: a', required: true }],
  options: [fileOption],
  examples: ['quilla shell a -f cluster.yaml'],
  callsAws: true,
  printsResult: false,
  async run(invocation) {
    const [loaded, app] = await Promise.all([readSpec(invocation, { anyVersion: true }), import('../../app/index.ts')]);
    app.mustBeSelfManaged(loaded.cluster, 'shell');
    const { openAws } = await import('../aws.ts');
    const { region } = loaded.cluster.spec;
    const aws = await openAws(invocation, region);
    try {
      const target = await app.seatInstance(loaded, invocation.args[0]!, aws.toRead);
      if (isEmbedded(invocation)) throw new Failure(noMachines);
      return await session(invocation, target, region);
    } finally {
      await aws.close();
    }
  },
};
