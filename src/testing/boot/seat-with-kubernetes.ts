import { readFileSync } from 'node:fs';
import type { ClusterState } from '../../model/store-layout.ts';
import type { BootWorld } from './boot-world.ts';
import { newSeat, type Seat } from './seat.ts';

const kubectl = readFileSync(new URL('kubectl.py', import.meta.url), 'utf8');

export interface Kubernetes {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly data?: Readonly<Record<string, string>>;
  readonly spec?: object;
  readonly status?: object;
}

export const state: ClusterState = {
  format: 1,
  cluster: 'seed-kops',
  kubernetes: '1.36.3',
  nodeRoles: ['arn:aws:iam::123456789012:role/teams/workers'],
  mappings: [
    { arn: 'arn:aws:iam::123456789012:role/teams/admin', username: 'admin', groups: ['quilla:cluster-admins'] },
    { arn: 'arn:aws:iam::123456789012:user/ada', username: 'ada', groups: ['developers'] },
  ],
  creator: 'arn:aws:iam::123456789012:role/teams/admin',
  bindings: [
    { name: 'cluster-admins', group: 'quilla:cluster-admins', clusterRole: 'cluster-admin', namespaces: [] },
    { name: 'developers-view', group: 'developers', clusterRole: 'view', namespaces: [] },
    { name: 'developers-edit', group: 'developers', clusterRole: 'edit', namespaces: ['shop', 'team-*'] },
  ],
  charts: [
    {
      name: 'cilium',
      namespace: 'kube-system',
      repository: 'https://helm.cilium.io',
      chart: 'cilium',
      version: '1.19.0',
      values: {},
      needed: 'nodes',
    },
    {
      name: 'tracing',
      namespace: 'observe',
      repository: 'oci://registry.example.com/charts',
      chart: 'tracing',
      version: '2.0.0',
      values: {},
      needed: 'later',
    },
  ],
  coredns: true,
  kubeProxy: true,
};

/** A seat whose kubectl keeps objects in the file `objects.json`, which has to be there. */
export async function seatWithKubernetes(world: BootWorld, instanceId: string): Promise<Seat> {
  const seat = await newSeat(world, { id: 'eni-0', mac: '02:00:00:00:00:01' }, { instanceId, volumeId: 'vol-0' });
  await seat.write('kubectl.py', kubectl);
  await seat.write(
    'programs/kubectl',
    '#!/bin/bash\necho "kubectl $*" >> "$QUILLA_ROOT/calls"\nexec python3 "$QUILLA_ROOT/kubectl.py" "$@"\n',
  );
  await seat.write('objects.json', '[]');
  return seat;
}

/** What kubeadm and helm were told to change, in order. */
export const changesOf = async (seat: Seat): Promise<readonly string[]> =>
  (await seat.calls())
    .filter((call) => /^(kubeadm|helm .*(upgrade|uninstall))/.test(call))
    .map((call) => call.replace(/ --(config|kubeconfig) \S+/g, '').replace(/ --version.*/, ''));
