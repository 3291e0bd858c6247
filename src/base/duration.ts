/** A length of time. Bare numbers are never durations in this code: make one with `seconds(5)`. */
export interface Duration {
  readonly ms: number;
}

export const milliseconds = (n: number): Duration => ({ ms: n });
export const seconds = (n: number): Duration => ({ ms: n * 1000 });
export const minutes = (n: number): Duration => ({ ms: n * 60_000 });
export const hours = (n: number): Duration => ({ ms: n * 3_600_000 });

/** `950ms`, `8s`, `3m 20s`, `1h 5m`: the two largest units, rounded down. */
export function formatDuration({ ms }: Duration): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const total = Math.floor(ms / 1000);
  const [h, m, s] = [Math.floor(total / 3600), Math.floor((total % 3600) / 60), total % 60];
  if (h > 0) return m > 0 ? `${h}h ${m}m` : `${h}h`;
  if (m > 0) return s > 0 ? `${m}m ${s}s` : `${m}m`;
  return `${s}s`;
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** Reads `90s`, `20m`, `1h30m`; undefined where it is none of these. */
export function parseDuration(text: string): Duration | undefined {
  if (!/^(\d+(ms|s|m|h))+$/.test(text)) return undefined;
  const parts = text.matchAll(/(\d+)(ms|s|m|h)/g);
  return { ms: [...parts].reduce((sum, [, n, unit]) => sum + Number(n) * units[unit!]!, 0) };
}
