import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { seatProgram } from '../../model/bootstrap/self-managed/boot-scripts.ts';
import { type BootWorld, startBootWorld } from './boot-world.ts';
import { certificateOf, keysOfCluster, type Seat } from './seat.ts';
import { changesOf, type Kubernetes, seatWithKubernetes, state } from './seat-with-kubernetes.ts';

const keys = keysOfCluster();
let world: BootWorld;
let instanceId: string;
let seat: Seat;

beforeAll(async () => {
  world = await startBootWorld();
  instanceId = await world.instance();
  for (const [name, text] of Object.entries(keys)) await world.put(`cluster/keys/${name}`, text);
});
beforeEach(async () => {
  seat = await seatWithKubernetes(world, instanceId);
});
afterEach(() => seat.remove());
afterAll(() => world.aws.stop());

describe('a seat that installs charts', () => {
  it('has images of charts come from the mirror, under the host of their own', async () => {
    await seat.write(
      'programs/helm',
      '#!/bin/bash\n[[ $* =~ --post-renderer\\ ([^ ]+) ]] && "${BASH_REMATCH[1]}" < "$QUILLA_ROOT/rendered" > "$QUILLA_ROOT/installed"; exit 0\n',
    );
    const images = [
      'image: registry.k8s.io/provider-aws/cloud-controller-manager:v1.35.2',
      '    - image: "quay.io/cilium/cilium:v1.20.2@sha256:0a1b"',
      "image: 'ghcr.io:443/postfinance/kubelet-csr-approver:v1.2.13'",
      '  image: grafana/grafana:12',
      '  image: nginx:1.29',
      '  image: registry.example.com/k8s/pause:3.10',
      '  image: 602401143452.dkr.ecr.us-east-1.amazonaws.com/amazon-k8s-cni:v1',
      '  image: 602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1',
      '  image:',
      '  imagePullPolicy: Always',
      '  text: image quay.io/a/b',
    ];
    await seat.write('rendered', images.join('\n'));
    const charts = state.charts.slice(0, 1).map((chart) => ({ ...chart, images: 'registry.example.com/k8s' }));
    await world.put('cluster/state.json', JSON.stringify({ ...state, charts }));
    const { code, output } = await seat.run('state');
    expect(code, output).toBe(0);
    expect((await seat.read('installed')).split('\n')).toEqual([
      'image: registry.example.com/k8s/provider-aws/cloud-controller-manager:v1.35.2',
      '    - image: "registry.example.com/k8s/quay.io/cilium/cilium:v1.20.2@sha256:0a1b"',
      "image: 'registry.example.com/k8s/ghcr.io:443/postfinance/kubelet-csr-approver:v1.2.13'",
      '  image: registry.example.com/k8s/docker.io/grafana/grafana:12',
      '  image: registry.example.com/k8s/docker.io/library/nginx:1.29',
      '  image: registry.example.com/k8s/pause:3.10',
      '  image: 602401143452.dkr.ecr.us-east-1.amazonaws.com/amazon-k8s-cni:v1',
      '  image: registry.example.com/k8s/602401143452.dkr.ecr.us-west-2.amazonaws.com/amazon-k8s-cni:v1',
      ...images.slice(8),
    ]);
  });

  it('logs in to ECR for charts that lie there, with a password that no command line shows', async () => {
    const host = '123456789012.dkr.ecr.us-east-1.amazonaws.com';
    await seat.write(
      'programs/ecr-credential-provider',
      `#!/bin/bash\n[[ $(cat) == *'"image": "${host}/'* ]] && echo '{"auth": {"${host}": {"username": "AWS", "password": "sesame"}}}'\n`,
    );
    await seat.write(
      'programs/helm',
      '#!/bin/bash\necho "helm $*" >> "$QUILLA_ROOT/calls"\n[ "$3" != registry ] || cat > "$QUILLA_ROOT/password"\n',
    );
    const charts = state.charts.slice(0, 1).map((chart) => ({ ...chart, repository: `oci://${host}/charts` }));
    await world.put('cluster/state.json', JSON.stringify({ ...state, charts }));
    const { code, output } = await seat.run('state');
    expect(code, output).toBe(0);
    const calls = (await seat.calls()).filter((call) => / (registry|upgrade) /.test(call)).join('\n');
    expect(calls).toMatch(
      /registry login 123456789012\S+ --username AWS --password-stdin\n.*upgrade .* oci:\/\/123456789012\S+\/charts\/cilium /,
    );
    expect(calls + output).not.toContain('sesame');
    expect(await seat.read('password')).toBe('sesame');
  });

  it('gives the webhook of pod roles a certificate, and waits for it before the handler that needs its role', async () => {
    const webhook = 'amazon-eks-pod-identity-webhook';
    const values = { pki: { existingSecret: `${webhook}-cert` } };
    const chart = (name: string, more: object = {}) => ({ ...state.charts[1], name, chart: name, values: {}, ...more });
    const charts = [chart(webhook, { values }), chart('aws-node-termination-handler')];
    await world.put('cluster/state.json', JSON.stringify({ ...state, charts }));
    await seat.write(
      'programs/helm',
      '#!/bin/bash\necho "helm $*" >> "$QUILLA_ROOT/calls"\n[[ $* != *"install amazon"* ]] || cat > "$QUILLA_ROOT/values"\n',
    );
    await seat.step('keys');
    await seat.step('certificates');
    const first = await seat.run('state');
    expect(first.output).toContain('quilla: not set: aws-node-termination-handler');
    expect((await seat.json('values')).pki.caBundle).toBe(keys['ca.crt']);
    const secret = async () =>
      ((await seat.json('objects.json')) as readonly Kubernetes[]).find(({ kind }) => kind === 'Secret');
    const made = await secret();
    const certificate = certificateOf(Buffer.from(made?.data?.['tls.crt'] ?? '', 'base64').toString());
    expect(certificate.subjectAltName).toBe(`DNS:${webhook}.kube-system.svc`);
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.1']);
    expect(certificate.verify(certificateOf(keys['ca.crt'] ?? '').publicKey)).toBe(true);
    await seat.write('rolled-out', '');
    const second = await seat.run('state');
    expect(second.code, second.output).toBe(0);
    expect((await changesOf(seat)).filter((call) => call.includes('install aws-node'))).toHaveLength(1);
    expect(await secret()).toEqual(made);
  });
});

describe('the program in the store', () => {
  it('is refused where it is not what the script was made with', async () => {
    const other = gzipSync('echo mischief > $QUILLA_ROOT/mischief').toString('base64');
    await world.put(seatProgram.key, JSON.stringify({ gzip: other }));
    const { code, output } = await seat.step('keys');
    expect(code).toBe(1);
    expect(output).toContain('is not what this script was made with');
    await expect(seat.read('mischief')).rejects.toThrow(/ENOENT/);
    expect(await world.told(instanceId)).toMatch(/^failed \S+ program$/);
    await world.put(seatProgram.key, seatProgram.content);
  });

  it('is kept on the machine: a later start does not need it', async () => {
    expect((await seat.step('keys')).code).toBe(0);
    await world.s3.deleteObject({ Bucket: 'store', Key: seatProgram.key });
    expect((await seat.step('keys')).code).toBe(0);
  });
});
