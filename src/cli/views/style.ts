import pc from 'picocolors';

/** How text is drawn on one output: with colour or not, and how wide. */
export interface Style {
  readonly width: number;
  readonly colour: boolean;
  /** Whether the width is that of a screen or was told: only then is anything cut to it. */
  readonly isWidthKnown: boolean;
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

/** Style for a stream: no colour where it is no terminal, NO_COLOR is set, or it was told so. Width 100 where there is no terminal and COLUMNS is not set. */
export function styleFor(
  stream: { readonly isTTY?: boolean; readonly columns?: number },
  env: Readonly<Record<string, string | undefined>>,
): Style {
  const forced = env.FORCE_COLOR !== undefined && env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== '';
  const colour = forced || (stream.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb');
  const { bold, dim, red, green, yellow, cyan } = pc.createColors(colour);
  const told = /^[1-9]\d{0,3}$/.test(env.COLUMNS ?? '') ? Number(env.COLUMNS) : undefined;
  const known = stream.isTTY === true ? (stream.columns ?? told ?? 80) : told;
  const width = known === undefined ? 100 : Math.max(40, known);
  return { width, isWidthKnown: known !== undefined, colour, bold, dim, red, green, yellow, cyan };
}

/** `1 node`, `3 nodes`. */
export const plural = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
