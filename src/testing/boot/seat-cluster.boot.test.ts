import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { keysOfCluster, type Seat } from './seat.ts';
import { changesOf, type Kubernetes, seatWithKubernetes, state } from './seat-with-kubernetes.ts';

const keys = keysOfCluster();
let world: BootWorld;
let instanceId: string;
let seat: Seat;

const namespace = (name: string): Kubernetes => ({ kind: 'Namespace', metadata: { name } });
const node = (name: string, kubeletVersion: string): Kubernetes => ({
  kind: 'Node',
  metadata: { name },
  status: { nodeInfo: { kubeletVersion } },
});
const record = (data: Readonly<Record<string, unknown>>): Kubernetes => ({
  kind: 'ConfigMap',
  metadata: { name: 'quilla', namespace: 'kube-system', resourceVersion: '1' } as Kubernetes['metadata'],
  data: Object.fromEntries(Object.entries(data).map(([name, value]) => [name, JSON.stringify(value)])),
});

beforeAll(async () => {
  world = await startBootWorld();
  instanceId = await world.instance();
  for (const [name, text] of Object.entries(keys)) await world.put(`cluster/keys/${name}`, text);
});
beforeEach(async () => {
  await world.put('cluster/state.json', JSON.stringify(state));
  seat = await seatWithKubernetes(world, instanceId);
  await has(namespace('shop'), namespace('team-a'), namespace('other'));
});
afterEach(() => seat.remove());
afterAll(() => world.aws.stop());

const has = (...objects: readonly Kubernetes[]) =>
  seat.write(
    'objects.json',
    JSON.stringify(objects.map((o) => ({ ...o, metadata: { resourceVersion: '1', ...o.metadata } }))),
  );
const objects = (): Promise<readonly Kubernetes[]> => seat.json('objects.json');
const done = (): Promise<readonly string[]> => changesOf(seat);

const everything = [
  'kubeadm init phase upload-config all',
  'kubeadm init phase addon kube-proxy',
  'helm upgrade --install cilium cilium --repo https://helm.cilium.io',
  'kubeadm init phase addon coredns',
  'helm upgrade --install tracing oci://registry.example.com/charts/tracing',
];

