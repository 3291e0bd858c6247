import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { desk } from './testing/io-double.ts';

const root = join(import.meta.dirname, '..', '..');
/** Of its own: the port of a cluster's API follows from its name, and other embedded AWSs may run on this machine. */
const name = `verbs-${process.pid}`;

describe('the verbs, from nothing to a cluster and back', () => {
  const { cwd, quilla, clear } = desk({ QUILLA_AWS: 'embedded' });
  afterAll(clear);
  const json = async (...argv: readonly string[]) => {
    const { exit, out, err } = await quilla(...argv, '-o', 'json');
    return { exit, err, document: JSON.parse(out) };
  };
  const apiVersion = 'quilla.dev/v1alpha1';

  it('new writes a spec that plan takes, and never overwrites it', async () => {
    expect(await quilla('new', 'fresh', '--control-plane', 'eks')).toMatchObject({ exit: 0, out: '' });
    const written = readFileSync(join(cwd, 'fresh.yaml'), 'utf8');
    const again = await quilla('new', 'fresh', '--control-plane', 'eks', '--region', 'eu-west-1');
    expect(again.exit).toBe(1);
    expect(again.err).toContain('[app.file-exists]');
    expect(readFileSync(join(cwd, 'fresh.yaml'), 'utf8')).toBe(written);
    expect((await quilla('plan', '-f', 'fresh.yaml', '--show-defaults')).exit).toBe(0);
  });

  it('plan tells each step with its reason and what it waits for, and the counts agree', async () => {
    const spec = readFileSync(join(root, 'examples', 'eks.yaml'), 'utf8').replace('name: demo', `name: ${name}`);
    writeFileSync(join(cwd, 'demo.yaml'), spec);
    const { exit, document } = await json('plan', '-f', 'demo.yaml', '--check');
    expect(exit).toBe(3);
    expect(document).toMatchObject({ apiVersion, kind: 'Plan', region: 'us-east-1' });
    const ids = new Set(document.steps.map(({ id }: { id: string }) => id));
    for (const step of document.steps) {
      expect(step).toMatchObject({ action: 'create', kind: expect.any(String), because: expect.anything() });
      for (const need of step.needs) expect(ids).toContain(need);
    }
    expect(document.summary).toMatchObject({ create: document.steps.length, update: 0, delete: 0 });
  });

  it('apply without a terminal and without --yes does nothing', async () => {
    const { exit, err } = await quilla('apply', '-f', 'demo.yaml');
    expect(exit).toBe(1);
    expect(err).toContain('[app.not-confirmed]');
    const { document } = await json('get', 'resources');
    expect(document).toEqual({ apiVersion, kind: 'ResourceList', resources: [] });
  });

  it('a saved plan is applied, and then there is nothing to do', async () => {
    expect((await quilla('plan', '-f', 'demo.yaml', '--out', 'plan.json')).exit).toBe(0);
    const { exit, document } = await json('apply', '--plan', 'plan.json', '--yes');
    expect(exit).toBe(0);
    expect(document).toMatchObject({ apiVersion, kind: 'ApplyResult', outcome: 'done', failed: 0, failures: [] });
    expect(document.done).toBe(document.summary.create);
    const after = await json('plan', '-f', 'demo.yaml', '--check');
    expect(after).toMatchObject({ exit: 0, document: { kind: 'Plan', steps: [] } });
  });

  it('a saved plan is refused when the world has moved on', async () => {
    const { exit, document } = await json('apply', '--plan', 'plan.json', '--yes');
    expect(exit).toBe(1);
    expect(document.kind).toBe('Failure');
  });

  it('status and get show the cluster', async () => {
    const { exit, document: status } = await json('status', '-f', 'demo.yaml', '--wait', '20m');
    expect(exit).toBe(0);
    expect(status).toMatchObject({ kind: 'Status', cluster: name, ready: true, problems: [] });
    const { document: list } = await json('get', 'clusters');
    expect(list.clusters).toMatchObject([{ name, status: 'ACTIVE' }]);
    const { document: machines } = await json('get', 'nodes', '--cluster', name);
    expect(machines.nodes).toHaveLength(status.nodes.length);
    const { document: all } = await json('get', 'resources');
    expect(all.resources.length).toBeGreaterThan(20);
  });

  it('kubeconfig adds one context that asks us for its credentials', async () => {
    expect(await quilla('kubeconfig', '-f', 'demo.yaml', '--kubeconfig', 'kc')).toMatchObject({ exit: 0, out: '' });
    const text = readFileSync(join(cwd, 'kc'), 'utf8');
    expect(text).toContain(`current-context: ${name}`);
    expect(text).toContain('- token');
    const { exit, out } = await quilla('token', '--cluster', name);
    expect(exit).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      kind: 'ExecCredential',
      status: { token: expect.stringMatching(/^k8s-aws-v1\./) },
    });
  });

  it('policy names the calls of the verb', async () => {
    const { exit, out } = await quilla('policy', 'apply', '-f', 'demo.yaml');
    expect(exit).toBe(0);
    const documents = [JSON.parse(out)].flat();
    for (const document of documents) {
      expect(document.Version).toBe('2012-10-17');
      // IAM's limit for a managed policy, counted without white space.
      expect(JSON.stringify(document).length).toBeLessThanOrEqual(6144);
    }
    expect(out).toContain('eks:CreateCluster');
  });

  it('destroy leaves nothing and says so', async () => {
    const { exit, document } = await json('destroy', '-f', 'demo.yaml', '--yes');
    expect(exit).toBe(0);
    expect(document).toMatchObject({ kind: 'DestroyResult', outcome: 'done', remaining: [], failed: 0 });
    expect((await json('get', 'resources')).document.resources).toEqual([]);
    expect(existsSync(join(cwd, '.quilla', 'lock'))).toBe(false);
  });
});
