import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');
const depcruise = join(root, 'node_modules/.bin/depcruise');
const planted: string[] = [];

/** Puts a file into the tree, cruises its folder, and gives what was said. */
function plant(file: string, text: string): { status: number | null; output: string } {
  const path = join(root, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  planted.push(path);
  const { status, stdout } = spawnSync(process.execPath, [depcruise, '--config', '.dependency-cruiser.cjs', file], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, output: stdout };
}

afterEach(() => {
  for (const path of planted.splice(0)) rmSync(path, { force: true });
});

describe('the table of rooms', () => {
  it('refuses an import upward', () => {
    const { status, output } = plant(
      'src/base/planted-a.tmp.ts',
      "import { kinds } from '../model/kinds/index.ts';\nexport const names = Object.keys(kinds);\n",
    );
    expect(status).not.toBe(0);
    expect(output).toContain('room-base');
  });

  it('refuses an import of types alone', () => {
    const { status, output } = plant(
      'src/plan/planted-b.tmp.ts',
      "import type { Writers } from '../ports/aws.ts';\nexport type W = Writers;\n",
    );
    expect(status).not.toBe(0);
    expect(output).toContain('room-plan');
  });

  it('refuses node and the SDK where there is no edge', () => {
    const { output } = plant(
      'src/model/planted-c.tmp.ts',
      "import { readFileSync } from 'node:fs';\nimport { EC2Client } from '@aws-sdk/client-ec2';\nexport const both = [readFileSync, EC2Client];\n",
    );
    expect(output).toContain('no-node-outside-the-edges');
    expect(output).toContain('no-sdk-outside-the-edges');
  });

  it('really looks at the modules of the tree', () => {
    const output = execFileSync(
      process.execPath,
      [depcruise, '--config', '.dependency-cruiser.cjs', 'src/plan', '--output-type', 'json'],
      { cwd: root, encoding: 'utf8', maxBuffer: 1 << 28 },
    );
    const { modules } = JSON.parse(output) as { modules: { source: string }[] };
    expect(modules.map(({ source }) => source)).toContain('src/plan/make-plan.ts');
  });
});
