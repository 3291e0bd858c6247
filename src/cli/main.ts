import { Argument, CommanderError, Option, Command as Program } from 'commander';
import { nearest } from '../base/nearest.ts';
import { type ArgumentDeclaration, type Command, type ExitCode, type OptionDeclaration, optionsOf } from './command.ts';
import { commands } from './commands/index.ts';
import { type Io, processIo } from './io.ts';
import { version } from './version.ts';

function optionFrom({ flags, summary, choices, default: fallback, required }: OptionDeclaration): Option {
  const option = new Option(flags, summary);
  if (choices !== undefined) option.choices([...choices]);
  if (fallback !== undefined) option.default(fallback);
  if (required === true) option.makeOptionMandatory();
  return option;
}

function argumentFrom({ name, summary, required, choices }: ArgumentDeclaration): Argument {
  const argument = new Argument(required ? `<${name}>` : `[${name}]`, summary);
  return choices === undefined ? argument : argument.choices([...choices]);
}

function addCommand(program: Program, command: Command, run: (invocation: Promise<ExitCode>) => void, io: Io): void {
  const sub = program
    .command(command.name)
    .summary(command.summary)
    .description([command.summary, command.details].filter(Boolean).join('\n\n'));
  for (const argument of command.arguments ?? []) sub.addArgument(argumentFrom(argument));
  for (const option of optionsOf(command)) sub.addOption(optionFrom(option));
  sub.addHelpText('after', `\nExamples:\n${command.examples.map((example) => `  $ ${example}`).join('\n')}`);
  sub.action((...given: unknown[]) => {
    const options = given.at(-2) as Record<string, string | boolean | undefined>;
    const args = given.slice(0, -2).filter((value) => typeof value === 'string');
    run(command.run({ args, options, io, commands }));
  });
}

/** The program as commander knows it, from the declarations. */
export function programFor(io: Io, onRun: (exit: Promise<ExitCode>) => void): Program {
  const program = new Program('quilla')
    .description('Kubernetes on AWS from one spec: one plan, one set of verbs, EKS or self-managed.')
    .version(version, '-V, --version', 'print the version')
    .helpCommand('help [command]', 'help for a command')
    .showSuggestionAfterError(true)
    .configureHelp({ sortSubcommands: false, helpWidth: io.errStyle.width, minWidthToWrap: 20 })
    .configureOutput({ writeOut: (text) => io.out(text.trimEnd()), writeErr: (text) => io.err(text.trimEnd()) })
    .addHelpText('after', '\nTry it without an AWS account: add --aws embedded to any command.')
    .exitOverride();
  for (const command of commands) addCommand(program, command, onRun, io);
  return program;
}

/** Help for a command that is none: commander shows all of help for it, as if nothing were wrong. */
function mustKnow(program: Program, [verb, asked]: readonly string[]): void {
  if (verb !== 'help' || asked === undefined || asked.startsWith('-')) return;
  const names = [...program.commands.map((command) => command.name()), 'help'];
  if (names.includes(asked)) return;
  const near = nearest(asked, names);
  program.error(`error: unknown command '${asked}'${near === undefined ? '' : `\n(Did you mean ${near}?)`}`, {
    code: 'commander.unknownCommand',
    exitCode: 2,
  });
}

/** Runs a command line and gives the exit code; never throws. */
export async function run(argv: readonly string[], io: Io): Promise<ExitCode> {
  let exit: Promise<ExitCode> = Promise.resolve(0);
  try {
    const program = programFor(io, (given) => {
      exit = given;
    });
    if (argv.length === 0) {
      io.out(program.helpInformation().trimEnd());
      return 2;
    }
    mustKnow(program, argv);
    await program.parseAsync([...argv], { from: 'user' });
    return await exit;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    const { askedBy, reportThrown, reportUsage } = await import('./thrown.ts');
    const asked = askedBy(argv);
    if (!(error instanceof CommanderError)) return reportThrown(error, asked, io);
    if (asked.json) reportUsage(error.message, io);
    return 2;
  }
}

/** Entry of the program: sets up signals and ends the process with the exit code. */
export async function main(argv: readonly string[]): Promise<void> {
  const stop = new AbortController();
  const io = processIo(stop.signal);
  let asked = 0;
  process.on('SIGINT', () => {
    asked += 1;
    if (asked > 1) process.exit(130);
    io.err('\nStopping after the calls in flight. Press Ctrl-C again to leave at once.');
    stop.abort(new Error('stopped by Ctrl-C'));
  });
  process.on('SIGTERM', () => stop.abort(new Error('stopped by SIGTERM')));
  // Who reads may leave early (`| head`): that is no error, and what was begun goes on to its end.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code !== 'EPIPE') throw error;
    });
  process.exitCode = await run(argv, io);
}
