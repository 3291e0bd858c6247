import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { compare, summary } from './compare.ts';
import { type Check, targetNames } from './controls.ts';
import { type CheckResult, evaluate, loadBenchmark, worst } from './evaluate.ts';
import { type CannedMachine, cannedExec } from './testing-machine.ts';
import { resolveVariables, substitute } from './variables.ts';

const folder = join(import.meta.dirname, '../../../test/kube-bench/cis-1.12');
const pki = '/etc/kubernetes/pki/';
const manifests = '/etc/kubernetes/manifests/';
const kubeletConfig = '/var/lib/kubelet/config.yaml';

/** What kubeadm 1.37.2 writes where nothing is said to it: flags of its manifests, modes of its files. */
const kubeadmDefault: CannedMachine = {
  processes: {
    'kube-apiserver': [
      'kube-apiserver --advertise-address=10.0.0.1 --allow-privileged=true --authorization-mode=Node,RBAC',
      `--client-ca-file=${pki}ca.crt --enable-admission-plugins=NodeRestriction --enable-bootstrap-token-auth=true`,
      `--etcd-cafile=${pki}etcd/ca.crt --etcd-certfile=${pki}apiserver-etcd-client.crt`,
      `--etcd-keyfile=${pki}apiserver-etcd-client.key --etcd-servers=https://127.0.0.1:2379`,
      `--kubelet-client-certificate=${pki}apiserver-kubelet-client.crt`,
      `--kubelet-client-key=${pki}apiserver-kubelet-client.key --service-account-key-file=${pki}sa.pub`,
      `--tls-cert-file=${pki}apiserver.crt --tls-private-key-file=${pki}apiserver.key`,
    ].join(' '),
    'kube-controller-manager': [
      'kube-controller-manager --bind-address=127.0.0.1 --controllers=*,bootstrapsigner,tokencleaner',
      `--root-ca-file=${pki}ca.crt --service-account-private-key-file=${pki}sa.key`,
      '--use-service-account-credentials=true',
    ].join(' '),
    'kube-scheduler': 'kube-scheduler --bind-address=127.0.0.1 --leader-elect=true',
    etcd: [
      `etcd --cert-file=${pki}etcd/server.crt --client-cert-auth=true --data-dir=/var/lib/etcd`,
      `--key-file=${pki}etcd/server.key --peer-cert-file=${pki}etcd/peer.crt --peer-client-cert-auth=true`,
      `--peer-key-file=${pki}etcd/peer.key --trusted-ca-file=${pki}etcd/ca.crt`,
    ].join(' '),
    kubelet: `/usr/bin/kubelet --kubeconfig=/etc/kubernetes/kubelet.conf --config=${kubeletConfig}`,
    'kube-proxy': '/usr/local/bin/kube-proxy --config=/var/lib/kube-proxy/config.conf --hostname-override=n1',
  },
  files: {
    [`${manifests}kube-apiserver.yaml`]: { mode: '600' },
    [`${manifests}kube-controller-manager.yaml`]: { mode: '600' },
    [`${manifests}kube-scheduler.yaml`]: { mode: '600' },
    [`${manifests}etcd.yaml`]: { mode: '600' },
    '/etc/kubernetes/admin.conf': { mode: '600' },
    '/etc/kubernetes/super-admin.conf': { mode: '600' },
    '/etc/kubernetes/scheduler.conf': { mode: '600' },
    '/etc/kubernetes/controller-manager.conf': { mode: '600' },
    '/etc/kubernetes/kubelet.conf': { mode: '600' },
    [`${pki}ca.crt`]: { mode: '644' },
    [`${pki}ca.key`]: { mode: '600' },
    // The audits of the data folder and of the systemd unit find them by what they are.
    $DATA_DIR: { mode: '700' },
    '/lib/systemd/system/kubelet.service': { mode: '644' },
    [kubeletConfig]: {
      mode: '644',
      content: [
        'authentication: {anonymous: {enabled: false}, x509: {clientCAFile: /etc/kubernetes/pki/ca.crt}}',
        'authorization: {mode: Webhook}',
        'rotateCertificates: true',
        'streamingConnectionIdleTimeout: 0s',
      ].join('\n'),
    },
  },
};

const { processes, files } = kubeadmDefault;
/** The same with what a careful operator adds. */
const hardened: CannedMachine = {
  processes: {
    ...processes,
    'kube-apiserver': `${processes['kube-apiserver']} --profiling=false --audit-log-maxage=30 --kubelet-certificate-authority=ca`,
    'kube-scheduler': `${processes['kube-scheduler']} --profiling=false`,
  },
  files: { ...files, [kubeletConfig]: { ...files[kubeletConfig]!, mode: '600' } },
};

