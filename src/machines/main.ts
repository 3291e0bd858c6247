import { Command, CommanderError, InvalidArgumentError } from 'commander';
import type { Say } from './commands/say.ts';
import { asRoot, onLinux } from './host.ts';
import { type Eyes, ofThisHost } from './host-eyes.ts';
import { MachinesError } from './machines-error.ts';

/** `npm run machines -- VERB`: clusters on Linux machines of this host, started by an embedded AWS. */

const toProcess: Say = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
};

function speedOf(text: string): number {
  const speed = text.trim() === '' ? Number.NaN : Number(text);
  if (speed >= 1 && speed <= 60) return speed;
  throw new InvalidArgumentError('A number from 1 to 60 is wanted.');
}

function withRun(command: Command): Command {
  return command.option('--name <name>', 'name of the run', 'default');
}

function versionOf(text: string, before: readonly string[] | undefined): readonly string[] {
  if (!/^\d+\.\d+\.\d+$/.test(text)) throw new InvalidArgumentError('A version like 1.36.3 is wanted.');
  return [...(before ?? []), text];
}

/** What a command line is run with. */
export interface Around {
  readonly say: Say;
  readonly signal: AbortSignal;
  readonly eyes: Pick<Eyes, 'platform' | 'architecture' | 'uid'>;
}

/** The program as commander knows it. Each verb's code is loaded when it is called. */
function programFor(run: (exit: Promise<number>) => void, { say, signal }: Around): Command {
  const program = new Command('npm run machines --')
    .configureOutput({ writeOut: (text) => say.out(text.trimEnd()), writeErr: (text) => say.err(text.trimEnd()) })
    .description(
      'Clusters on Linux machines of this host, made of namespaces and started by an embedded AWS. Needs root.',
    )
    .helpCommand('help [command]', 'help for a command')
    .exitOverride();
  withRun(program.command('up'))
    .description('start a run and apply a spec to it; go on with one that lives')
    .requiredOption('-f, --file <file>', 'a self-managed spec')
    .option('--speed <times>', 'how many times faster than wall time the embedded AWS lives: 1 to 60', speedOf, 1)
    .action((options) => run(import('./commands/up.ts').then(({ up }) => up(options, say, signal))));
  withRun(program.command('status'))
    .description('show machines, their nodes, and what they use')
    .option('--json', 'as JSON')
    .option('--all', 'all runs of this host instead')
    .action((options) => run(import('./commands/status.ts').then(({ status }) => status(options, say))));
  withRun(program.command('ssh'))
    .description('open a shell on a machine, or run a command there; its options stand after --')
    .argument('<node>', 'instance id, seat (a), name or address of a node')
    .argument('[command...]', 'what to run instead of a shell')
    .addHelpText(
      'after',
      '\nExamples:\n  $ npm run machines -- ssh a\n  $ npm run machines -- ssh a -- journalctl -u kubelet -n 20',
    )
    .action((node, command, { name }) =>
      run(import('./commands/ssh.ts').then(({ ssh }) => ssh({ name, node, command }))),
    );
  withRun(program.command('kill'))
    .description('take the power from a machine, as a host that fails does')
    .argument('<node>', 'instance id, seat (a), name or address of a node')
    .action((node, { name }) => run(import('./commands/kill.ts').then(({ kill }) => kill({ name, node }, say))));
  withRun(program.command('down'))
    .description('end a run and take away all that it made; the cache stays')
    .action((options) => run(import('./commands/down.ts').then(({ down }) => down(options, say))));
  program
    .command('build')
    .description('build what machines are made of into the cache')
    .option('--kubernetes <version>', 'a version of Kubernetes; may be said again', versionOf)
    .action(({ kubernetes = [] }) =>
      run(import('./commands/build.ts').then(({ build }) => build({ kubernetes }, say))),
    );
  return program;
}

/** Only root reads what runs leave, and only on Linux there are any. */
function mustBeAble(eyes: Around['eyes']): void {
  for (const check of [onLinux(eyes), asRoot(eyes)])
    if (!('ok' in check)) throw new MachinesError(check.why, { fix: check.fix });
}

/** Runs a command line and gives its exit code; never throws. */
export async function main(argv: readonly string[], around: Around): Promise<number> {
  const { say, eyes } = around;
  let exit: Promise<number> = Promise.resolve(0);
  try {
    const program = programFor((given) => {
      exit = given;
    }, around);
    if (argv.length === 0) {
      say.out(program.helpInformation().trimEnd());
      return 2;
    }
    program.hook('preAction', () => mustBeAble(eyes));
    await program.parseAsync([...argv], { from: 'user' });
    return await exit;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof MachinesError)) {
      say.err(`error ${error instanceof Error ? error.message : error}`);
      if (process.env.DEBUG && error instanceof Error) say.err(String(error.stack));
      return 1;
    }
    say.err(`error ${error.message}${error.fix === undefined ? '' : `\n  -> ${error.fix}`}`);
    return error.exit;
  }
}

if (import.meta.main) {
  const stop = new AbortController();
  let asked = 0;
  const abort = (why: string) => (): void => {
    asked += 1;
    if (asked > 1) process.exit(130);
    stop.abort(new Error(why));
  };
  process.on('SIGINT', abort('stopped by Ctrl-C'));
  process.on('SIGTERM', abort('stopped by SIGTERM'));
  process.exitCode = await main(process.argv.slice(2), { say: toProcess, signal: stop.signal, eyes: ofThisHost });
}
