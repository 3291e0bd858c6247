import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { desk } from './testing/io-double.ts';

const root = join(import.meta.dirname, '..', '..');
/** Of its own: ports of APIs follow from names, and other embedded AWSs may run on this machine. */
const name = `seats-${process.pid}`;

describe('the verbs on a control plane of one’s own', () => {
  const { cwd, quilla, clear } = desk({ QUILLA_AWS: 'embedded' });
  afterAll(clear);
  const json = async (...argv: readonly string[]) => {
    const { exit, out, err } = await quilla(...argv, '-o', 'json');
    return { exit, err, document: JSON.parse(out) };
  };

  it('make it, and then there is nothing to do', async () => {
    const spec = readFileSync(join(root, 'examples', 'development.yaml'), 'utf8').replace('name: dev', `name: ${name}`);
    writeFileSync(join(cwd, 'dev.yaml'), spec);
    const { exit, document } = await json('apply', '-f', 'dev.yaml', '--yes');
    expect(document).toMatchObject({ outcome: 'done', failures: [] });
    expect(exit).toBe(0);
    expect((await quilla('plan', '-f', 'dev.yaml', '--check')).exit).toBe(0);
  });

  it('status shows its seats', async () => {
    const { exit, document } = await json('status', '-f', 'dev.yaml', '--wait', '20m');
    expect(document).toMatchObject({
      ready: true,
      problems: [],
      controlPlane: {
        type: 'self-managed',
        state: 'ready',
        reached: true,
        seats: [{ name: 'a', zone: 'us-east-1a', state: 'serving', boot: { outcome: 'ready' }, etcd: true }],
      },
    });
    expect(exit).toBe(0);
    expect((await quilla('status', '-f', 'dev.yaml')).out).toMatch(/Seats\n\s+a\s+serving\s+us-east-1a\s+i-/);
  });

  it('get lists it beside those of EKS', async () => {
    const { document } = await json('get', 'clusters');
    expect(document.clusters).toMatchObject([{ name, controlPlane: 'self-managed', status: 'ACTIVE' }]);
  });

  it('kubeconfig has the address on this machine and the name in the certificate', async () => {
    expect((await quilla('kubeconfig', '-f', 'dev.yaml', '--kubeconfig', 'kc')).exit).toBe(0);
    const text = readFileSync(join(cwd, 'kc'), 'utf8');
    expect(text).toMatch(/server: https:\/\/127\.0\.0\.1:\d+\n\s+tls-server-name: \S+\.elb\./);
  });

  it('kubeconfig --admin asks first, and notes what it issued without its key', async () => {
    const refused = await quilla('kubeconfig', '-f', 'dev.yaml', '--kubeconfig', 'kc', '--admin', '30m');
    expect(refused).toMatchObject({ exit: 1, err: expect.stringContaining('[app.not-confirmed]') });
    expect(readFileSync(join(cwd, 'kc'), 'utf8')).not.toContain('client-key-data');
    const given = await quilla('kubeconfig', '-f', 'dev.yaml', '--kubeconfig', 'kc', '--admin', '30m', '--yes');
    expect(given).toMatchObject({ exit: 0, out: '', err: expect.stringContaining('break-glass/') });
    expect(`${given.out}${given.err}`).not.toContain('PRIVATE KEY');
    expect(readFileSync(join(cwd, 'kc'), 'utf8')).toContain(`name: ${name}-admin`);
    const { document } = await json('store', '-f', 'dev.yaml');
    expect(document.parts).toContainEqual(expect.objectContaining({ part: 'break glass', objects: 1 }));
  });

  it('store verify finds nothing in a young one', async () => {
    const { exit, document } = await json('store', 'verify', '-f', 'dev.yaml');
    expect(document).toMatchObject({ kind: 'StoreVerification', problems: [], recoverable: [] });
    expect(exit).toBe(0);
  });

  it('node-script shows script and configuration, and no secret', async () => {
    for (const machine of [
      ['--seat', 'a'],
      ['--group', 'workers'],
    ]) {
      const { exit, document } = await json('node-script', '-f', 'dev.yaml', ...machine);
      expect(exit).toBe(0);
      const texts: string[] = document.parts.map(({ text }: { text: string }) => text);
      expect(texts.some((text) => text.startsWith('#!/bin/bash'))).toBe(true);
      expect(texts.some((text) => text.includes(`"cluster": "${name}"`))).toBe(true);
      expect(texts.join('\n')).not.toMatch(/BEGIN [A-Z ]*PRIVATE KEY-----\n[A-Za-z0-9+/]/);
    }
  });

  it.each([
    ['logs z -f dev.yaml', 'app.unknown-name'],
    ['shell z -f dev.yaml', 'app.unknown-name'],
    ['store recover nope -f dev.yaml', 'app.unknown-name'],
    ['shell a -f dev.yaml', 'cli.no-session'],
    ['store recover ca.key -f dev.yaml --yes', 'store.nothing-to-recover'],
    ['node-script -f dev.yaml --group nope', 'app.unknown-name'],
    ['node-script -f dev.yaml --seat z', 'app.unknown-name'],
  ])('quilla %s says why not', async (line, code) => {
    const { exit, err, out } = await quilla(...line.split(' '));
    expect(err).toContain(`[${code}]`);
    expect({ exit, out }).toEqual({ exit: 1, out: '' });
  });

  it('node-script of a seat ends with what it fetches from the store', async () => {
    const { document } = await json('node-script', '-f', 'dev.yaml', '--seat', 'a');
    const last = document.parts.at(-1);
    expect(last).toMatchObject({
      source: 'bucket-object/seat-program',
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(last.text).toContain('kubeadm');
    expect((await quilla('node-script', '-f', 'dev.yaml', '--seat', 'a')).out).toContain(`sha256 ${last.sha256}`);
  });

  it('store verify says of a young store that its first backup is due', async () => {
    const { out } = await quilla('store', 'verify', '-f', 'dev.yaml');
    expect(out).toMatch(/No backup yet; the first one is due at \d{4}-/);
    expect(out).not.toContain('in time');
  });

  it('destroy says what is lost for good before it asks', async () => {
    const { out, exit } = await quilla('destroy', '-f', 'dev.yaml');
    expect(out).toContain('[store.goes]');
    expect(out).toContain('no backup of etcd');
    expect(out).toContain('[store.etcd-goes]');
    expect(exit).toBe(1);
  });

  it('destroy leaves nothing', async () => {
    const { exit, document } = await json('destroy', '-f', 'dev.yaml', '--yes');
    expect(document).toMatchObject({ outcome: 'done', remaining: [] });
    expect(exit).toBe(0);
    expect((await json('get', 'resources')).document.resources).toEqual([]);
  });
});

describe('what is for seats only', () => {
  const { cwd, quilla, clear } = desk({ QUILLA_AWS: 'embedded' });
  afterAll(clear);

  it.each(['store', 'store verify', 'logs a', 'shell a'])('quilla %s is refused for EKS', async (line) => {
    writeFileSync(join(cwd, 'eks.yaml'), readFileSync(join(root, 'examples', 'eks.yaml'), 'utf8'));
    const { exit, err } = await quilla(...line.split(' '), '-f', 'eks.yaml');
    expect(err).toContain('[app.not-self-managed]');
    expect(exit).toBe(1);
  });

  it('kubeconfig --admin is refused for EKS before AWS is asked', async () => {
    writeFileSync(join(cwd, 'eks.yaml'), readFileSync(join(root, 'examples', 'eks.yaml'), 'utf8'));
    const { exit, err } = await quilla('kubeconfig', '-f', 'eks.yaml', '--admin', '--yes');
    expect(err).toContain('self-managed only');
    expect(exit).toBe(1);
  });

  it.each([
    'help nope',
    'store nope -f x',
    'store recover -f x',
    'store show ca.key -f x',
    'logs a -f x --unit kublet',
    'logs a -f x --since soon',
    'logs -f x',
    'kubeconfig -f x --admin 25h',
    'kubeconfig -f x --admin banana',
    'node-script -f x',
    'node-script -f x --seat a --group b',
  ])('quilla %s ends with 2', async (line) => {
    const { exit, out } = await quilla(...line.split(' '));
    expect({ exit, out }).toEqual({ exit: 2, out: '' });
  });
});
