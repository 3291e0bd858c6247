import { gzipSync } from 'node:zlib';
import type { BootConfig } from '../../emulator/nodes/self-managed/boot-config.ts';
import { bootConfigType } from '../../emulator/nodes/self-managed/boot-config.ts';
import { apiName, store } from './machines-trial-records.ts';

const region = 'us-east-1';
const account = '123456789012';
export const workerRole = `arn:aws:iam::${account}:role/workers`;

/** Some fields of a value, at any depth. */
export type Deep<T> = {
  [K in keyof T]?: NonNullable<T[K]> extends readonly unknown[]
    ? T[K]
    : NonNullable<T[K]> extends object
      ? Deep<NonNullable<T[K]>>
      : T[K];
};

const chart = (name: string, namespace = 'kube-system', values: object = {}) => ({
  name,
  namespace,
  repository: 'https://charts.example.org/stable',
  chart: name,
  version: '1.2.3',
  values,
  needed: 'nodes',
});

/** `cluster/state.json` of the trial's cluster; a test changes what it is about. */
export const stateJson = (change: object = {}) => ({
  format: 1,
  cluster: 'demo',
  kubernetes: '1.36.3',
  nodeRoles: [workerRole],
  mappings: [{ arn: `arn:aws:iam::${account}:user/admin`, username: 'admin', groups: ['quilla:cluster-admins'] }],
  creator: null,
  bindings: [
    { name: 'quilla:cluster-admins', group: 'quilla:cluster-admins', clusterRole: 'cluster-admin', namespaces: [] },
  ],
  charts: [chart('cilium'), chart('aws-cloud-controller-manager')],
  coredns: true,
  kubeProxy: true,
  ...change,
});

/** User data as the model writes it: a compressed script and the configuration beside it. */
export function bootData(config: unknown, script: string | null = '#!/bin/bash\ntrue\n'): string {
  const part =
    script === null
      ? ''
      : `--B\nContent-Type: application/x-gzip\nContent-Transfer-Encoding: base64\n\n${gzipSync(script).toString('base64')}\n`;
  const text = `MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="B"\n\n${part}--B\nContent-Type: ${bootConfigType}\n\n${JSON.stringify(config)}\n--B--\n`;
  return Buffer.from(text).toString('base64');
}

const isPlain = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A copy with some fields set, at any depth. */
export function changed<T>(base: T, change: unknown): T {
  if (!isPlain(base) || !isPlain(change)) return change as T;
  const entries = Object.entries(change).map(([key, value]) => [key, changed(base[key], value)] as const);
  return { ...base, ...Object.fromEntries(entries) };
}

/** Where a seat of the trial lies. */
export interface Place {
  readonly name: string;
  readonly interfaceId: string;
  readonly volumeId: string;
  readonly address: string;
}

/** What the boot configurations of all machines of the trial have in common. */
const sharedConfig = {
  format: 1,
  cluster: 'demo',
  region,
  dnsSuffix: 'amazonaws.com',
  kubernetes: '1.36.3',
  api: apiName,
  store,
  network: {
    type: 'cilium',
    pods: '100.96.0.0/11',
    services: '100.64.0.0/13',
    dns: '100.64.0.10',
    sourceDestCheck: true,
  },
  files: [],
  images: {
    repository: 'registry.k8s.io',
    pause: 'registry.k8s.io/pause:3.10.2',
    etcd: 'registry.k8s.io/etcd:3.6.8-0',
  },
  kubelet: { labels: {}, taints: [], maxPods: 110, flags: {} },
  featureGates: {},
  host: { packages: [], files: [], commands: [], sysctls: {} },
} satisfies Omit<BootConfig, 'role' | 'seat'>;

export const workerConfig: BootConfig = { ...sharedConfig, role: 'worker' };

export const seatConfigOf = (place: Place, places: readonly Place[]): BootConfig => ({
  ...sharedConfig,
  role: 'seat',
  seat: {
    name: place.name,
    volumeId: place.volumeId,
    interfaceId: place.interfaceId,
    members: places.map(({ name, address }) => ({ name, address })),
    issuer: 'https://issuer.example.org',
    certificateNames: [apiName],
    certificateDays: 365,
    snapshotMinutes: 60,
    secretsEncryption: true,
    auditPolicy: null,
    flags: { apiServer: {}, controllerManager: {}, scheduler: {}, etcd: {} },
  },
});
