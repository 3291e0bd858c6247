import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { certificateOf, keysOfCluster, newSeat, type Seat } from './seat.ts';

const keys = keysOfCluster();
let world: BootWorld;
let seat: Seat;
let output: string;

beforeAll(async () => {
  world = await startBootWorld();
  for (const [name, text] of Object.entries(keys)) await world.put(`cluster/keys/${name}`, text);
  const flags = { apiServer: { 'event-ttl': '2h' }, controllerManager: {}, scheduler: { v: '4' }, etcd: {} };
  const auditPolicy = { rules: [{ level: 'Metadata' }] };
  const featureGates = { InPlacePodVerticalScaling: true };
  seat = await newSeat(world, await world.networkInterface('172.31.0.11'), {
    seat: { flags, auditPolicy },
    config: { featureGates },
  });
  const first = await seat.step('keys');
  const second = await seat.step('certificates');
  output = first.output + second.output;
  expect([first.code, second.code], output).toEqual([0, 0]);
});
afterAll(async () => {
  await seat.remove();
  await world.aws.stop();
});

const pki = 'etc/kubernetes/pki';

describe('keys', () => {
  it.each([
    ['ca.crt', `${pki}/ca.crt`, '644'],
    ['ca.key', `${pki}/ca.key`, '600'],
    ['front-proxy-ca.crt', `${pki}/front-proxy-ca.crt`, '644'],
    ['front-proxy-ca.key', `${pki}/front-proxy-ca.key`, '600'],
    ['sa.pub', `${pki}/sa.pub`, '644'],
    ['sa.key', `${pki}/sa.key`, '600'],
    ['etcd-ca.crt', `${pki}/etcd/ca.crt`, '644'],
    ['etcd-ca.key', `${pki}/etcd/ca.key`, '600'],
    ['secrets.key', 'etc/kubernetes/quilla/secrets.key', '600'],
    ['authenticator.crt', 'etc/kubernetes/authenticator/cert.pem', '644'],
    ['authenticator.key', 'etc/kubernetes/authenticator/key.pem', '600'],
  ])('%s comes from the store to %s with mode %s', async (name, path, mode) => {
    expect(await seat.read(path)).toBe(keys[name]);
    expect(await seat.mode(path)).toBe(mode);
  });

  it('and what the user data hold can be read by root alone', async () => {
    expect(await seat.mode('var/lib/quilla/boot.json')).toBe('600');
  });

  it('are in no output', () => {
    for (const [name, text] of Object.entries(keys).filter(([each]) => each.endsWith('.key')))
      expect(output.includes(text.split('\n')[1] || text), name).toBe(false);
  });

  it('that are missing are named, and the boot ends there', async () => {
    const { id } = { id: 'cluster/keys/sa.key' };
    const other = await newSeat(
      world,
      { id: 'eni-0', mac: '02:00:00:00:00:01' },
      { config: { store: 'no-such-store' } },
    );
    const { code, output: said } = await other.step('keys');
    expect(code).toBe(1);
    expect(said).not.toContain(id);
    expect(said).toMatch(
      /the store no-such-store gives no cluster\/\S+: User: \S+ is not authorized to perform: s3:GetObject/,
    );
    await other.remove();
  });
});

describe('certificates', () => {
  const read = async (name: string) => certificateOf(await seat.read(`${pki}/${name}`));

  it.each(['etcd/server', 'etcd/peer'])(
    '%s carries both addresses of the seat, for servers and clients',
    async (name) => {
      const certificate = await read(`${name}.crt`);
      const own = (await seat.json('var/lib/quilla/boot.json')).seat;
      const names = certificate.subjectAltName?.split(', ') ?? [];
      expect(own.name).toBe('a');
      expect(names).toEqual(
        expect.arrayContaining(['IP Address:172.31.0.11', 'IP Address:127.0.0.1', 'DNS:localhost', 'DNS:a']),
      );
      const primary = await primaryAddress();
      expect(primary).not.toBe('172.31.0.11');
      expect(names).toContain(`IP Address:${primary}`);
      // Server and client authentication: https://www.rfc-editor.org/rfc/rfc5280#section-4.2.1.12
      expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2']);
      expect(certificate.verify(certificateOf(keys['etcd-ca.crt'] ?? '').publicKey)).toBe(true);
      expect(certificate.ca).toBe(false);
      expect(await seat.mode(`${pki}/${name}.key`)).toBe('600');
    },
  );

  const primaryAddress = async (): Promise<string> => {
    const { Reservations } = await world.ec2.describeInstances({ InstanceIds: [seat.instanceId] });
    return Reservations?.[0]?.Instances?.[0]?.PrivateIpAddress ?? '';
  };

  it('of the API server as a client of etcd is from the CA of etcd and lives as long as the configuration says', async () => {
    const certificate = await read('apiserver-etcd-client.crt');
    expect(certificate.subject).toBe('CN=kube-apiserver-etcd-client');
    expect(certificate.verify(certificateOf(keys['etcd-ca.crt'] ?? '').publicKey)).toBe(true);
    const days = (certificate.validToDate.getTime() - certificate.validFromDate.getTime()) / 86_400_000;
    expect(days).toBeCloseTo(365, 5);
  });

  it('of the kubelet as a server is of its node', async () => {
    const certificate = certificateOf(await seat.read('var/lib/kubelet/pki/serving.crt'));
    expect(certificate.subject).toBe(`O=system:nodes\nCN=system:node:${seat.instanceId}`);
    expect(certificate.verify(certificateOf(keys['ca.crt'] ?? '').publicKey)).toBe(true);
  });

  it('stay where they have more than a third of their life, and kubeconfigs point at the own API server', async () => {
    const before = await seat.read(`${pki}/etcd/peer.crt`);
    const phases = async () => (await seat.calls()).filter((call) => call.startsWith('kubeadm')).length;
    const count = await phases();
    expect((await seat.step('certificates')).code).toBe(0);
    expect(await seat.read(`${pki}/etcd/peer.crt`)).toBe(before);
    expect(await phases()).toBe(count);
    expect(await seat.read('etc/kubernetes/kubelet.conf')).toBe('    server: https://172.31.0.11:6443\n');
  });

  it('are made anew by the timer when little of their life is left', async () => {
    const boot = await seat.json('var/lib/quilla/boot.json');
    const old = await seat.read(`${pki}/etcd/peer.crt`);
    // Of a lifetime of 2000 days the 365 are less than a third.
    await rm(seat.path('etc/kubernetes/super-admin.conf'));
    const longer = { ...boot, seat: { ...boot.seat, certificateDays: 2000 } };
    const { userDataOf } = await import('./machine.ts');
    await seat.write('var/lib/cloud/instance/user-data.txt', userDataOf(longer));
    const { code, output: said } = await seat.run('renew');
    expect(code, said).toBe(0);
    expect(await seat.read(`${pki}/etcd/peer.crt`)).not.toBe(old);
    expect((await seat.calls()).at(-1)).toBe('systemctl restart kubelet.service');
    await expect(seat.read('etc/kubernetes/super-admin.conf')).rejects.toThrow(/ENOENT/);
    await seat.write('var/lib/cloud/instance/user-data.txt', userDataOf(boot));
    await seat.step('certificates');
  });
});

