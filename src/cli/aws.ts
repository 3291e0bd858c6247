import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { AwsToRead, AwsToWrite, ToStatus } from '../app/index.ts';
import type { Clock } from '../base/clock.ts';
import { Failure, reporter } from '../base/diagnostic.ts';
import { type Invocation, textOf } from './command.ts';
import { isAlive, stateDir } from './state-dir.ts';
import { isEmbedded } from './which-aws.ts';

/** AWS as a verb is given it, and how to leave it. */
export interface OpenAws {
  readonly clock: Clock;
  readonly toRead: AwsToRead;
  readonly toWrite: AwsToWrite;
  readonly toStatus: ToStatus;
  readonly permissions: typeof import('../adapters/aws/index.ts').permissions;
  readonly verbPermissions: typeof import('../adapters/aws/index.ts').verbPermissions;
  readonly connection: import('../adapters/aws/connection.ts').Connection;
  /** Undefined on the real AWS; else where the embedded one runs. */
  readonly embedded: string | undefined;
  /** Where the embedded AWS or AWS_ENDPOINT_URL is; undefined for AWS's own addresses. */
  readonly url: string | undefined;
  readonly credentials: import('../adapters/aws/clients.ts').Endpoint['credentials'];
  close(): Promise<void>;
}

interface Target {
  readonly clock: Clock;
  readonly url: string | undefined;
  readonly credentials: OpenAws['credentials'];
  readonly embedded: string | undefined;
  close(): Promise<void>;
}

async function embeddedTarget({ io }: Invocation): Promise<Target> {
  const { openEmbedded } = await import('./embedded.ts');
  const { endpoint, clock, credentials, where, close } = await openEmbedded(stateDir(io.cwd, io.env));
  return { clock, url: endpoint, credentials, embedded: where, close };
}

/** The standard chain: environment, profile, SSO, web identity, container and instance roles. */
async function realTarget(invocation: Invocation, region: string): Promise<Target> {
  const [{ fromNodeProviderChain }, { systemClock }] = await Promise.all([
    import('@aws-sdk/credential-providers'),
    import('../adapters/clock.ts'),
  ]);
  const profile = textOf(invocation, 'profile');
  const credentials = fromNodeProviderChain({
    clientConfig: { region },
    ...(profile === undefined ? {} : { profile }),
  });
  return {
    clock: systemClock,
    url: invocation.io.env.AWS_ENDPOINT_URL,
    credentials,
    embedded: undefined,
    close: async () => {},
  };
}

/** The region of a verb without a spec. */
export async function regionFor(invocation: Invocation): Promise<string> {
  const { env } = invocation.io;
  const named =
    textOf(invocation, 'region') ?? env.AWS_REGION ?? env.AWS_DEFAULT_REGION ?? (await profileRegion(invocation));
  if (named !== undefined) return named;
  if (isEmbedded(invocation)) return 'us-east-1';
  const { appCodes } = await import('../app/index.ts');
  throw new Failure(
    reporter(appCodes)('app.no-region', {
      detail: 'neither --region nor AWS_REGION is set, and the profile has none',
      fix: 'Add --region us-east-1, for example.',
    }),
  );
}

async function profileRegion(invocation: Invocation): Promise<string | undefined> {
  if (isEmbedded(invocation)) return undefined;
  const { loadSharedConfigFiles } = await import('@smithy/core/config');
  const profile = textOf(invocation, 'profile') ?? invocation.io.env.AWS_PROFILE ?? 'default';
  const { configFile } = await loadSharedConfigFiles();
  return configFile[profile]?.region;
}

/** Credentials and address alone, without a call: for tokens. The embedded AWS of a process is not started for one. */
export async function credentialsFor(
  invocation: Invocation,
  region: string,
): Promise<{ readonly credentials: OpenAws['credentials']; readonly url: string | undefined }> {
  if (!isEmbedded(invocation)) {
    const { credentials, url } = await realTarget(invocation, region);
    return { credentials, url };
  }
  const { embeddedAddress } = await import('./embedded.ts');
  return embeddedAddress(stateDir(invocation.io.cwd, invocation.io.env));
}

/** Opens the AWS that the command line asks for, in a region, and asks who we are. */
export async function openAws(invocation: Invocation, region: string): Promise<OpenAws> {
  const target = isEmbedded(invocation) ? await embeddedTarget(invocation) : await realTarget(invocation, region);
  try {
    return await connectTo(target, region, invocation);
  } catch (error) {
    await target.close();
    throw error;
  }
}

async function connectTo(target: Target, region: string, { io, options }: Invocation): Promise<OpenAws> {
  const { clock, url, credentials } = target;
  const [{ connect }, { makeClients }, adapters] = await Promise.all([
    import('../adapters/aws/connection.ts'),
    import('../adapters/aws/clients.ts'),
    import('../adapters/aws/index.ts'),
  ]);
  const connection = connect({
    region,
    clock,
    clients: makeClients({ region, credentials, url }),
    ...(options.verbose === true
      ? { onCall: (operation: string) => io.err(io.errStyle.dim(`  call ${operation}`)) }
      : {}),
  });
  const facts = adapters.facts(connection);
  const toRead: AwsToRead = {
    identity: await facts.identity(),
    clock,
    signal: io.signal,
    readers: adapters.readers(connection),
    facts,
  };
  const owner = { user: userInfo().username, host: hostname(), pid: process.pid, id: randomUUID() };
  const toWrite: AwsToWrite = {
    ...toRead,
    writers: adapters.writers(connection),
    locks: (cluster) => adapters.parameterLocks(connection, cluster),
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
  return {
    clock,
    toRead,
    toWrite,
    toStatus,
    permissions,
    verbPermissions,
    connection,
    embedded: target.embedded,
    url,
    credentials,
    close: target.close,
  };
}

/** A bearer token for a cluster's API. Tokens are signed with wall time, whatever clock AWS has. */
export async function tokenFor({
  credentials,
  region,
  cluster,
  url,
}: {
  credentials: OpenAws['credentials'];
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
function lazyKubernetes(
  access: import('../adapters/kubernetes/reader.ts').ClusterAccess,
  clock: Clock,
): import('../app/index.ts').KubernetesReader {
  const ask = <T>(question: (reader: import('../app/index.ts').KubernetesReader) => Promise<T>): Promise<T> =>
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
