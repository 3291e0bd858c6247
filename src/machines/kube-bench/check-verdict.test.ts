import { describe, expect, it } from 'vitest';
import { checkVerdict, type Ended, type Verdict } from './check-verdict.ts';
import { type Check, parseControls } from './controls.ts';

function check(body: string): Check {
  const lines = body
    .trim()
    .split('\n')
    .map((line) => `        ${line}`);
  return parseControls(
    `controls:\ntype: node\ngroups:\n  - id: 1\n    checks:\n      - id: 1.10\n${lines.join('\n')}\n`,
  )[0]!;
}

const flag = (rest: string, more = 'scored: true'): Check =>
  check(
    `audit: ps\naudit_config: cat\n${more}\ntests:\n  test_items:\n    - flag: "--port"\n      path: "{.port}"\n${rest}`,
  );

const ok = (output: string): Ended => ({ code: 0, output });
const isZero = '      compare:\n        op: eq\n        value: 0';

const table: readonly [what: string, Check, audit: string, config: string, Verdict][] = [
  ['a flag with =', flag(isZero), 'kubelet --port=0 --x', '', 'pass'],
  ['a flag with a space', flag(isZero), 'kubelet --port 0 --x', '', 'pass'],
  ['a flag with another value', flag(isZero), 'kubelet --port=1', '', 'fail'],
  ['a flag that wins over the file', flag(isZero), 'kubelet --port=1', 'port: 0', 'fail'],
  ['a path of the file', flag(isZero), 'kubelet', 'port: 0', 'pass'],
  ['a path of the file in JSON', flag(isZero), 'kubelet', '{"port": 1}', 'fail'],
  ['neither', flag(isZero), 'kubelet', 'other: 0', 'fail'],
  ['no file', flag(isZero), 'kubelet', '', 'fail'],
  ['what is no YAML', flag(isZero), 'kubelet', '{a: [}', 'fail'],
  ['set', flag('      set: true'), 'kubelet --port', '', 'pass'],
  ['not set', flag('      set: false'), 'kubelet', 'other: 1', 'pass'],
  ['set against the rule', flag('      set: false'), 'kubelet', 'port: 1', 'fail'],
  ['what is not scored', flag(isZero, 'scored: false'), 'kubelet --port=1', '', 'warn'],
  ['skipped', flag(isZero, 'type: skip\nscored: true'), 'kubelet --port=1', '', 'info'],
  ['manual', flag(isZero, 'type: manual\nscored: true'), 'kubelet --port=0', '', 'warn'],
  ['no tests', check('audit: ps\nscored: true'), 'x', '', 'warn'],
];

describe('the verdict of a check', () => {
  it.each(table)('%s', (_, subject, audit, config, verdict) => {
    expect(checkVerdict(subject, { audit: ok(audit), config: ok(config), env: undefined }).verdict).toBe(verdict);
  });

  it('reads an environment where neither flag nor file say it', () => {
    const subject = check('audit: ps\nscored: true\ntests:\n  test_items:\n    - flag: "--tls"\n      env: ETCD_TLS\n');
    const verdict = (env: string): Verdict =>
      checkVerdict(subject, { audit: ok('etcd'), config: undefined, env: ok(env) }).verdict;
    expect([verdict('A=1\nETCD_TLS=true\nB=2\n'), verdict('A=1\n'), verdict('ETCD_TLS=\n')]).toEqual([
      'pass',
      'fail',
      'fail',
    ]);
  });

  it.each([
    ['and', 'fail'],
    ['or', 'pass'],
  ])('combines by %s', (operator, verdict) => {
    const items = '    - flag: "--a"\n    - flag: "--b"\n';
    const subject = check(`audit: ps\nscored: true\ntests:\n  bin_op: ${operator}\n  test_items:\n${items}`);
    expect(checkVerdict(subject, { audit: ok('x --a'), config: undefined, env: undefined }).verdict).toBe(verdict);
  });

  it.each([
    ['use_multiple_values: true', 'permissions=600\npermissions=644\n', 'fail'],
    ['use_multiple_values: true', 'permissions=600\npermissions=400\n', 'pass'],
    ['use_multiple_values: false', 'permissions=600\npermissions=644\n', 'pass'],
  ])('with %s on %j is %s', (more, output, verdict) => {
    const mode = '    - flag: permissions\n      compare:\n        op: bitmask\n        value: "600"\n';
    const subject = check(`audit: stat\n${more}\nscored: true\ntests:\n  test_items:\n${mode}`);
    expect(checkVerdict(subject, { audit: ok(output), config: undefined, env: undefined }).verdict).toBe(verdict);
  });

  it('fails with a command that failed, and says so', () => {
    const broken = { code: 2, output: 'ps: not allowed' };
    const judged = checkVerdict(flag(isZero), { audit: broken, config: undefined, env: undefined });
    expect(judged).toMatchObject({ verdict: 'fail', actual: 'ps: not allowed', reason: expect.stringContaining('2') });
  });

  it('lets a missing file be where the command line was read', () => {
    const missing = { code: 1, output: 'cat: No such file or directory' };
    const judged = checkVerdict(flag(isZero), { audit: ok('kubelet --port=0'), config: missing, env: undefined });
    expect(judged).toMatchObject({ verdict: 'pass', actual: '--port=0', expected: "'--port' is equal to '0'" });
  });

  it.each([
    ['      compare:\n        op: almost\n        value: 1', /"almost" is not known/],
    ['      set: perhaps', /"perhaps" is not known/],
  ])('is not guessed for what is unknown', (rest, message) => expect(() => flag(rest)).toThrow(message));
});
