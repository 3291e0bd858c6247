import { createHash } from 'node:crypto';
import type { BootConfig, SeatConfig } from '../../model/bootstrap/self-managed/boot-config.ts';

export const sha256 = (content: Buffer | string): string => createHash('sha256').update(content).digest('hex');

const base = {
  format: 1,
  cluster: 'seed-kops',
  region: 'us-east-1',
  dnsSuffix: 'amazonaws.com',
  kubernetes: '1.36.3',
  api: 'seed-internal.elb.us-east-1.amazonaws.com',
  store: 'store',
  network: {
    type: 'cilium',
    pods: '100.96.0.0/11',
    services: '100.64.0.0/13',
    dns: '100.64.0.10',
    sourceDestCheck: true,
  },
  files: [],
  images: { repository: 'registry.k8s.io', pause: 'registry.k8s.io/pause:3.10.2' },
  kubelet: { labels: {}, taints: [], maxPods: 110, flags: {} },
  featureGates: {},
  host: { files: [], packages: [], commands: [], sysctls: {} },
} as const;

export const workerConfig = (more: Partial<BootConfig> = {}): BootConfig => ({ ...base, role: 'worker', ...more });

export const members = [
  { name: 'a', address: '172.31.0.11' },
  { name: 'b', address: '172.31.16.12' },
  { name: 'd', address: '172.31.32.13' },
];

export const seatConfig = (seat: Partial<SeatConfig> = {}, more: Partial<BootConfig> = {}): BootConfig => ({
  ...base,
  role: 'seat',
  images: { ...base.images, etcd: 'registry.k8s.io/etcd:3.6.8-0', coredns: 'v1.14.2' },
  seat: {
    name: 'a',
    volumeId: 'vol-0',
    interfaceId: 'eni-0',
    members,
    issuer: 'https://issuer.s3.us-east-1.amazonaws.com',
    certificateNames: ['api.seed-kops.example.com'],
    certificateDays: 365,
    snapshotMinutes: 60,
    secretsEncryption: true,
    auditPolicy: null,
    flags: { apiServer: {}, controllerManager: {}, scheduler: {}, etcd: {} },
    ...seat,
  },
  ...more,
});
