import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { desk } from './testing/io-double.ts';

const examples = join(import.meta.dirname, '..', '..', 'examples');
/** Of its own: ports of clusters follow from their names. */
const name = `export-${process.pid}`;
const { cwd, quilla, clear } = desk({ QUILLA_AWS: 'embedded' });
const at = (...path: string[]): string => join(cwd, ...path);

beforeAll(() => {
  const spec = readFileSync(join(examples, 'eks.yaml'), 'utf8').replace('name: demo', `name: ${name}`);
  writeFileSync(at('demo.yaml'), spec);
  writeFileSync(at('wrong.yaml'), spec.replace('kubernetesVersion', 'kubernetesVersoin'));
  writeFileSync(at('other.yaml'), spec.replace(name, `${name}-b`));
  mkdirSync(at('full'));
  writeFileSync(at('full', 'main.tf'), '# somebody’s\n');
});
afterAll(clear);

const json = async (...argv: readonly string[]) => {
  const { exit, out } = await quilla(...argv, '-o', 'json');
  return { exit, document: JSON.parse(out) };
};

describe('export terraform', () => {
  it('writes a configuration and says what to run', async () => {
    const { exit, out, err } = await quilla('export', 'terraform', '-f', 'demo.yaml', '--out', 'tf');
    expect(exit, err).toBe(0);
    expect(out.split('\n\n')[1]).toBe(
      [
        'Next:',
        '  (cd tf && terraform init && terraform plan && terraform apply)',
        '  # optional: hand it to Quilla',
        '  quilla adopt -f demo.yaml',
        '  quilla kubeconfig -f demo.yaml',
      ].join('\n'),
    );
    expect(out).toMatch(/^Terraform for \S+ in tf: \d+ files written\.$/m);
    expect(readdirSync(at('tf'))).toEqual(
      expect.arrayContaining(['main.tf.json', 'outputs.tf.json', 'versions.tf.json', 'quilla-export.json']),
    );
    const main = JSON.parse(readFileSync(at('tf', 'main.tf.json'), 'utf8'));
    expect(Object.keys(main)).toEqual(['resource']);
    expect(main.resource.aws_eks_cluster.cluster.name).toBe(name);
  });

  it('says what it cannot hold and where the spec asks for it', async () => {
    const { document } = await json('export', 'terraform', '-f', 'demo.yaml', '--out', 'tf');
    expect(document).toMatchObject({
      kind: 'Export',
      target: 'terraform',
      cluster: name,
      written: true,
      differences: [],
      commands: [
        'terraform init && terraform plan && terraform apply',
        'quilla adopt -f ../demo.yaml',
        'quilla kubeconfig -f ../demo.yaml',
      ],
    });
    const said = document.diagnostics.find(({ code }: { code: string }) => code === 'export.differs');
    expect(said.detail).toContain('deletion protection');
    expect(said.at).toMatchObject({ file: 'demo.yaml', line: expect.any(Number) });
  });

  it('--check ends with 0 where nothing differs, and with 3 and names where something does', async () => {
    const check = ['export', 'terraform', '-f', 'demo.yaml', '--out', 'tf', '--check'] as const;
    expect((await quilla(...check)).exit).toBe(0);
    const edited = readFileSync(at('tf', 'main.tf.json'), 'utf8').replace('aws_vpc', 'aws_vcp');
    writeFileSync(at('tf', 'main.tf.json'), edited);
    const { exit, document } = await json(...check);
    expect(exit).toBe(3);
    expect(document).toMatchObject({ written: false, differences: [{ path: 'main.tf.json', state: 'changed' }] });
    expect(readFileSync(at('tf', 'main.tf.json'), 'utf8')).toBe(edited);
  });

  it('names the spec from the folder, for a shell', async () => {
    mkdirSync(at('my specs'));
    writeFileSync(at('my specs', 'a.yaml'), readFileSync(at('demo.yaml'), 'utf8'));
    const { out } = await quilla('export', 'terraform', '-f', 'my specs/a.yaml', '--out', 'to/it');
    const { output } = JSON.parse(readFileSync(at('to', 'it', 'outputs.tf.json'), 'utf8'));
    expect(output.adopt_command.value).toBe("quilla adopt -f '../../my specs/a.yaml'");
    expect(out).toContain("\n  quilla adopt -f 'my specs/a.yaml'\n");
  });

  it('says what of an earlier export changed, came and went', async () => {
    const manifest = JSON.parse(readFileSync(at('to', 'it', 'quilla-export.json'), 'utf8'));
    writeFileSync(at('to', 'it', 'gone'), '');
    writeFileSync(at('to', 'it', 'main.tf.json'), '');
    rmSync(at('to', 'it', 'versions.tf.json'));
    writeFileSync(
      at('to', 'it', 'quilla-export.json'),
      JSON.stringify({ ...manifest, files: [...manifest.files, 'gone'] }),
    );
    const { out } = await quilla('export', 'terraform', '-f', 'my specs/a.yaml', '--out', 'to/it');
    expect(out).toMatch(/to\/it: \d+ files, 1 changed, 1 new, 1 taken away\./);
    expect(existsSync(at('to', 'it', 'gone'))).toBe(false);
  });

  it('of a control plane of one’s own: the store is filled first', async () => {
    const spec = readFileSync(join(examples, 'development.yaml'), 'utf8').replace('name: dev', `name: ${name}-s`);
    writeFileSync(at('seats.yaml'), spec);
    const { document } = await json('export', 'terraform', '-f', 'seats.yaml', '--out', 'seats');
    expect(document.commands.slice(1)).toEqual([
      'quilla store fill -f ../seats.yaml --yes',
      'quilla adopt -f ../seats.yaml',
      'quilla kubeconfig -f ../seats.yaml',
    ]);
  });

  it('--check of a folder that does not exist ends with 3 and makes none', async () => {
    const { exit, out } = await quilla('export', 'terraform', '-f', 'demo.yaml', '--out', 'none', '--check');
    expect(exit).toBe(3);
    expect(out).toContain('missing  main.tf.json');
    expect(existsSync(at('none'))).toBe(false);
  });
});