let checks: readonly Check[];
let plain: readonly CheckResult[];
const all = (machine: CannedMachine): Promise<readonly CheckResult[]> =>
  evaluate({ checks, targets: targetNames, exec: cannedExec(machine) });

beforeAll(async () => {
  checks = await loadBenchmark(folder);
  plain = await all(kubeadmDefault);
});

describe('the published checks', () => {
  it('are all read', () => {
    const count = (target: string): number => checks.filter((check) => check.target === target).length;
    expect(targetNames.map(count)).toEqual([60, 5, 7, 25]);
    expect(new Set(checks.map(({ id }) => id)).size).toBe(checks.length);
    expect(checks.find(({ id }) => id === '1.1.10')?.eachLine).toBe(true);
  });

  it('each have a verdict for a machine as kubeadm makes it', () => {
    expect(plain.map(({ id }) => id)).toEqual(checks.map(({ id }) => id));
    expect(summary(plain).fail).toEqual([
      '1.1.12',
      '1.2.5',
      '1.2.15',
      '1.2.16',
      '1.2.17',
      '1.2.18',
      '1.2.19',
      '1.2.30',
      '1.3.2',
      '1.4.1',
      '4.1.1',
      '4.1.9',
    ]);
    expect(summary(plain).info).toEqual([]);
  });

  it('say what was seen and what was expected', () => {
    expect(plain.find(({ id }) => id === '4.1.9')).toMatchObject({
      actual: 'permissions=644',
      expected: "'permissions' has no more permissions than '600'",
      remediation: expect.stringContaining(kubeletConfig),
    });
  });

  it('leave no variable in a command', async () => {
    for (const target of targetNames) {
      const values = await resolveVariables(target, cannedExec(kubeadmDefault));
      const commands = checks.filter((check) => check.target === target).flatMap((c) => [c.audit, c.auditConfig]);
      const left = commands.map((command) => substitute(command, values).match(/\$[a-z]{2,}/g));
      expect(new Set(left.flat().filter((name) => name !== null && name !== '$adminconf'))).toEqual(new Set());
    }
  });
});

describe('variables', () => {
  it('are the first file that is there, else the default', async () => {
    const path = '/etc/kubernetes/kubelet-config.yaml';
    const other: CannedMachine = { processes, files: { ...files, [path]: { mode: '600' } } };
    const conf = async (machine: CannedMachine) => (await resolveVariables('node', cannedExec(machine))).kubeletconf;
    expect([await conf(other), await conf(kubeadmDefault), await conf({ processes, files: {} })]).toEqual([
      path,
      kubeletConfig,
      kubeletConfig,
    ]);
  });

  it('know a program by the cut name of its process', async () => {
    const { 'kube-controller-manager': line = '', ...rest } = processes;
    const values = await resolveVariables(
      'master',
      cannedExec({ processes: { ...rest, 'kube-controller': line }, files }),
    );
    expect(values.controllermanagerbin).toBe('kube-controller');
  });

  it('refuse a machine that is not what it is said to be', async () => {
    const worker = cannedExec({ processes: { kubelet: processes.kubelet! }, files: {} });
    await expect(evaluate({ checks, targets: ['master'], exec: worker })).rejects.toThrow(/no kube-apiserver runs/);
  });

  it('say that the machine has no ps', async () => {
    const bare = async () => ({ code: 0, stdout: 'no-ps\n', stderr: '' });
    await expect(resolveVariables('node', bare)).rejects.toThrow(/procps/);
  });
});

describe('comparing with a default', () => {
  it('tells what fails where', async () => {
    const { failures } = compare(await all(hardened), plain);
    expect(failures.onlyOurs).toEqual([]);
    expect(failures.onlyDefault.map(({ id }) => id)).toEqual(['1.2.5', '1.2.15', '1.2.17', '1.4.1', '4.1.9']);
    expect(failures.both.map(({ id }) => id)).toContain('1.1.12');
  });

  it('finds what is worse than the default', async () => {
    expect(compare(plain, await all(hardened)).failures.onlyOurs.map(({ id }) => id)).toContain('4.1.9');
  });

  it('refuses sides with other checks', async () => {
    const node = await evaluate({ checks, targets: ['node'], exec: cannedExec(kubeadmDefault) });
    expect(() => compare(node, plain)).toThrow(/one side alone: 1\.1\.1/);
  });

  it('takes the worst of several machines', async () => {
    const both = worst([await all(hardened), plain]);
    expect(summary(both)).toEqual(summary(plain));
  });
});
