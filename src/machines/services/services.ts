import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { balancerNamed } from '../../emulator/nodes/self-managed/doors.ts';
import type { Turns } from '../../emulator/turns.ts';
import { servicePlaces } from '../network/addresses.ts';
import { namespaceOf } from '../network/namespace-of.ts';
import type { Topology } from '../network/topology.ts';
import type { Authority } from './authority.ts';
import { balancerConfigs } from './balancer-config.ts';
import { type BalancerReport, type Balancers, createBalancers } from './balancers.ts';
import type { ChildRecords } from './child.ts';
import { httpsServer, passToAws } from './endpoints.ts';
import { createForwards, type Forwards, type Reached } from './forward.ts';
import { createListeners, type Listener, type Listeners } from './listeners.ts';
import { vpcListeners } from './vpc-services.ts';

export interface ServicesOptions {
  /** Four hexadecimal digits. */
  readonly runId: string;
  readonly records: ChildRecords;
  /** `endpoint`: `http://127.0.0.1:PORT` of the embedded AWS. */
  readonly aws: { readonly endpoint: string; readonly turns: Turns };
  /** Answers what comes to mirror.quilla.internal. */
  readonly mirror: (request: IncomingMessage, response: ServerResponse) => void;
  readonly authority: Authority;
  /** Told of each change of a load balancer's target; `answering` is what the embedded AWS's `listen` means. */
  readonly onTarget?: (report: BalancerReport) => void;
  /** Told in a line of what does not work. */
  readonly progress?: (line: string) => void;
}

/** What answers inside of network namespaces. */
export interface Services {
  /**
   * Makes what answers be as the topology says; its namespaces have to be there. One at a time; calls while one runs end with one more.
   * Throws with all that could not be made; the rest is.
   */
  sync(topology: Topology): Promise<void>;
  /** Where on this host's loopback the load balancer behind a name answers. */
  forward(host: string, port: number): Promise<Reached>;
  close(): Promise<void>;
}

interface Parts {
  readonly listeners: Listeners;
  readonly balancers: Balancers;
  readonly forwards: Forwards;
  /** The topology that was last made true. */
  topology: Topology | undefined;
}

export function createServices(options: ServicesOptions): Services {
  const { runId, records, aws } = options;
  const balancers = createBalancers({
    namespaceOf: (arn) => namespaceOf.balancer(runId, arn),
    records,
    ...(options.onTarget && { onTarget: options.onTarget }),
    ...(options.progress && { progress: options.progress }),
  });
  const forwards = createForwards({ find: (host, port) => findListener(aws.turns, host, port), take: balancers.take });
  const parts: Parts = { listeners: createListeners(records), balancers, forwards, topology: undefined };
  const toAws = passToAws(aws.endpoint);
  let wanted: Topology | undefined;
  let running: Promise<void> | undefined;
  const turn = async (): Promise<void> => {
    for (let next = wanted; next !== undefined; next = wanted) {
      wanted = undefined;
      await syncOnce(next, parts, { ...options, toAws: toAws.handle });
    }
  };
  return {
    sync(topology) {
      wanted = topology;
      running ??= turn().finally(() => {
        running = undefined;
      });
      return running;
    },
    forward: forwards.forward,
    async close() {
      wanted = undefined;
      await running?.catch(() => undefined);
      await Promise.all([forwards.close(), balancers.close(), parts.listeners.close()]);
      toAws.close();
    },
  };
}

type Given = ServicesOptions & { readonly toAws: ServicesOptions['mirror'] };

async function syncOnce(topology: Topology, parts: Parts, given: Given): Promise<void> {
  parts.topology = topology;
  const { world } = given.aws.turns;
  const active = new Set(topology.balancers.filter(({ active }) => active).map(({ arn }) => arn));
  const configs = balancerConfigs(world).filter(({ arn }) => active.has(arn));
  const wanted = [
    ...internetListeners(given),
    ...vpcListeners(topology, {
      runId: given.runId,
      aws: given.aws,
      topology: () => parts.topology ?? topology,
      goodNodes: parts.balancers.goodNodes,
    }),
  ];
  const results = await Promise.allSettled([parts.listeners.sync(wanted), parts.balancers.sync(configs)]);
  const failed = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : []));
  if (failed.length > 0) throw new AggregateError(failed, failed.map(({ message }) => message).join('\n'));
}

/** AWS's endpoints and the mirror, each on an address of its own. */
function internetListeners({ runId, authority, mirror, toAws }: Given): readonly Listener[] {
  const namespace = namespaceOf.internet(runId);
  const handlers = { aws: toAws, s3: toAws, mirror };
  return (['aws', 's3', 'mirror'] as const).map((name) => {
    const address = servicePlaces[name];
    return {
      key: `https ${address}`,
      namespace,
      places: [{ protocol: 'tcp', address, port: 443 } as const],
      serve: async () => {
        const server = await httpsServer(authority, address, handlers[name]);
        return {
          tcp: (client: Socket) => void server.emit('connection', client),
          close: () => server.closeAllConnections(),
        };
      },
    };
  });
}

/** The load balancer of a name in any region, with a listener at a port. */
function findListener(turns: Turns, host: string, port: number): { readonly arn: string } | { readonly why: string } {
  for (const region of Object.keys(turns.world.regions)) {
    const turn = turns.at(region);
    const balancer = balancerNamed(turn, host);
    if (balancer === undefined) continue;
    const listeners = Object.values(turn.state.elbv2.listeners);
    return listeners.some((own) => own.loadBalancerArn === balancer.arn && own.port === port)
      ? { arn: balancer.arn }
      : { why: `load balancer ${balancer.name} has no listener at port ${port}` };
  }
  return { why: `no such host: no load balancer and no alias record has the name ${host}` };
}
