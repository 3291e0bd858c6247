import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Endpoint } from '../adapters/aws/clients.ts';
import type { Connection } from '../adapters/aws/connection.ts';
import type { ClusterAccess } from '../adapters/kubernetes/reader.ts';
import type { AwsToRead, AwsToWrite, KubernetesReader, ToStatus } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';
import { isAlive } from './state-dir.ts';

/** Every port of the library on one AWS. */
export interface Ports {
  readonly clock: Clock;
  readonly toRead: AwsToRead;
  readonly toWrite: AwsToWrite;
  readonly toStatus: ToStatus;
  readonly permissions: typeof import('../adapters/aws/index.ts').permissions;
  readonly verbPermissions: typeof import('../adapters/aws/index.ts').verbPermissions;
  readonly connection: Connection;
  /** Where the embedded AWS or AWS_ENDPOINT_URL is; undefined for AWS's own addresses. */
  readonly url: string | undefined;
  readonly credentials: Endpoint['credentials'];
}

export interface PortsInput {
  readonly region: string;
  readonly clock: Clock;
  readonly url: string | undefined;
  readonly credentials: Endpoint['credentials'];
  readonly signal: AbortSignal;
  /** Told of each call as `ec2:CreateVpc`. */
  readonly onCall?: ((operation: string) => void) | undefined;
  /** Told why taking a lock takes long. */
  readonly onLockWait?: ((why: string) => void) | undefined;
}

/** Connects the adapters and asks who we are. */
export async function connectPorts({
  region,
  clock,
  url,
  credentials,
  signal,
  onCall,
  onLockWait,
}: PortsInput): Promise<Ports> {
  const [{ connect }, { makeClients }, adapters] = await Promise.all([
    import('../adapters/aws/connection.ts'),
    import('../adapters/aws/clients.ts'),
    import('../adapters/aws/index.ts'),
  ]);
  const connection = connect({
    region,
    clock,
    clients: makeClients({ region, credentials, url }),
    signal,
    ...(onCall === undefined ? {} : { onCall }),
  });
  const facts = adapters.facts(connection);
  const toRead: AwsToRead = {
    identity: await facts.identity(),
    clock,
    signal,
    readers: adapters.readers(connection),
    facts,
  };
  const owner = { user: userInfo().username, host: hostname(), pid: process.pid, id: randomUUID() };
  const toWrite: AwsToWrite = {
    ...toRead,
    writers: adapters.writers(connection),
    locks: (cluster) => adapters.parameterLocks(connection, cluster, onLockWait),
    leftovers: adapters.leftovers(connection),
    owner,
    isGone: (holder) => holder.host === owner.host && !isAlive(holder.pid),
  };
  const toStatus: ToStatus = {
    ...toRead,
    kubernetes: ({ cluster, ...access }) =>
      lazyKubernetes({ ...access, token: () => tokenFor({ credentials, region, cluster, url }) }, clock),
  };
  const { permissions, verbPermissions } = adapters;
  return { clock, toRead, toWrite, toStatus, permissions, verbPermissions, connection, url, credentials };
}

/** A bearer token for a cluster's API. Tokens are signed with wall time, whatever clock AWS has. */
async function tokenFor({
  credentials,
  region,
  cluster,
  url,
}: {
  credentials: Endpoint['credentials'];
  region: string;
  cluster: string;
  url: string | undefined;
}): Promise<string> {
  const { eksToken } = await import('../adapters/aws/token.ts');
  const { token } = await eksToken({
    credentials,
    region,
    cluster,
    now: Date.now(),
    ...(url === undefined ? {} : { endpoint: url }),
  });
  return token;
}

/** The Kubernetes client is loaded when the first question is asked; each question is work in flight on the clock. */
function lazyKubernetes(access: ClusterAccess, clock: Clock): KubernetesReader {
  const ask = <T>(question: (reader: KubernetesReader) => Promise<T>): Promise<T> =>
    clock.busy(async () => question((await import('../adapters/kubernetes/reader.ts')).kubernetesReader(access)));
  return {
    version: () => ask((reader) => reader.version()),
    nodes: () => ask((reader) => reader.nodes()),
    pods: (namespace) => ask((reader) => reader.pods(namespace)),
    deployments: (namespace) => ask((reader) => reader.deployments(namespace)),
    daemonSets: (namespace) => ask((reader) => reader.daemonSets(namespace)),
    events: (namespace) => ask((reader) => reader.events(namespace)),
  };
}
