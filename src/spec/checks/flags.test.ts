import { expect, test } from 'vitest';
import { loadCluster } from '../load.ts';

const spec = (plane: string): string => `apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: f}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane:
    selfManaged: ${plane}
  network: {cidr: 10.0.0.0/16}
  nodeGroups: [{name: w}]
`;
const found = (plane: string) =>
  loadCluster(spec(plane), { today: new Date('2026-11-01') })
    .diagnostics.filter(({ code }) => code === 'spec.unlisted-flag')
    .map(({ severity, detail, fix, at }) => ({ severity, detail, fix, path: at?.path }));

test.each([
  ['{flags: {apiServer: {max-requests-inflight: "800"}, etcd: {quota-backend-bytes: "8589934592"}}}'],
  ['{flags: {kubelet: {max-open-files: "1000"}}, featureGates: {AllAlpha: false}}'],
])('%s is known', (plane) => expect(found(plane)).toEqual([]));

test('a flag that is written wrong is warned of, with the nearest one', () =>
  expect(found('{flags: {apiServer: {max-request-inflight: "800"}}}')).toEqual([
    {
      severity: 'warning',
      detail: 'kube-apiserver of Kubernetes 1.37 has no flag max-request-inflight',
      fix: 'Did you mean max-requests-inflight?',
      path: 'spec.controlPlane.selfManaged.flags.apiServer.max-request-inflight',
    },
  ]));

test('a flag of another program is warned of', () =>
  expect(found('{flags: {scheduler: {max-requests-inflight: "800"}}}')).toHaveLength(1));

test('a feature gate that is none is warned of', () =>
  expect(found('{featureGates: {FooBarBaz: true}}')).toMatchObject([
    { detail: 'Kubernetes 1.37 has no feature gate FooBarBaz' },
  ]));
