// Apart from style.ts, which every run loads: the tables of wide characters cost as much time as all of Node's own start.
import stringWidth from 'string-width';
import wrapAnsi from 'wrap-ansi';
import type { Style } from './style.ts';

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
