/** One line of the table: what was measured, what it must be at most (or between), and whether it is. */
export interface Row {
  readonly measure: string;
  readonly value: number;
  readonly unit: '' | 'calls' | 'times' | 'MB' | 's';
  /** Smallest and largest value that will do; neither where it is only told. */
  readonly must: { readonly min?: number; readonly max?: number };
  /** How it came about: figures that the value was made from. */
  readonly detail: string;
}

export const isOk = ({ value, must }: Row): boolean =>
  value <= (must.max ?? Number.POSITIVE_INFINITY) && value >= (must.min ?? 0);

const mustText = ({ must: { min, max } }: Row): string =>
  min === undefined && max === undefined
    ? 'no promise'
    : min === undefined
      ? `<= ${max}`
      : max === undefined
        ? `>= ${min}`
        : min === max
          ? `${max}`
          : `${min} to ${max}`;

const rounded = (value: number): string => String(Math.round(value * 1000) / 1000);

/** The rows as aligned text. */
export function tableText(rows: readonly Row[]): string {
  const cells = [
    ['measure', 'value', 'must', 'ok', 'detail'],
    ...rows.map((row) => [
      row.measure,
      `${rounded(row.value)} ${row.unit}`.trim(),
      mustText(row),
      isOk(row) ? 'yes' : 'NO',
      row.detail,
    ]),
  ];
  const widths = cells[0]!.map((_, i) => Math.max(...cells.map((line) => line[i]!.length)));
  return cells
    .map((line) =>
      line
        .map((text, i) => text.padEnd(widths[i]!))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};
