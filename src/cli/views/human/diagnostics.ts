import type { Diagnostic, Location } from '../../../base/diagnostic.ts';
import { paragraph } from '../layout.ts';
import type { Style } from '../style.ts';

/** `cluster.yaml:12:5`, as editors and terminals make links of it. */
export function place(at: Location | undefined): string {
  if (at?.file === undefined) return '';
  return [at.file, at.line, at.line === undefined ? undefined : at.column]
    .filter((part) => part !== undefined)
    .join(':');
}

/** One diagnostic: what, where, why, what to do. */
export function diagnosticText(diagnostic: Diagnostic, style: Style): string {
  const { severity, summary, detail, fix, at, code } = diagnostic;
  const paint = severity === 'error' ? style.red : severity === 'warning' ? style.yellow : style.cyan;
  const where = [place(at), at?.path].filter(Boolean).join(' ');
  const lines = [`${paint(style.bold(severity))} ${style.bold(summary)} ${style.dim(`[${code}]`)}`];
  if (where !== '') lines.push(`  ${style.dim('at')} ${where}`);
  lines.push(`  ${paragraph(detail, style, 2)}`);
  if (fix !== undefined) lines.push(`  ${style.dim('->')} ${paragraph(fix, style, 5)}`);
  return lines.join('\n');
}

/** All of them, errors last, so that they stand nearest to the prompt. */
export function diagnosticsText(diagnostics: readonly Diagnostic[], style: Style): string {
  const rank = { note: 0, warning: 1, error: 2 } as const;
  return [...diagnostics]
    .sort((a, b) => rank[a.severity] - rank[b.severity])
    .map((diagnostic) => diagnosticText(diagnostic, style))
    .join('\n\n');
}
