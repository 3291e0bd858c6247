import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import type { ApplyEvent, Plan, Step } from '../../../app/index.ts';
import type { Clock } from '../../../base/clock.ts';
import type { Diagnostic } from '../../../base/diagnostic.ts';
import type { Io } from '../../io.ts';
import { plainStyle } from '../../testing/io-double.ts';
import { diagnosticsText } from './diagnostics.ts';
import { progressView } from './progress.ts';

const diagnostic: Diagnostic = {
  code: 'spec.bad-cidr',
  severity: 'error',
  summary: 'An address range is not well formed',
  detail: 'spec.network.cidr is "10.0.0.1/16": the address has bits after the prefix, which AWS would silently clear',
  fix: 'Write 10.0.0.0/16, or a longer prefix if a smaller range was meant here.',
  at: { file: 'demo.yaml', line: 7, column: 11, path: 'spec.network.cidr' },
};

function progressAt(width: number): string {
  const lines: string[] = [];
  const style = plainStyle(width);
  const io = { isLive: false, errStyle: style, err: (text: string) => void lines.push(text) } as unknown as Io;
  const view = progressView({ steps: [] } as unknown as Plan, { now: () => 0 } as unknown as Clock, io);
  const step = { id: 'a', action: 'create', kind: 'subnet', resource: 'route-table-association/private-us-east-1a' };
  const events = [
    { type: 'done', at: 26_000, step: step as Step, took: { ms: 4000 } },
    { type: 'skipped', at: 73_000, step: step as Step, because: 'the run was stopped' },
    { type: 'failed', at: 74_000, step: step as Step, diagnostics: [diagnostic] },
  ];
  for (const event of events) view.show(event as unknown as ApplyEvent);
  view.end();
  return lines.join('\n');
}

describe.each([60, 80, 120])('at a width of %i', (width) => {
  const widest = (text: string): number => Math.max(...text.split('\n').map((line) => stringWidth(line)));

  it('diagnostics say what, where, why and what to do', () => {
    const text = diagnosticsText([diagnostic], plainStyle(width));
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toMatchSnapshot();
  });

  it('progress lines break between words', () => {
    const text = progressAt(width);
    expect(widest(text)).toBeLessThanOrEqual(width);
    expect(text).toMatchSnapshot();
  });
});
