import { describe, expect, it } from 'vitest';
import { failingStep, isOvercome, tellingLines } from './console-lines.ts';

const boot = (...lines: readonly string[]): string =>
  lines.map((line, i) => `[ ${i}.25] boot[204]: ${line}`).join('\n');
const refused = 'quilla: volume vol-1 could not be attached: <Code>UnauthorizedOperation</Code>';

describe('the telling lines of a console', () => {
  it('are the reasons that the script gives, without who wrote them, and without what systemd makes of them', () => {
    const console = `${boot(
      'quilla: STEP files',
      'curl: (28) Failed to connect to mirror port 443',
      'quilla: kubelet could not be fetched',
      'quilla: step files failed; it is tried again',
    )}\n[\u001b[0;1;31mFAILED\u001b[0m] Failed to start \u001b[0;1;39mquilla-boo…e\u001b[0m - Makes this machine a node.`;
    expect(tellingLines(console)).toEqual([
      'curl: (28) Failed to connect to mirror port 443',
      'quilla: kubelet could not be fetched',
    ]);
  });
});

describe('the failing step of a console', () => {
  it.each<[string, string | undefined, readonly string[]]>([
    ['is none where nothing failed', undefined, ['quilla: STEP host', 'quilla: STEP volume']],
    ['is the one that failed', 'host', ['quilla: STEP host', 'quilla: step host failed; it is tried again']],
    [
      'stays where the script begins anew',
      'host',
      [
        'quilla: STEP configure',
        'quilla: STEP host',
        'quilla: step host failed; it is tried again',
        'quilla: STEP configure',
      ],
    ],
    [
      'is overcome when a new one begins',
      undefined,
      ['quilla: STEP host', 'quilla: step host failed; it is tried again', 'quilla: STEP host', 'quilla: STEP volume'],
    ],
    ["is the one to which EC2 refuses what is the seat's own", 'volume', ['quilla: STEP volume', refused]],
    [
      'is none where what was refused is waited for',
      undefined,
      ['quilla: STEP volume', refused, 'quilla: waiting: volume vol-1 is in-use, held by i-1'],
    ],
    ['is none when what was refused is there', undefined, ['quilla: STEP volume', refused, 'quilla: STEP interface']],
  ])('%s', (_, step, lines) => {
    expect(failingStep(boot(...lines))).toBe(step);
  });
});

describe('a step that failed', () => {
  const failed = ['quilla: STEP host', 'quilla: STEP files', 'quilla: step files failed; it is tried again'];
  it.each<[string, boolean, readonly string[]]>([
    ['is not overcome while it is tried again', false, [...failed, 'quilla: STEP host', 'quilla: STEP files']],
    [
      'is overcome when the next begins',
      true,
      [...failed, 'quilla: STEP host', 'quilla: STEP files', 'quilla: STEP kubelet'],
    ],
    ['is not overcome where the console does not show it', false, ['quilla: STEP host']],
  ])('%s', (_, is, lines) => {
    expect(isOvercome(boot(...lines), 'files')).toBe(is);
  });
});