describe('export cloudformation', () => {
  it('writes a template and says how it is deployed', async () => {
    const { exit, out, err } = await quilla('export', 'cloudformation', '-f', 'demo.yaml', '--out', 'cfn');
    expect(exit, err).toBe(0);
    expect(out).toContain('aws cloudformation deploy');
    const template = JSON.parse(readFileSync(at('cfn', 'template.json'), 'utf8'));
    expect(template).toMatchObject({ AWSTemplateFormatVersion: '2010-09-09', Resources: expect.anything() });
  });
});

describe('what cannot be exported is said, and nothing is written', () => {
  it.each([
    ['export terraform -f wrong.yaml --out new', 'spec.unknown-field', 'kubernetesVersion'],
    ['export terraform -f demo.yaml --out full', 'cli.export-folder', 'not empty'],
    ['export terraform -f demo.yaml --out demo.yaml', 'cli.export-folder', 'no folder'],
    ['export terraform -f other.yaml --out tf', 'cli.export-folder', `terraform for cluster ${name}`],
    ['export cloudformation -f demo.yaml --out tf', 'cli.export-folder', 'holds terraform'],
    ['export terraform -f demo.yaml --out new --import', 'export.not-there', name],
    ['export terraform -f demo.yaml --out tf --import', 'cli.export-folder', 'without --import'],
    ['export terraform -f demo.yaml --out tf --import --check', 'cli.export-folder', 'without --import'],
    ['export terraform -f demo.yaml --out=', 'cli.export-folder', '--out is empty'],
    ['export terraform -f demo.yaml --out demo.yaml/sub', 'cli.export-folder', 'no folder'],
    ['export terraform -f demo.yaml --out full --check', 'cli.export-folder', 'not empty'],
    ['export terraform -f demo.yaml --out demo.yaml --check', 'cli.export-folder', 'no folder'],
    ['export terraform -f other.yaml --out tf --check', 'cli.export-folder', `terraform for cluster ${name}`],
    ['export cloudformation -f demo.yaml --out tf --check', 'cli.export-folder', 'holds terraform'],
    ['export terraform -f nope.yaml --out new', 'app.no-file', 'nope.yaml'],
  ])('quilla %s', async (line, code, words) => {
    const before = readdirSync(cwd, { recursive: true }).filter((path) => !String(path).startsWith('.quilla'));
    const { exit, out, err } = await quilla(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
    expect(err).toContain(`[${code}]`);
    expect(err).toContain(words);
    const after = readdirSync(cwd, { recursive: true }).filter((path) => !String(path).startsWith('.quilla'));
    expect(after).toEqual(before);
  });

  it.each([
    ['export -f demo.yaml --out new', 'missing required argument'],
    ['export teraform -f demo.yaml --out new', 'Allowed choices are terraform, cloudformation'],
    ['export terraform -f demo.yaml', "required option '--out <dir>' not specified"],
    ['export cloudformation -f demo.yaml --out new --import', '--import is for terraform only'],
  ])('quilla %s ends with 2', async (line, words) => {
    const { exit, out, err } = await quilla(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
    expect(err).toContain(words);
    expect(existsSync(at('new'))).toBe(false);
  });
});

describe('export terraform --import', () => {
  it('is another form of export: its folder says so, and ends in letting go', async () => {
    const applied = await quilla('apply', '-f', 'demo.yaml', '--yes');
    expect(applied.exit, applied.err).toBe(0);
    const words = ['export', 'terraform', '-f', 'demo.yaml', '--out', 'taken', '--import'] as const;
    const { exit, out, err } = await quilla(...words);
    expect(exit, err).toBe(0);
    expect(out).toContain(
      '(cd taken && terraform init && terraform plan && terraform apply)\n  quilla disown -f demo.yaml',
    );
    expect(out).not.toContain('quilla adopt');
    expect(JSON.parse(readFileSync(at('taken', 'quilla-export.json'), 'utf8'))).toMatchObject({ import: true });
    const { document, exit: same } = await json(...words, '--check');
    expect(same).toBe(0);
    expect(document.commands.slice(1)).toEqual(['quilla disown -f ../demo.yaml']);
    for (const more of [[], ['--check']]) {
      const plain = await quilla(...words.filter((word) => word !== '--import'), ...more);
      expect(plain).toMatchObject({ exit: 1, out: '', err: expect.stringContaining('[cli.export-folder]') });
      expect(plain.err.replaceAll(/\s+/g, ' ')).toContain('taken holds an export with --import');
    }
  });
});
