import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import type { Trial } from './trial.ts';

/** Writes to the API one after the other, behind the balancer of the nodes, and remembers what was acknowledged. */
export interface WritingClient {
  /** Names of the config maps of which the API said that they are made. */
  readonly acknowledged: readonly string[];
  /** Longest time between two acknowledgements so far, milliseconds. */
  longestPause(): number;
  /** Ends, and fails where an acknowledged write has a resource version that is not above all before it. */
  stop(): Promise<void>;
}

interface Credentials {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** The administrator's, as kubeadm wrote it on a seat. */
async function credentialsOf(trial: Trial): Promise<Credentials> {
  const text = await trial.kubectl('config', 'view', '--raw', '-o', 'json');
  const { clusters, users } = JSON.parse(text) as {
    clusters: { cluster: { 'certificate-authority-data': string } }[];
    users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[];
  };
  const decoded = (base64 = ''): Buffer => Buffer.from(base64, 'base64');
  return {
    ca: decoded(clusters[0]?.cluster['certificate-authority-data']),
    cert: decoded(users[0]?.user['client-certificate-data']),
    key: decoded(users[0]?.user['client-key-data']),
  };
}

interface Answer {
  readonly code: number;
  readonly body: string;
}

/** The API as the balancer of the nodes gives it. */
async function apiOf(trial: Trial): Promise<(method: string, path: string, body?: object) => Promise<Answer>> {
  const { endpoint } = (await trial.status()).controlPlane;
  if (endpoint === null) throw new Error('the cluster has no endpoint');
  const { hostname } = new URL(endpoint);
  const reached = await trial.running.driver.loopback(hostname, 443);
  if ('why' in reached) throw new Error(reached.why);
  // A connection of its own for each call: the balancer chooses anew, as for a client that was cut off.
  const agent = new Agent({ ...(await credentialsOf(trial)), servername: hostname, keepAlive: false });
  return (method, path, body) =>
    new Promise((resolve, reject) => {
      const headers = { 'content-type': 'application/json' };
      const asked = request({ ...reached, method, path, agent, headers, timeout: 10_000 }, (answer) => {
        const parts: Buffer[] = [];
        answer.on('data', (part: Buffer) => parts.push(part));
        answer.on('end', () => resolve({ code: answer.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
        answer.on('error', reject);
      });
      asked.on('timeout', () => asked.destroy(new Error('no answer within 10 s')));
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
}

const path = '/api/v1/namespaces/default/configmaps';

/** Begins to write. The API has to answer by then. */
export async function startWriting(trial: Trial): Promise<WritingClient> {
  const api = await apiOf(trial);
  const acknowledged: string[] = [];
  let [stopped, last, longest, version] = [false, Date.now(), 0, 0];
  const faults: string[] = [];
  const write = async (name: string): Promise<void> => {
    const metadata = { name };
    const made = await api('POST', path, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { name } });
    if (made.code !== 201) throw new Error(`${made.code}`);
    // etcd's revision: it grows with every write, so that one which goes back tells of writes that are gone.
    const here = Number((JSON.parse(made.body) as { metadata: { resourceVersion: string } }).metadata.resourceVersion);
    if (here <= version) faults.push(`${name} has resource version ${here} after ${version}`);
    version = here;
    acknowledged.push(name);
    longest = Math.max(longest, Date.now() - last);
    last = Date.now();
  };
  const run = (async () => {
    for (let number = 0; !stopped; number++) {
      // What failed may have been written all the same; it was not acknowledged, and is not asked for.
      await write(`written-${number}`).catch(() => undefined);
      await delay(100);
    }
  })();
  return {
    acknowledged,
    longestPause: () => Math.max(longest, Date.now() - last),
    async stop() {
      stopped = true;
      await run;
      if (faults.length > 0) throw new Error(faults.join('\n'));
    },
  };
}
