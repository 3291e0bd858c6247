import { type Diagnostic, Failure, isError, type Result } from '../base/diagnostic.ts';
import { type ExitCode, type Invocation, isJson } from './command.ts';
import { jsonText } from './views/json.ts';

/** Prints diagnostics to where they belong: beside the result for people, nowhere but in the result for programs. */
export async function tell(diagnostics: readonly Diagnostic[], { io }: Invocation): Promise<void> {
  if (diagnostics.length === 0) return;
  const { diagnosticsText } = await import('./views/human/diagnostics.ts');
  io.err(`${diagnosticsText(diagnostics, io.errStyle)}\n`);
}

/** The value of a result; diagnostics of a failed one are thrown to the program, which prints them. */
export function expect<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Failure(...result.diagnostics);
}

/** Prints a result in the form asked for. `kind` names the JSON document: `Plan`. */
export function show(
  invocation: Invocation,
  kind: string,
  result: { readonly data: object; readonly text: string },
): void {
  const { io } = invocation;
  io.out(isJson(invocation) ? jsonText(kind, result.data) : result.text);
}

export const exitFor = (diagnostics: readonly Diagnostic[]): ExitCode => (diagnostics.some(isError) ? 1 : 0);
