import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { referencePages } from '../scripts/reference/pages.ts';
import { faultPlanSchema } from '../src/emulator/faults.ts';
import { loadCluster } from '../src/spec/load.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string => readFileSync(join(root, path), 'utf8');

const pagesIn = (folder: string): string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name));
const documents = [...readdirSync(root).filter((name) => name.endsWith('.md')), ...pagesIn('docs')].sort();

const codeBlocks = (text: string, language: string): string[] =>
  [...text.matchAll(new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'))].map(([, body]) => body!);

const specsIn = (path: string): string[] =>
  codeBlocks(read(path), 'yaml').filter((text) => text.includes('kind: Cluster'));

/** Headings as GitHub names them. */
const anchorsOf = (text: string): Set<string> =>
  new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
      heading!
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );

/** Links of a page that lead into the project, without those in code. */
function linksOf(path: string): { readonly file: string; readonly anchor: string | undefined }[] {
  const prose = read(path).replace(/```[\s\S]*?```/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file, anchor] = target.split('#');
      return { file: file === '' ? path : relative(root, join(root, dirname(path), file!)), anchor };
    });
}

describe('the documents', () => {
  test('references and excerpts are what the code says now (npm run docs writes them)', async () => {
    const stale = (await referencePages()).filter(({ path, text }) => read(path) !== text).map(({ path }) => path);
    expect(stale).toEqual([]);
  });

  test.each(documents)('%s links to what is there', (path) => {
    const broken = linksOf(path).filter(({ file, anchor }) => {
      if (!existsSync(join(root, file))) return true;
      return anchor !== undefined && !anchorsOf(read(file)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  test.each(documents.filter((path) => specsIn(path).length > 0))('%s shows specs that load', (path) => {
    const errors = specsIn(path).flatMap((text) => {
      const loaded = loadCluster(text, { file: path, today: new Date('2026-11-01') });
      return loaded.ok ? [] : loaded.diagnostics;
    });
    expect(errors).toEqual([]);
  });

  test('the examples of faults are fault plans', () => {
    const plans = codeBlocks(read('docs/faults.md'), 'json').map((text): unknown => JSON.parse(text));
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) expect(faultPlanSchema.safeParse(plan).error).toBeUndefined();
  });

  test('the examples of JSON documents are JSON of this version', () => {
    const examples = codeBlocks(read('docs/json.md'), 'json').map((text): unknown => JSON.parse(text));
    expect(examples.length).toBeGreaterThan(3);
    for (const example of examples) {
      expect(example).toMatchObject({ apiVersion: 'quilla.dev/v1alpha1', kind: expect.any(String) });
    }
  });

  test('the spec that the README shows is examples/eks.yaml', () => {
    const [, ...spec] = /^(?:#.*\n)+([\s\S]*)$/.exec(read('examples/eks.yaml'))!;
    for (const path of ['README.md', 'README.es.md']) expect(codeBlocks(read(path), 'yaml')).toContain(spec[0]);
  });

  test('each dependency has its reason in a decision', () => {
    const { dependencies, devDependencies, optionalDependencies } = JSON.parse(read('package.json')) as Readonly<
      Record<string, Record<string, string>>
    >;
    const reasons = read('docs/decisions/0001-dependencies.md');
    const names = Object.keys({ ...dependencies, ...devDependencies, ...optionalDependencies });
    const covered = (name: string): boolean =>
      reasons.includes(`\`${name}\``) ||
      (name.startsWith('@aws-sdk/client-') && reasons.includes('`@aws-sdk/client-*`'));
    expect(names.filter((name) => !covered(name))).toEqual([]);
  });
});
