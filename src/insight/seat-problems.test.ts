import { describe, expect, it } from 'vitest';
import { minutes } from '../base/duration.ts';
import { bootReport } from './boot-report.ts';
import { quorumProblem } from './quorum-problem.ts';
import { quorumOf, type SeatSeen, seatProblems, serves } from './seat-problems.ts';

/** A seat that serves, but for what is said. */
const seat = (name: string, but: Partial<SeatSeen> = {}): SeatSeen => ({
  name,
  zone: `us-east-1${name}`,
  instance: { instanceId: `i-${name}`, state: 'running', age: minutes(30) },
  launchFailure: undefined,
  boot: { outcome: 'ready', at: '2026-11-01T00:05:00Z' },
  volume: { id: `vol-${name}`, holder: `i-${name}` },
  networkInterface: { id: `eni-${name}`, holder: `i-${name}` },
  health: [{ state: 'healthy' }],
  ...but,
});
const codesOf = (one: SeatSeen): string[] => seatProblems(one).map(({ code }) => code);
const running = (age: { ms: number }, console?: string) => ({ instanceId: 'i-a', state: 'running', age, console });

describe('what keeps a seat from serving', () => {
  it('is nothing where it booted, holds its places and is healthy', () => {
    expect(serves(seat('a'))).toBe(true);
    expect(codesOf(seat('a'))).toEqual([]);
  });

  it('is the reason for which its group launches nothing', () => {
    const [problem] = seatProblems(seat('a', { instance: undefined, launchFailure: 'no t2.medium capacity' }));
    expect(problem).toMatchObject({
      code: 'seat.no-instance',
      detail: expect.stringContaining('no t2.medium capacity'),
    });
  });

  it('is a boot that has not ended: a note while it is young, an error when it takes too long', () => {
    expect(codesOf(seat('a', { boot: undefined, instance: running(minutes(4)) }))).toEqual(['seat.booting']);
    expect(codesOf(seat('a', { boot: undefined, instance: running(minutes(40)) }))).toEqual(['seat.boot-stuck']);
  });

  it('is the step that failed, with the last telling lines of its console', () => {
    const boot = { outcome: 'failed', at: '2026-11-01T00:05:00Z', step: 'fetch-keys' } as const;
    const [problem] = seatProblems(
      seat('a', { boot, instance: running(minutes(4), 'hello\ncurl: (22) 403 Forbidden\nbye') }),
    );
    expect(problem?.code).toBe('seat.boot-failed');
    expect(problem?.detail).toMatch(/fetch-keys.*403 Forbidden/);
    expect(problem?.detail).not.toContain('hello');
  });

  it('is a volume or an interface that another instance holds, or nobody', () => {
    const elsewhere = seat('a', {
      volume: { id: 'vol-a', holder: 'i-old' },
      networkInterface: { id: 'eni-a', holder: undefined },
      health: [{ state: 'unhealthy', reason: 'Target.Timeout: Request timed out' }],
    });
    const problems = seatProblems(elsewhere);
    expect(problems.map(({ code }) => code)).toEqual([
      'seat.volume-elsewhere',
      'seat.interface-elsewhere',
      'seat.unhealthy',
    ]);
    expect(problems[0]?.detail).toContain('i-old');
    expect(problems[2]?.detail).toContain('Request timed out');
  });

  it('is a load balancer that does not know it', () => {
    expect(codesOf(seat('a', { health: [] }))).toEqual(['seat.unhealthy']);
  });
});

describe('the quorum', () => {
  it.each([
    [1, 1],
    [3, 2],
    [5, 3],
  ])('of %i seats is %i', (seats, quorum) => {
    expect(quorumOf(seats)).toBe(quorum);
  });

  const gone = (name: string): SeatSeen => seat(name, { instance: undefined });
  it('is no matter where all serve, a warning with two of three, and why nothing answers with one', () => {
    expect(quorumProblem([seat('a'), seat('b'), seat('d')])).toBeUndefined();
    expect(quorumProblem([seat('a'), seat('b'), gone('d')])).toMatchObject({
      code: 'control-plane.seat-missing',
      severity: 'warning',
      detail: expect.stringContaining('seat d'),
    });
    expect(quorumProblem([seat('a'), gone('b'), gone('d')])).toMatchObject({
      code: 'control-plane.no-quorum',
      severity: 'error',
      detail: expect.stringMatching(/1 of 3 .*2 are needed.*b, d/),
    });
  });

  it('is missing too where the last seat is up and cannot serve alone', () => {
    const alone = seat('a', { health: [{ state: 'unhealthy' }] });
    expect(quorumProblem([alone, gone('b'), gone('d')])?.detail).toMatch(/1 of 3 seats is up.*missing: seats b, d/);
  });

  it('is said to be missing where seats are up and do not serve', () => {
    const ill = (name: string): SeatSeen => seat(name, { health: [{ state: 'unhealthy' }] });
    expect(quorumProblem([seat('a'), ill('b'), ill('d')])).toMatchObject({
      code: 'control-plane.no-quorum',
      detail: expect.stringMatching(/enough seats are up.*1 of 3 serve.*b, d/),
    });
  });
});

describe('the tag of a boot', () => {
  it.each([
    ['ready 2026-11-01T00:00:00Z', { outcome: 'ready', at: '2026-11-01T00:00:00Z' }],
    ['failed 2026-11-01T00:00:00Z etcd', { outcome: 'failed', at: '2026-11-01T00:00:00Z', step: 'etcd' }],
    ['failed 2026-11-01T00:00:00Z', { outcome: 'failed', at: '2026-11-01T00:00:00Z', step: 'unknown' }],
    ['ready', undefined],
    ['ready yesterday', undefined],
    ['', undefined],
    [undefined, undefined],
  ])('%s', (tag, told) => {
    expect(bootReport(tag)).toEqual(told);
  });
});
