import { request as httpsRequest } from 'node:https';
import { type ApiAddress, clusterAccess } from '../../app/index.ts';
import { seconds } from '../../base/duration.ts';
import type { Trial } from './trial.ts';

/** How a caller shows who it is: a bearer token, or a certificate and its key in PEM. */
export type Credential = { readonly token: string } | { readonly certificate: string; readonly key: string };

export interface ApiAnswer {
  readonly status: number;
  /** What was sent back, read as JSON where it is JSON. */
  // Shapes differ by what was asked for; tests look at what they know is there.
  readonly body: never;
}

export interface ApiCall {
  readonly as: Credential;
  readonly path: string;
  /** Default GET. */
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Sent as JSON; with PATCH as a merge patch. */
  readonly send?: object;
}

/** The Kubernetes API of a trial as a client outside of it has it: through the load balancer, by the CA that AWS tells of. */
export interface ApiFromHost {
  readonly address: ApiAddress;
  call(call: ApiCall): Promise<ApiAnswer>;
  /** Name and groups of a caller by the API server's own word; undefined where it answers 401. */
  whoAmI(as: Credential): Promise<{ readonly username: string; readonly groups: readonly string[] } | undefined>;
}

export async function apiFromHost(trial: Trial): Promise<ApiFromHost> {
  const address = await clusterAccess(trial.loaded.cluster.metadata.name, trial.ports.toRead);
  const { hostname } = new URL(address.endpoint);
  const call = async (given: ApiCall): Promise<ApiAnswer> => {
    const at = await trial.running.driver.loopback(hostname, 443);
    if ('why' in at) throw new Error(`the API at ${hostname} cannot be reached: ${at.why}`);
    return send(given, { ...at, name: hostname, authority: Buffer.from(address.certificateAuthority, 'base64') });
  };
  return {
    address,
    call,
    async whoAmI(as) {
      const send = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' };
      const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews';
      const { status, body } = await call({ as, path, method: 'POST', send });
      if (status === 401) return undefined;
      if (status !== 201) throw new Error(`the API answers ${status}: ${JSON.stringify(body)}`);
      return (body as { status: { userInfo: { username: string; groups: string[] } } }).status.userInfo;
    },
  };
}

interface Door {
  readonly host: string;
  readonly port: number;
  /** In the certificate. */
  readonly name: string;
  readonly authority: Buffer;
}

function send({ as, path, method = 'GET', send: content }: ApiCall, door: Door): Promise<ApiAnswer> {
  const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json';
  const options = {
    host: door.host,
    port: door.port,
    path,
    method,
    servername: door.name,
    ca: door.authority,
    // A new connection each time: who comes is checked when it is made.
    agent: false,
    timeout: seconds(30).ms,
    headers: {
      ...('token' in as && { authorization: `Bearer ${as.token}` }),
      ...(content !== undefined && { 'content-type': type }),
    },
    ...('certificate' in as && { cert: as.certificate, key: as.key }),
  };
  return new Promise((resolve, reject) => {
    const request = httpsRequest(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.once('error', reject);
      response.once('end', () => {
        const text = Buffer.concat(parts).toString();
        resolve({ status: response.statusCode ?? 0, body: bodyOf(text) as never });
      });
    });
    request.once('timeout', () => request.destroy(new Error(`${method} ${path}: no answer within 30 s`)));
    request.once('error', reject);
    request.end(content === undefined ? undefined : JSON.stringify(content));
  });
}

function bodyOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
