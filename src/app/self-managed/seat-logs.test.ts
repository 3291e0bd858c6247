import { describe, expect, it } from 'vitest';
import { minutes } from '../../base/duration.ts';
import { logCommand, logSources } from './seat-logs.ts';

describe('the command that reads a log on a seat', () => {
  it('reads the journal of a unit, and the newest container of a static pod', () => {
    expect(logCommand('kubelet', undefined)).toContain('--unit=kubelet --lines=500');
    expect(logCommand('boot', minutes(30))).toContain('--unit=quilla-boot --since=-1800s');
    expect(logCommand('apiserver', minutes(2))).toMatch(/--name '\^kube-apiserver\$'.*crictl logs --since=120s/);
  });

  it('holds whole numbers only, whatever duration was asked for', () => {
    for (const source of logSources) expect(logCommand(source, { ms: 1 })).toMatch(/since=-?1s/);
  });

  it('says less than Systems Manager cuts off', () => {
    for (const source of logSources) {
      const [, bytes] = /tail -c (\d+)$/.exec(logCommand(source, undefined)) ?? [];
      expect(Number(bytes)).toBeLessThan(24_000);
    }
  });
});
