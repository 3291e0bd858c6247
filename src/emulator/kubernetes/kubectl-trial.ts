import { execFile, execFileSync } from 'node:child_process';
import { createHash, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SignatureV4 } from '@smithy/signature-v4';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../aws/iam/state.ts';
import { addressOf } from './api-server.ts';
import type { KubernetesState } from './state.ts';

/** Hashes of Node in the shape that the signer takes. */
class Sha256 {
  private readonly hash;
  constructor(secret?: string | ArrayBuffer | ArrayBufferView) {
    this.hash =
      secret === undefined
        ? createHash('sha256')
        : createHmac('sha256', typeof secret === 'string' ? secret : Buffer.from(secret as Uint8Array));
  }
  update(data: string | Uint8Array): void {
    this.hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.hash.digest();
  }
  reset(): void {
    throw new Error('a hash of this test is used once');
  }
}

/** A token as `aws eks get-token` makes it, signed by AWS's own signer. */
export async function eksToken(
  cluster: string,
  change: { expiresIn?: number; secretAccessKey?: string } = {},
): Promise<string> {
  const signer = new SignatureV4({
    service: 'sts',
    region: 'us-east-1',
    sha256: Sha256 as never,
    credentials: {
      accessKeyId: embeddedAccessKeyId,
      secretAccessKey: change.secretAccessKey ?? embeddedSecretAccessKey,
    },
  });
  const url = await signer.presign(
    {
      method: 'GET',
      protocol: 'https:',
      hostname: 'sts.us-east-1.amazonaws.com',
      path: '/',
      query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
      headers: { host: 'sts.us-east-1.amazonaws.com', 'x-k8s-aws-id': cluster },
    },
    { expiresIn: change.expiresIn ?? 60, unhoistableHeaders: new Set(['x-k8s-aws-id']), unsignableHeaders: new Set() },
  );
  const query = Object.entries(url.query ?? {}).map(
    ([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`,
  );
  return `k8s-aws-v1.${Buffer.from(`https://sts.us-east-1.amazonaws.com/?${query.join('&')}`).toString('base64url')}`;
}

/** Whether kubectl is on PATH. */
export function hasKubectl(): boolean {
  try {
    execFileSync('kubectl', ['version', '--client'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Runs kubectl against a cluster with a kubeconfig of its own, as `admin` by a token unless told who. */
export async function kubectlFor(state: KubernetesState, user?: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-kubectl-'));
  const path = join(folder, 'config');
  const { endpoint, certificateAuthority } = addressOf(state);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'k8s',
    clusters: [{ name: 'k8s', cluster: { server: endpoint, 'certificate-authority-data': certificateAuthority } }],
    users: [{ name: 'admin', user: user ?? { token: await eksToken(state.selfManaged?.cluster ?? state.name) } }],
    contexts: [{ name: 'k8s', context: { cluster: 'k8s', user: 'admin' } }],
  };
  writeFileSync(path, JSON.stringify(config));
  const run = (args: readonly string[], input = ''): Promise<{ out: string; err: string; code: number }> =>
    new Promise((resolve) => {
      const env = { ...process.env, KUBECONFIG: path, KUBECACHEDIR: join(folder, 'cache') };
      const child = execFile('kubectl', [...args], { env, timeout: 30_000 }, (error, out, err) =>
        resolve({ out, err, code: error === null ? 0 : Number(error.code ?? 1) }),
      );
      child.stdin?.end(input);
    });
  return { run, remove: () => rmSync(folder, { recursive: true, force: true }) };
}
