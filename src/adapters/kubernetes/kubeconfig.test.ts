import { mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { type KubeconfigEntry, mergeKubeconfig } from './kubeconfig.ts';
import { readKubeconfig, writeKubeconfig } from './kubeconfig-file.ts';

const entry: KubeconfigEntry = {
  context: 'k8s',
  cluster: 'k8s',
  region: 'eu-west-1',
  endpoint: 'https://ABC.gr7.eu-west-1.eks.amazonaws.com',
  certificateAuthority: Buffer.from('a certificate').toString('base64'),
  user: { type: 'token', command: ['quilla'] },
};

const textOf = (merged: ReturnType<typeof mergeKubeconfig>): string => {
  if (!merged.ok) throw new Error(merged.problem);
  return merged.text;
};

const others = `# mine
apiVersion: v1
kind: Config
preferences: {}
current-context: work
clusters:
  - name: work # the office
    cluster:
      server: https://work.example
users:
  - name: me
    user: {token: secret}
contexts:
  # the usual one
  - name: work
    context: {cluster: work, user: me, namespace: team}
`;

describe('merging a context into a kubeconfig', () => {
  it('makes a file that the Kubernetes client reads where there was none', () => {
    const config = new KubeConfig();
    config.loadFromString(textOf(mergeKubeconfig(undefined, entry)));
    expect(config.getCurrentContext()).toBe('k8s');
    expect(config.getCurrentCluster()).toMatchObject({ server: entry.endpoint, caData: entry.certificateAuthority });
    expect(config.getCurrentUser()?.exec).toMatchObject({
      apiVersion: 'client.authentication.k8s.io/v1',
      command: 'quilla',
      args: ['token', '--cluster', 'k8s', '--region', 'eu-west-1'],
      interactiveMode: 'Never',
    });
  });

  it('leaves what others wrote as it stands, comments too', () => {
    const text = textOf(mergeKubeconfig(others, entry));
    const [before, after] = [parse(others), parse(text)];
    expect(after.clusters[0]).toEqual(before.clusters[0]);
    expect(after.contexts[0]).toEqual(before.contexts[0]);
    expect(after.users[0]).toEqual(before.users[0]);
    expect(after['current-context']).toBe('k8s');
    for (const comment of ['# mine', '# the office', '# the usual one']) expect(text).toContain(comment);
  });

  it('replaces its own context when merged again, and says so', () => {
    const first = textOf(mergeKubeconfig(others, entry));
    const again = mergeKubeconfig(first, { ...entry, endpoint: 'https://new.example' });
    const document = parse(textOf(again));
    expect(document.clusters.map((one: { name: string }) => one.name)).toEqual(['work', 'k8s']);
    expect(document.clusters[1].cluster.server).toBe('https://new.example');
    expect(again).toMatchObject({ replaced: true });
    expect(mergeKubeconfig(others, entry)).toMatchObject({ replaced: false });
  });

  it('gives the same text when nothing changes', () => {
    const once = textOf(mergeKubeconfig(others, entry));
    expect(textOf(mergeKubeconfig(once, entry))).toBe(once);
  });

  it('names the context by the alias, calls the program given and passes its environment', () => {
    const command = ['/usr/bin/node', '/opt/quilla.js'] as const;
    const text = textOf(
      mergeKubeconfig('', { ...entry, context: 'mine', user: { type: 'token', command, env: { AWS_PROFILE: 'dev' } } }),
    );
    const document = parse(text);
    expect(document.contexts).toEqual([{ name: 'mine', context: { cluster: 'mine', user: 'mine' } }]);
    expect(document.users[0].user.exec.command).toBe('/usr/bin/node');
    expect(document.users[0].user.exec.args).toEqual([
      '/opt/quilla.js',
      'token',
      '--cluster',
      'k8s',
      '--region',
      'eu-west-1',
    ]);
    expect(document.users[0].user.exec.env).toEqual([{ name: 'AWS_PROFILE', value: 'dev' }]);
  });

  it('fills in lists that are null, as kubectl writes them', () => {
    const empty = 'apiVersion: v1\nkind: Config\nclusters: null\ncontexts: null\nusers: null\ncurrent-context: ""\n';
    expect(parse(textOf(mergeKubeconfig(empty, entry))).clusters).toHaveLength(1);
  });

  it.each([
    ['broken YAML', 'clusters: [', /not YAML/],
    ['another kind', 'kind: Pod\n', /kind is Pod/],
    ['a list at the top', '- a\n', /no mapping/],
    ['clusters that are no list', 'clusters: 3\n', /clusters is no list/],
  ])('refuses %s rather than losing it', (_, text, problem) => {
    const merged = mergeKubeconfig(text, entry);
    expect(merged.ok ? '' : merged.problem).toMatch(problem);
  });
});

describe('writing a kubeconfig', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'kubeconfig-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('makes the folder and lets only the owner read', async () => {
    const path = join(folder, '.kube', 'config');
    expect(await readKubeconfig(path)).toBeUndefined();
    await writeKubeconfig(path, 'kind: Config\n');
    expect(await readKubeconfig(path)).toBe('kind: Config\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('takes rights away from a file that others could read, and follows a link', async () => {
    const real = join(folder, 'real');
    const link = join(folder, 'link');
    await writeFile(real, 'old', { mode: 0o644 });
    await symlink(real, link);
    await writeKubeconfig(link, 'new');
    expect(await readFile(real, 'utf8')).toBe('new');
    expect((await stat(real)).mode & 0o777).toBe(0o600);
  });

  it('holds a certificate where one was issued, and the name that the API answers to', () => {
    const text = textOf(
      mergeKubeconfig('', {
        ...entry,
        endpoint: 'https://127.0.0.1:26443',
        tlsServerName: 'api.example.com',
        user: { type: 'certificate', certificate: 'CERT', key: 'KEY' },
      }),
    );
    const document = parse(text);
    expect(document.clusters[0].cluster).toMatchObject({
      server: 'https://127.0.0.1:26443',
      'tls-server-name': 'api.example.com',
    });
    expect(document.users[0].user).toEqual({
      'client-certificate-data': Buffer.from('CERT').toString('base64'),
      'client-key-data': Buffer.from('KEY').toString('base64'),
    });
  });
});
