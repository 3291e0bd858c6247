import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { refusal } from '../bin/node-floor.js';
import manifest from '../package.json' with { type: 'json' };
import { unpackedPackage } from '../scripts/bench/packed.ts';
import { publishedManifest } from '../scripts/build/published-manifest.ts';

describe('the Node that runs the package', () => {
  test.each(['v20.20.2', 'v18.0.0', 'v22.18.0', 'v21.9.9'])('%s is refused in one line that names both', (version) => {
    expect(refusal(version)).toBe(`quilla needs Node >= 22.19; this is ${version}`);
  });
  test.each(['v22.19.0', 'v22.20.1', 'v23.0.0', 'v26.10.0'])('%s will do', (version) => {
    expect(refusal(version)).toBeUndefined();
  });
});

describe('the published manifest', () => {
  const published = JSON.parse(publishedManifest(JSON.stringify(manifest))) as Record<string, unknown>;
  test('asks a consumer to install nothing else and runs no script', () => {
    for (const field of ['dependencies', 'devDependencies', 'optionalDependencies', 'scripts'])
      expect(published).not.toHaveProperty(field);
  });
  test('keeps what npm and Node need to run it', () => {
    const { name, version, bin, exports, engines, files } = manifest;
    expect(published).toMatchObject({ name, version, bin, exports, engines, files });
  });
});

describe('the bundled CLI, in a folder without node_modules', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await unpackedPackage();
  }, 20_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const quilla = (...args: readonly string[]) =>
    spawnSync(process.execPath, [join(folder, 'bin/quilla.js'), ...args], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, QUILLA_HOME: join(folder, '.quilla') },
    });

  test('says its version', () => {
    const { status, stdout } = quilla('--version');
    expect([status, stdout]).toEqual([0, `${manifest.version}\n`]);
  });
  test('plans an example on the embedded AWS', () => {
    const { status, stdout, stderr } = quilla('plan', '-f', 'examples/eks.yaml', '--aws', 'embedded');
    expect(stderr).not.toContain('bug');
    expect([status, stdout.includes('0 to change, 0 to replace, 0 to delete')]).toEqual([0, true]);
  }, 20_000);
  test('writes a spec with its defaults as YAML', () => {
    const { status, stdout } = quilla('plan', '-f', 'examples/eks.yaml', '--aws', 'embedded', '--show-defaults');
    expect([status, stdout.includes('apiVersion: quilla.dev/v1alpha1')]).toEqual([0, true]);
  });
  test('has the library beside it', () => {
    const program =
      "const q = await import('./dist/index.js'); console.log(typeof q.loadCluster, typeof q.planCluster)";
    const { stdout } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(stdout).toBe('function function\n');
  });
  test('carries the licences of what it bundles', () => {
    const text = readFileSync(join(folder, 'dist/THIRD-PARTY.txt'), 'utf8');
    for (const name of ['zod', 'yaml', '@aws-sdk/client-ec2', 'commander']) expect(text).toContain(`==== ${name} `);
  });
});
