import type { Turns } from '../../emulator/turns.ts';
import { linkLocal } from '../network/addresses.ts';
import { namespaceOf } from '../network/namespace-of.ts';
import type { Balancer, Topology } from '../network/topology.ts';
import { answerTcp, answerUdp, type Resolve } from './dns.ts';
import { type BalancerName, type DnsView, dnsAnswer } from './dns-answer.ts';
import type { Listener } from './listeners.ts';
import { instanceWith, metadataServer } from './metadata.ts';

export interface VpcServicesOptions {
  readonly runId: string;
  readonly aws: { readonly endpoint: string; readonly turns: Turns };
  /** The newest; answers follow it without new sockets. */
  readonly topology: () => Topology;
  /** Addresses of the nodes of a load balancer, by ARN, that have a healthy target. */
  readonly goodNodes: (balancer: string) => ReadonlySet<string>;
}

/** What listens in the routers of VPCs: metadata always, a resolver where DNS support is on. */
export const vpcListeners = (topology: Topology, options: VpcServicesOptions): readonly Listener[] =>
  topology.vpcs.flatMap(({ id, dnsSupport, resolver }) => {
    const namespace = namespaceOf.vpc(options.runId, id);
    const metadata = metadataListener(namespace, id, options);
    return dnsSupport ? [metadata, dnsListener(namespace, { vpcId: id, resolver, options })] : [metadata];
  });

const metadataListener = (namespace: string, vpcId: string, { aws }: VpcServicesOptions): Listener => ({
  key: 'metadata',
  namespace,
  places: [{ protocol: 'tcp', address: linkLocal.metadata, port: 80 }],
  serve: () => {
    const server = metadataServer({
      endpoint: aws.endpoint,
      instanceOf: (address) => instanceWith(aws.turns.world, vpcId, address),
    });
    return { tcp: (client) => void server.emit('connection', client), close: () => server.closeAllConnections() };
  },
});

interface Resolver {
  readonly vpcId: string;
  readonly resolver: string;
  readonly options: VpcServicesOptions;
}

function dnsListener(namespace: string, { vpcId, resolver, options }: Resolver): Listener {
  const addresses = [resolver, linkLocal.resolver];
  const resolve: Resolve = (name, type) => {
    const view = viewOf(vpcId, options);
    return view && dnsAnswer(view, name, type);
  };
  return {
    key: `dns ${addresses.join(' ')}`,
    namespace,
    places: addresses.flatMap((address) => [
      { protocol: 'udp', address, port: 53 },
      { protocol: 'tcp', address, port: 53 },
    ]),
    serve: () => ({
      udp: (socket) => answerUdp(socket, resolve),
      tcp: (client) => answerTcp(client, resolve),
      // A connection ends by itself when it is idle.
      close: () => undefined,
    }),
  };
}

/** What the resolver of a VPC sees at this moment; undefined where it is off. */
function viewOf(vpcId: string, { topology, aws, goodNodes }: VpcServicesOptions): DnsView | undefined {
  const { vpcs, balancers } = topology();
  const vpc = vpcs.find(({ id }) => id === vpcId);
  if (vpc === undefined || !vpc.dnsSupport) return undefined;
  return {
    vpcId,
    privateNames: vpc.dnsHostnames,
    zones: Object.values(aws.turns.world.route53.zones),
    names: vpc.names,
    balancers: balancers
      .filter(({ active }) => active)
      .map((balancer) => balancerName(balancer, goodNodes(balancer.arn))),
  };
}

/** Nodes with a healthy target, all where none has one: public addresses where it faces the internet. */
export function balancerName(balancer: Balancer, good: ReadonlySet<string>): BalancerName {
  const healthy = balancer.nodes.filter(({ address }) => good.has(address));
  const nodes = healthy.length > 0 ? healthy : balancer.nodes;
  return {
    name: balancer.dnsName.toLowerCase(),
    addresses: nodes.map(({ address, publicAddress }) => publicAddress ?? address),
  };
}
