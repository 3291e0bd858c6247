import pc from 'picocolors';
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';

/** How text is drawn on one output: with colour or not, and how wide. */
export interface Style {
  readonly width: number;
  readonly colour: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Style for a stream: no colour where it is no terminal, NO_COLOR is set, or it was told so. Width 100 where there is no terminal. */
export function styleFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== '';
  const colour = forced || (stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
  const { bold, dim, red, green, yellow, cyan } = pc.createColors(colour);
  const width = stream.isTTY === true ? Math.max(40, stream.columns ?? 80) : 100;
  return { width, colour, bold, dim, red, green, yellow, cyan };
}

/** Wraps a paragraph at the width; further lines begin with `indent` spaces. */
export function paragraph(text: string, style: Style, indent = 0): string {
  const pad = ' '.repeat(indent);
  const lines = wrapAnsi(text, Math.max(20, style.width - indent), { hard: false, trim: true }).split('\n');
  return lines.join(`\n${pad}`);
}

const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - stringWidth(text)));

/** Room that a wrapped last column needs beside the others. */
const leastRoom = 30;

/** Columns of text, each as wide as its widest cell. A last cell that does not fit wraps under itself, or stands below its row where there is no room. */
export function columns(rows: readonly (readonly string[])[], style: Style, indent = 2): string[] {
  const count = Math.max(0, ...rows.map((row) => row.length));
  const used = Array.from({ length: count }, (_, i) => i).filter(
    (i) => i === count - 1 || rows.some((row) => (row[i] ?? '') !== ''),
  );
  const widths = used.map((i) => Math.max(0, ...rows.map((row) => stringWidth(row[i] ?? ''))));
  const lastStart = indent + widths.slice(0, -1).reduce((sum, width) => sum + width + 2, 0);
  const room = style.width - lastStart;
  return rows.map((row) => {
    const cells = used.slice(0, -1).map((i, n) => padEnd(row[i] ?? '', widths[n]!));
    const head = `${' '.repeat(indent)}${cells.join('  ')}`;
    const last = row.at(-1) ?? '';
    if (last === '') return head.trimEnd();
    if (cells.length === 0) return `${head}${paragraph(last, style, lastStart)}`;
    if (stringWidth(last) > room && room < leastRoom)
      return `${head.trimEnd()}\n${' '.repeat(indent + 4)}${paragraph(last, style, indent + 4)}`;
    return `${head}  ${paragraph(last, style, lastStart)}`;
  });
}

/** `1 node`, `3 nodes`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