describe('the timer of a seat', () => {
  it('sets the whole cluster in order, once', async () => {
    const { code, output } = await seat.run('state');
    expect(code, output).toBe(0);
    expect(await done()).toEqual(everything);
    expect((await seat.run('state')).code).toBe(0);
    expect(await done()).toEqual(everything);
  });

  it('binds groups cluster-wide and in the namespaces that a name stands for, and takes away what is no longer meant', async () => {
    await seat.run('state');
    const bound = async () =>
      (await objects())
        .filter(({ kind }) => kind.endsWith('Binding'))
        .map(({ metadata }) => `${metadata.namespace ?? '*'} ${metadata.name}`)
        .filter((name) => !name.includes('kubeadm:'))
        .sort();
    expect(await bound()).toEqual([
      '* quilla:cluster-admins',
      '* quilla:developers-view',
      'shop quilla:developers-edit',
      'team-a quilla:developers-edit',
    ]);
    await world.put('cluster/state.json', JSON.stringify({ ...state, bindings: state.bindings.slice(0, 2) }));
    await seat.run('state');
    expect(await bound()).toEqual(['* quilla:cluster-admins', '* quilla:developers-view']);
  });

  it('is content where nobody has rights and there is no namespace that a name stands for', async () => {
    await has();
    const [, , edit] = state.bindings;
    for (const bindings of [[], [edit]]) {
      await world.put('cluster/state.json', JSON.stringify({ ...state, bindings }));
      const { code, output } = await seat.run('state');
      expect(code, output).toBe(0);
    }
  });

  it('tells the authenticator who is who, and starts it again only on a change', async () => {
    await seat.run('state');
    await seat.run('state');
    const restarts = (await seat.calls()).filter((call) => call.includes('try-restart aws-iam-authenticator'));
    expect(restarts).toHaveLength(1);
    const { clusterID, server } = await seat.json('etc/kubernetes/authenticator/config.json');
    expect(clusterID).toBe('seed-kops');
    // STS tells the role of an assumed session without its path.
    expect(server.mapRoles).toEqual([
      {
        roleARN: 'arn:aws:iam::123456789012:role/workers',
        username: 'system:node:{{SessionName}}',
        groups: ['system:nodes'],
      },
      {
        roleARN: 'arn:aws:iam::123456789012:role/admin',
        username: 'admin',
        groups: ['quilla:cluster-admins'],
      },
    ]);
    expect(server.mapUsers).toEqual([
      { userARN: 'arn:aws:iam::123456789012:user/ada', username: 'ada', groups: ['developers'] },
    ]);
  });

  it('does nothing while another seat holds the lease, and takes it when that one is gone', async () => {
    const lease = (renewTime: string): Kubernetes => ({
      kind: 'Lease',
      metadata: { name: 'quilla', namespace: 'kube-system' },
      spec: { holderIdentity: 'b', leaseDurationSeconds: 900, renewTime },
    });
    const now = new Date().toISOString().replace('Z', '000Z');
    await has(namespace('shop'), lease(now));
    const { code, output } = await seat.run('state');
    expect(code).toBe(0);
    expect(output).toContain('another seat sets the cluster now');
    expect(await done()).toEqual([]);
    await has(namespace('shop'), lease('2020-01-01T00:00:00.000000Z'));
    await seat.run('state');
    expect(await done()).toEqual(everything);
    const [after] = (await objects()).filter(({ kind }) => kind === 'Lease');
    expect(after?.spec).toMatchObject({ holderIdentity: '' });
  });

  it('never sets back what a newer seat has set', async () => {
    await has(record({ kubernetes: '1.37.2', kubeProxy: '1.36.3', coredns: '1.36.3' }));
    const { output } = await seat.run('state');
    expect(output).toContain('a seat of version 1.37.2 has set the cluster: 1.36.3 leaves it');
    expect((await done()).filter((call) => call.startsWith('kubeadm'))).toEqual([]);
    expect((await done()).filter((call) => call.startsWith('helm'))).toHaveLength(2);
  });

  it('raises kube-proxy only when the last seat has its version', async () => {
    const before = record({ kubernetes: '1.36.3', kubeProxy: '1.35.4', coredns: '1.36.3' });
    await has(before, node('i-1', 'v1.36.3'), node('i-2', 'v1.35.4'));
    await seat.run('state');
    expect(await done()).not.toContain('kubeadm init phase addon kube-proxy');
    await has(before, node('i-1', 'v1.36.3'), node('i-2', 'v1.36.3'));
    await seat.run('state');
    expect(await done()).toContain('kubeadm init phase addon kube-proxy');
  });

  it('installs a chart again when it changes and removes one that is gone', async () => {
    await seat.run('state');
    const [cilium, tracing] = state.charts;
    const charts = [{ ...cilium, values: { encryption: { enabled: true } } }];
    await world.put('cluster/state.json', JSON.stringify({ ...state, charts }));
    await seat.run('state');
    expect((await done()).slice(everything.length)).toEqual([
      'helm upgrade --install cilium cilium --repo https://helm.cilium.io',
      `helm uninstall ${tracing?.name} -n observe --ignore-not-found`,
    ]);
  });

  it('goes on with what it read last where the store has no answer', async () => {
    expect((await seat.run('state')).code).toBe(0);
    await world.s3.deleteObject({ Bucket: 'store', Key: 'cluster/state.json' });
    const { code, output } = await seat.run('state');
    expect(code, output).toBe(0);
    expect(await seat.mode('var/lib/quilla/state.json')).toBe('600');
  });

  it('goes on with the others when one fails, says which, and tries that again', async () => {
    await seat.write(
      'programs/helm',
      '#!/bin/bash\necho "helm $*" >> "$QUILLA_ROOT/calls"\n[[ "$*" != *"install cilium"* ]] || { echo no such chart >&2; exit 1; }\n',
    );
    const { code, output } = await seat.run('state');
    expect(code).toBe(1);
    expect(output).toContain('quilla: not set: cilium');
    expect(output).toContain('no such chart');
    expect(await done()).toEqual(everything);
    await seat.run('state');
    expect(await done()).toEqual([...everything, everything[2]]);
  });
});
