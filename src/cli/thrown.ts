import { diagnosticsOf } from '../app/index.ts';
import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { cliCodes } from './codes.ts';
import type { ExitCode } from './command.ts';
import type { Io } from './io.ts';
import { diagnosticsText } from './views/human/diagnostics.ts';
import { failureJson } from './views/json.ts';

const report = reporter(cliCodes);

/** How a command line was called, as far as failures need it: they come before its options are known to be good. */
export interface Asked {
  readonly json: boolean;
  readonly verbose: boolean;
}

export const askedBy = (argv: readonly string[]): Asked => ({
  json: argv.some(
    (word, i) =>
      word === '-ojson' || word === '--output=json' || (word === 'json' && /^(-o|--output)$/.test(argv[i - 1] ?? '')),
  ),
  verbose: argv.includes('--verbose') || argv.includes('-v'),
});

/** Prints what was thrown: expected failures as diagnostics, bugs with what is needed to report them. */
export function reportThrown(error: unknown, asked: Asked, io: Io): ExitCode {
  const expected = expectedIn(error, io);
  if (expected === undefined) return reportBug(error, asked, io);
  io.err(diagnosticsText(expected, io.errStyle));
  if (asked.json) io.out(failureJson(expected));
  return expected.some(({ code }) => code === 'cli.bad-option' || code === 'app.bad-duration') ? 2 : 1;
}

/** What a command line that was not understood prints beside the parser's own words. */
export function reportUsage(message: string, io: Io): void {
  const detail = message.replace(/^error: /, '').replaceAll('\n', ' ');
  io.out(failureJson([report('cli.usage', { detail, fix: 'Look at `quilla help`.' })]));
}

function expectedIn(error: unknown, io: Io): readonly Diagnostic[] | undefined {
  const again = 'Run the same command again: it looks at what is there and goes on.';
  if (io.signal.aborted && (error === io.signal.reason || (error as Error | undefined)?.name === 'AbortError'))
    return [report('cli.stopped', { detail: String((io.signal.reason as Error).message), fix: again })];
  const system = systemFailure(error);
  if (system !== undefined) return [system];
  try {
    return diagnosticsOf(error);
  } catch {
    return undefined;
  }
}

const systemWords: Readonly<Record<string, readonly [what: string, fix: string]>> = {
  ENOENT: ['there is no such file or folder', 'Look at the path.'],
  ENOTDIR: ['a part of the path is a file, not a folder', 'Look at the path.'],
  EISDIR: ['it is a folder, not a file', 'Name a file in it.'],
  EACCES: ['this user may not', 'Change its permissions, or use another path.'],
  EPERM: ['this user may not', 'Change its permissions, or use another path.'],
  EROFS: ['the file system is read-only', 'Use another path; QUILLA_HOME moves the folder of the embedded AWS.'],
  ENOSPC: ['the disk is full', 'Make room and run the same command again.'],
  EMFILE: ['too many files are open', 'Raise the limit (`ulimit -n`) and run the same command again.'],
};

/** What the operating system refused, where it was about a file or a port. */
function systemFailure(error: unknown): Diagnostic | undefined {
  if (!(error instanceof Error)) return undefined;
  // A cluster's own API server: its port follows from the cluster's name, and the error says what to do.
  if ((error.cause as NodeJS.ErrnoException | undefined)?.syscall === 'listen')
    return report('cli.port-in-use', { detail: error.message });
  const { code, path, syscall, port } = error as NodeJS.ErrnoException & { readonly port?: number };
  if (syscall === 'listen')
    return report('cli.port-in-use', {
      detail: `port ${port ?? ''} of 127.0.0.1: ${code === 'EACCES' ? 'this user may not listen on it' : 'another program listens on it'}`,
      fix: 'Choose another with --port, or --port 0 for any free one.',
    });
  const words = code === undefined ? undefined : systemWords[code];
  if (words === undefined || syscall === undefined || syscall === 'connect') return undefined;
  const [what, fix] = words;
  return report('cli.file-system', { detail: `${path ?? 'a file'} (${syscall}): ${what}`, fix });
}

function reportBug(bug: unknown, { json, verbose }: Asked, io: Io): ExitCode {
  const { errStyle: style } = io;
  const message = bug instanceof Error ? bug.message : String(bug);
  const fix = 'Please report it with the command and the output of the same command with --verbose.';
  io.err(`${style.red(style.bold('error'))} ${style.bold('This is a bug of Quilla')}`);
  io.err(`  ${message}`);
  io.err(`  ${style.dim('->')} ${fix}`);
  if (verbose && bug instanceof Error) io.err(String(bug.stack));
  if (json) {
    const diagnostic: Diagnostic = {
      code: 'cli.bug',
      severity: 'error',
      summary: 'This is a bug of Quilla',
      detail: message,
      fix,
    };
    io.out(failureJson([diagnostic]));
  }
  return 1;
}
