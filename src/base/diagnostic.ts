/** What a diagnostic means to the one who reads it: an error stops, a warning and a note do not. */
export type Severity = 'error' | 'warning' | 'note';

/** Where in a file, one-based; `path` is the field's path in the document: `spec.nodeGroups[0].size.max`. */
export interface Location {
  readonly file?: string;
  readonly line?: number;
  readonly column?: number;
  readonly path?: string;
}

/**
 * An expected failure, as data. `summary` is fixed per code; `detail` says what and why in this case; `fix` what to do.
 */
export interface Diagnostic {
  readonly code: string;
  readonly severity: Severity;
  readonly summary: string;
  readonly detail: string;
  readonly fix?: string;
  readonly at?: Location;
}

/** What is fixed about a code: `explanation` is the text of `quilla explain CODE`. */
export interface CodeEntry {
  readonly severity: Severity;
  readonly summary: string;
  readonly explanation: string;
}

export type CodeTable = Readonly<Record<string, CodeEntry>>;

export interface Particulars {
  readonly detail: string;
  readonly fix?: string;
  readonly at?: Location;
}

/** Gives the maker of diagnostics for one room's table of codes: `const report = reporter(codes)`. */
export function reporter<T extends CodeTable>(
  codes: T,
): (code: keyof T & string, particulars: Particulars) => Diagnostic {
  return (code, particulars) => {
    const { severity, summary } = codes[code]!;
    return { code, severity, summary, ...particulars };
  };
}

export const isError = (diagnostic: Diagnostic): boolean => diagnostic.severity === 'error';

/** `ok` with what was asked for and the warnings on the way, or every diagnostic found. */
export type Result<T> =
  | { readonly ok: true; readonly value: T; readonly diagnostics: readonly Diagnostic[] }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

export const ok = <T>(value: T, diagnostics: readonly Diagnostic[] = []): Result<T> => ({
  ok: true,
  value,
  diagnostics,
});
export const failed = (...diagnostics: readonly Diagnostic[]): Result<never> => ({ ok: false, diagnostics });

/** Carries diagnostics up a stack of awaits; whoever runs a verb turns it back into data. Never for bugs. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly diagnostics: readonly Diagnostic[];

  constructor(...diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map((d) => `${d.code}: ${d.detail}`).join('\n'));
    this.diagnostics = diagnostics;
  }
}