// Fields as in https://kubernetes.io/docs/reference/config-api/kubeadm-config.v1beta4/
it('kubeadm is told the seat, external etcd with all members, and what the API server needs', async () => {
  const text = await seat.read('etc/kubernetes/quilla/kubeadm.yaml');
  const [init, cluster, kubelet, proxy] = parseAllDocuments(text).map((document) => document.toJS());
  expect(init).toEqual({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'InitConfiguration',
    localAPIEndpoint: { advertiseAddress: '172.31.0.11', bindPort: 6443 },
    nodeRegistration: {
      name: seat.instanceId,
      criSocket: 'unix:///run/containerd/containerd.sock',
      taints: [{ key: 'node-role.kubernetes.io/control-plane', effect: 'NoSchedule' }],
    },
  });
  expect(cluster).toMatchObject({
    apiVersion: 'kubeadm.k8s.io/v1beta4',
    kind: 'ClusterConfiguration',
    clusterName: 'seed-kops',
    kubernetesVersion: 'v1.36.3',
    controlPlaneEndpoint: 'seed-internal.elb.us-east-1.amazonaws.com:443',
    certificatesDir: '/etc/kubernetes/pki',
    certificateValidityPeriod: '8760h0m0s',
    imageRepository: 'registry.k8s.io',
    dns: { imageRepository: 'registry.k8s.io/coredns', imageTag: 'v1.14.2' },
    networking: { serviceSubnet: '100.64.0.0/13', podSubnet: '100.96.0.0/11', dnsDomain: 'cluster.local' },
    etcd: {
      external: {
        endpoints: ['https://172.31.0.11:2379', 'https://172.31.16.12:2379', 'https://172.31.32.13:2379'],
        caFile: '/etc/kubernetes/pki/etcd/ca.crt',
        certFile: '/etc/kubernetes/pki/apiserver-etcd-client.crt',
        keyFile: '/etc/kubernetes/pki/apiserver-etcd-client.key',
      },
    },
    apiServer: { certSANs: ['seed-internal.elb.us-east-1.amazonaws.com', 'api.seed-kops.example.com'] },
  });
  const flags = (component: { extraArgs: { name: string; value: string }[] }) =>
    Object.fromEntries(component.extraArgs.map(({ name, value }) => [name, value]));
  expect(flags(cluster.apiServer)).toEqual({
    'feature-gates': 'InPlacePodVerticalScaling=true',
    'authentication-config': '/etc/kubernetes/quilla/authentication.yaml',
    'authentication-token-webhook-config-file': '/etc/kubernetes/quilla/webhook.yaml',
    'authentication-token-webhook-version': 'v1beta1',
    'enable-bootstrap-token-auth': 'false',
    'encryption-provider-config': '/etc/kubernetes/quilla/encryption.yaml',
    'kubelet-certificate-authority': '/etc/kubernetes/pki/ca.crt',
    profiling: 'false',
    'service-account-extend-token-expiration': 'false',
    'service-account-issuer': 'https://issuer.s3.us-east-1.amazonaws.com',
    'service-account-jwks-uri': 'https://issuer.s3.us-east-1.amazonaws.com/openid/v1/jwks',
    'audit-policy-file': '/etc/kubernetes/quilla/audit.yaml',
    'audit-log-path': '/var/log/kubernetes/audit.log',
    'audit-log-maxage': '30',
    'audit-log-maxbackup': '10',
    'audit-log-maxsize': '100',
    'event-ttl': '2h',
  });
  expect(flags(cluster.controllerManager)).toMatchObject({ 'cloud-provider': 'external' });
  expect(flags(cluster.scheduler)).toMatchObject({ v: '4', profiling: 'false' });
  expect(kubelet).toMatchObject({
    kind: 'KubeletConfiguration',
    cgroupDriver: 'systemd',
    clusterDNS: ['100.64.0.10'],
    authentication: { anonymous: { enabled: false } },
    maxPods: 110,
  });
  expect(proxy).toMatchObject({ kind: 'KubeProxyConfiguration' });
  expect(await seat.mode('etc/kubernetes/quilla/kubeadm.yaml')).toBe('600');
});
