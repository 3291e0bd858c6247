import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { commands } from './commands/index.ts';
import { completionScript } from './completion-script.ts';

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;

describe('completion', () => {
  it.each(['bash', 'zsh', 'fish'] as const)('%s accepts its script', (shell) => {
    if (!has(shell)) return void process.stderr.write(`skipped: ${shell} is not installed\n`);
    const { status, stderr } = spawnSync(shell, ['-n'], { input: completionScript(shell, commands), encoding: 'utf8' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });

  it.skipIf(!has('bash')).each([
    [['pl'], ['plan']],
    [
      ['plan', '--o'],
      ['--out', '--output'],
    ],
    [
      ['get', ''],
      ['clusters', 'nodes', 'resources'],
    ],
    [
      ['plan', '--output', ''],
      ['human', 'json'],
    ],
    [['completion', 'z'], ['zsh']],
  ])('bash completes quilla %j', (words, expected) => {
    const script = `${completionScript('bash', commands)}
COMP_WORDS=(quilla ${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length}
_quilla; printf '%s\\n' "\${COMPREPLY[@]}"`;
    const offered = execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
    expect(offered).toEqual(expect.arrayContaining(expected));
    expect(offered.every((word) => word.startsWith(words.at(-1)!) || words.at(-1) === '')).toBe(true);
  });
});
