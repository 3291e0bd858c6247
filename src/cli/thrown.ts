import { diagnosticsOf } from '../app/index.ts';
import type { ExitCode } from './command.ts';
import type { Io } from './io.ts';
import { diagnosticsText } from './views/human/diagnostics.ts';

/** Prints what was thrown: expected failures as diagnostics, bugs with what is needed to report them. */
export function reportThrown(error: unknown, verbose: boolean, io: Io): ExitCode {
  if (io.signal.aborted && error === io.signal.reason) {
    io.err('Stopped. Run the same command again: it looks at what is there and goes on.');
    return 1;
  }
  try {
    io.err(diagnosticsText(diagnosticsOf(error), io.errStyle));
  } catch (bug) {
    const { errStyle: style } = io;
    io.err(`${style.red(style.bold('error'))} ${style.bold('This is a bug of Quilla')}`);
    io.err(`  ${bug instanceof Error ? bug.message : String(bug)}`);
    io.err(`  ${style.dim('->')} Please report it with the command and the output of the same command with --verbose.`);
    if (verbose && bug instanceof Error) io.err(String(bug.stack));
  }
  return 1;
}
