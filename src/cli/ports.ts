import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Endpoint } from '../adapters/aws/clients.ts';
import type { Connection } from '../adapters/aws/connection.ts';
import type { ClusterAccess } from '../adapters/kubernetes/reader.ts';
import type { AwsToOperate, AwsToOwn, AwsToRead, AwsToWrite, KubernetesReader, ToStatus } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';
import { lazyPorts } from './lazy-ports.ts';
import { loopbackOf } from './loopback.ts';
import { isAlive } from './state-dir.ts';

/** Every port of the library on one AWS. */
export interface Ports {
  readonly clock: Clock;
  readonly toRead: AwsToRead;
  readonly toWrite: AwsToWrite;
  readonly toStatus: ToStatus;
  readonly toOperate: AwsToOperate;
  readonly toOwn: AwsToOwn;
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
  const lazy = lazyPorts(connection, url);
  const toRead: AwsToRead = {
    identity: await facts.identity(),
    clock,
    signal,
    readers: adapters.readers(connection),
    facts,
    standing: adapters.standing(connection),
    store: lazy.store,
    publisher: lazy.publisher,
    resolver: lazy.resolver,
  };
  const { storeWriter, issuer, machines } = lazy;
  const toWrite = writing(toRead, { connection, adapters, onLockWait });
  const { permissions, verbPermissions } = adapters;
  return {
    clock,
    toRead,
    toWrite,
    toStatus: {
      ...toRead,
      kubernetes: ({ cluster, ...access }) =>
        lazyKubernetes({ ...access, token: () => tokenFor({ credentials, region, cluster }) }, { clock, url }),
    },
    toOperate: { ...toRead, storeWriter, issuer, machines },
    toOwn: { ...toWrite, owners: adapters.owners(connection), storeWriter },
    permissions,
    verbPermissions,
    connection,
    url,
    credentials,
  };
}

interface Writing extends Pick<PortsInput, 'onLockWait'> {
  readonly connection: Connection;
  readonly adapters: typeof import('../adapters/aws/index.ts');
}

/** Beside what reads: writers, and locks in the name of this process. */
function writing(toRead: AwsToRead, { connection, adapters, onLockWait }: Writing): AwsToWrite {
  const owner = { user: userInfo().username, host: hostname(), pid: process.pid, id: randomUUID() };
  return {
    ...toRead,
    writers: adapters.writers(connection),
    locks: (cluster) => adapters.parameterLocks(connection, cluster, onLockWait),
    leftovers: adapters.leftovers(connection),
    owner,
    isGone: (holder) => holder.host === owner.host && !isAlive(holder.pid),
  };
}

/** A bearer token for a cluster's API. Tokens are signed with wall time, whatever clock AWS has. */
async function tokenFor({
  credentials,
  region,
  cluster,
}: {
  credentials: Endpoint['credentials'];
  region: string;
  cluster: string;
}): Promise<string> {
  const { eksToken } = await import('../adapters/aws/token.ts');
  const { token } = await eksToken({
    credentials,
    region,
    cluster,
    now: Date.now(),
  });
  return token;
}

/** The Kubernetes client is loaded when the first question is asked; each question is work in flight on the clock. */
function lazyKubernetes(
  access: ClusterAccess,
  { clock, url }: { readonly clock: Clock; readonly url: string | undefined },
): KubernetesReader {
  const ask = <T>(question: (reader: KubernetesReader) => Promise<T>): Promise<T> =>
    clock.busy(async () => {
      const [{ kubernetesReader }, { KubernetesFailure }] = await Promise.all([
        import('../adapters/kubernetes/reader.ts'),
        import('../app/index.ts'),
      ]);
      const path = await loopbackOf(access.endpoint, url);
      if (path?.reached === false) throw new KubernetesFailure({ reason: 'unreachable', message: path.reason });
      return question(kubernetesReader(path === undefined ? access : { ...access, ...path }));
    });
  return {
    version: () => ask((reader) => reader.version()),
    nodes: () => ask((reader) => reader.nodes()),
    pods: (namespace) => ask((reader) => reader.pods(namespace)),
    deployments: (namespace) => ask((reader) => reader.deployments(namespace)),
    daemonSets: (namespace) => ask((reader) => reader.daemonSets(namespace)),
    events: (namespace) => ask((reader) => reader.events(namespace)),
  };
}
