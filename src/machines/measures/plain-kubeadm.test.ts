import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import type { NodeProgram } from '../../catalog/node-files.ts';
import { hostScript, initScript, joinCommand, joinScript, type PlainGiven } from './plain-kubeadm.ts';

const places: Readonly<Record<string, string>> = {
  containerd: 'github.com/containerd/containerd-2.3.4-linux-amd64.tar.gz',
  runc: 'github.com/opencontainers/runc.amd64',
  'cni-plugins': 'github.com/containernetworking/cni-plugins-linux-amd64-v1.9.1.tgz',
  crictl: 'github.com/kubernetes-sigs/crictl-v1.35.0-linux-amd64.tar.gz',
  kubelet: 'dl.k8s.io/kubelet',
  kubeadm: 'dl.k8s.io/kubeadm',
  kubectl: 'dl.k8s.io/kubectl',
};
const given: PlainGiven = {
  kubernetes: '1.36.3',
  files: Object.entries(places).map(([program, place]) => ({
    program: program as NodeProgram,
    version: '1',
    place,
    path: '/nowhere',
    sha256: `digest-of-${program}`,
  })),
  filesAt: 'https://mirror.test/files',
  images: 'mirror.test/images',
  pause: 'mirror.test/images/pause:1',
  pods: '100.64.0.0/16',
};
const server = '10.0.0.1';

test.each([
  ['host', hostScript(given)],
  ['init', initScript(given)],
  ['init for several seats', initScript({ ...given, severalSeats: true })],
  ['join', joinScript({ ...given, server })],
])('the script for %s is one that bash can read, and fetches each program with its digest', (_, script) => {
  expect(spawnSync('bash', ['-n'], { input: script, encoding: 'utf8' }).stderr).toBe('');
  for (const [program, place] of Object.entries(places))
    expect(script).toContain(`get ${program} ${given.filesAt}/${place} digest-of-${program}\n`);
});

test('only a control plane joins with a certificate key', () => {
  expect(joinCommand({ server })).not.toContain('--control-plane');
  expect(joinCommand({ server, asSeat: true })).toMatch(/--control-plane --certificate-key [0-9a-f]{64}$/);
});

test('a stock that lacks a program is refused', () => {
  const files = given.files.filter(({ program }) => program !== 'crictl');
  expect(() => hostScript({ ...given, files })).toThrow('the stock has no crictl');
});
