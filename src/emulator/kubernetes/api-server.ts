import { createHash } from 'node:crypto';
import type { Turn } from '../call.ts';
import type { World } from '../world.ts';
import { seedObjects } from './bootstrap-objects.ts';
import { type Identity, makeAuthority, makeServing, servingNames } from './certificates.ts';
import type { KubernetesState, SelfManagedApi } from './state.ts';
import { Store } from './store.ts';

/** What an EKS cluster needs of its API server. */
export interface NewApiServer {
  /** The cluster's name; unique in its region. */
  readonly name: string;
  readonly clusterArn: string;
  /** `1.33`. */
  readonly version: string;
  /** `10.100.0.0/16`, or the IPv6 range. */
  readonly serviceCidr: string;
}

export interface ApiServerAddress {
  /** `https://127.0.0.1:PORT`. */
  readonly endpoint: string;
  /** The authority's certificate: PEM in base64, as DescribeCluster gives it. */
  readonly certificateAuthority: string;
}

/** Told when an API server appears or goes, so that a socket is opened or closed. */
export interface ApiServerListener {
  opened(state: KubernetesState): void;
  closed(state: KubernetesState): void;
  /** Its serving certificate is another one. */
  renewed(state: KubernetesState): void;
}

const listeners = new WeakMap<World, ApiServerListener>();

/** At most one listener per world; undefined takes it away. */
export function listenToApiServers(world: World, listener: ApiServerListener | undefined): void {
  if (listener === undefined) listeners.delete(world);
  else listeners.set(world, listener);
}

export const addressOf = (state: KubernetesState): ApiServerAddress => ({
  endpoint: `https://127.0.0.1:${state.port}`,
  certificateAuthority: Buffer.from(state.authority.certificate).toString('base64'),
});

/** Makes the API server of a cluster that has none yet: its authority, its port, its first objects. Throws where it has one. */
export function createApiServer(
  turn: Turn,
  { name, clusterArn, version, serviceCidr }: NewApiServer,
): ApiServerAddress {
  if (turn.state.kubernetes[name] !== undefined) throw new Error(`cluster ${name} has an API server already`);
  const seed = turn.newToken(32);
  const authority = makeAuthority(seed);
  const dnsNames = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const serving = makeServing(authority, { seed, dnsNames, addresses: ['127.0.0.1'] });
  const port = freePort(turn.world, clusterArn);
  const state: KubernetesState = {
    name,
    clusterArn,
    region: turn.region,
    version,
    port,
    serviceCidr,
    authority,
    serving,
    revision: 1,
    objects: {},
  };
  turn.state.kubernetes[name] = state;
  seedObjects(new Store(turn, state));
  listeners.get(turn.world)?.opened(state);
  return addressOf(state);
}

/** What the API server of a self-managed cluster is made of. */
export interface NewSelfManagedApi extends SelfManagedApi {
  /** Among the API servers of its region. */
  readonly key: string;
  readonly serviceCidr: string;
  /** The cluster's own authority. */
  readonly authority: Identity;
}

/** Makes the API server of a self-managed cluster with an empty etcd; one that was there with other data goes. */
export function createSelfManagedApi(turn: Turn, { key, serviceCidr, authority, ...own }: NewSelfManagedApi): void {
  deleteApiServer(turn, key);
  const clusterArn = `self-managed:${turn.region}:${turn.account}:${key}`;
  const state: KubernetesState = {
    name: key,
    clusterArn,
    region: turn.region,
    version: own.kubernetes.split('.').slice(0, 2).join('.'),
    port: freePort(turn.world, clusterArn),
    serviceCidr,
    authority: { key: '', certificate: authority.certificate },
    serving: selfManagedServing(turn, authority, own.names),
    selfManaged: own,
    revision: 1,
    objects: {},
  };
  turn.state.kubernetes[key] = state;
  seedObjects(new Store(turn, state));
  listeners.get(turn.world)?.opened(state);
}

const selfManagedServing = (turn: Turn, authority: Identity, names: readonly string[]): Identity =>
  makeServing(authority, {
    seed: turn.newToken(32),
    ...servingNames([...new Set([...names, 'localhost', '127.0.0.1'])]),
  });

/** Seats came with other names or another release: the API server serves with them from now on. */
export function renewSelfManagedApi(
  turn: Turn,
  state: KubernetesState,
  change: { readonly names: readonly string[]; readonly kubernetes: string; readonly authority: Identity },
): void {
  const own = state.selfManaged;
  if (own === undefined) throw new Error(`${state.name} is no self-managed cluster`);
  own.kubernetes = change.kubernetes;
  state.version = change.kubernetes.split('.').slice(0, 2).join('.');
  if (own.names.join() === change.names.join()) return;
  own.names = change.names;
  state.serving = selfManagedServing(turn, change.authority, change.names);
  listeners.get(turn.world)?.renewed(state);
}

/** Takes a cluster's API server and all that it stores away. Nothing happens where there is none. */
export function deleteApiServer(turn: Turn, name: string): void {
  const state = turn.state.kubernetes[name];
  if (state === undefined) return;
  delete turn.state.kubernetes[name];
  listeners.get(turn.world)?.closed(state);
}

/** The control plane runs another minor from now on: `1.34`. */
export function upgradeApiServer(turn: Turn, name: string, version: string): void {
  const state = turn.state.kubernetes[name];
  if (state === undefined) throw new Error(`cluster ${name} has no API server`);
  state.version = version;
}

// Below 32768, where systems begin to hand out ports for connections by themselves.
const firstPort = 20_000;
const portCount = 12_000;

/** The same cluster gets the same port, unless another one of this world has it. */
function freePort(world: World, clusterArn: string): number {
  const used = new Set(
    Object.values(world.regions).flatMap((region) => Object.values(region.kubernetes).map(({ port }) => port)),
  );
  const start = createHash('sha256').update(clusterArn).digest().readUInt32BE(0) % portCount;
  for (let step = 0; step < portCount; step += 1) {
    const port = firstPort + ((start + step) % portCount);
    if (!used.has(port)) return port;
  }
  throw new Error(`all ${portCount} ports for API servers are in use in this world`);
}
