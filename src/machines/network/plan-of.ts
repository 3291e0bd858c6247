import { hops, linkLocal, macOf, servicePlaces, tableNumber } from './addresses.ts';
import { namespaceOf } from './namespace-of.ts';
import { endpointFilter, routerFilter, uplink } from './packet-filter.ts';
import type { Line, LinkPlan, NamespacePlan, Plan } from './plan.ts';
import { address, lastMetric, neighbour, route, rule } from './plan.ts';
import type { Interface, Owner, Route, Topology, Vpc } from './topology.ts';

/** Of links inside of a VPC, and of those to the internet: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/network_mtu.html */
const mtu = { vpc: 9001, internet: 1500 } as const;

const v4 = 'net.ipv4';
/** A namespace begins with the host's own settings. Links made later take those of `default`. */
const router = [
  `${v4}.ip_forward=1`,
  ...['all', 'default'].flatMap((each) => [
    `${v4}.conf.${each}.rp_filter=0`,
    `${v4}.conf.${each}.send_redirects=0`,
    `net.ipv6.conf.${each}.disable_ipv6=1`,
  ]),
];
/** Machines ask for all addresses of their subnet; the router answers for those that it knows. */
const proxy = [`${v4}.conf.default.proxy_arp=1`];
const host = [`${v4}.ip_forward=0`, ...['all', 'default'].map((each) => `${v4}.conf.${each}.rp_filter=0`)];

const uplinkMac = (id: string, end: 'inside' | 'outside'): string => macOf(`${id} ${end}`);
/** The link of the internet namespace to a VPC or an interface endpoint. */
const downlink = (id: string): string => `v${id.slice(-8)}`;
const routerMac = (eni: Interface): string => macOf(eni.id);

const linked = (vpc: Vpc): readonly Interface[] => vpc.interfaces.filter(({ owner }) => owner !== undefined);

const hopMac = (hop: string, id: string): Line => neighbour(hop, uplinkMac(id, 'outside'), uplink);

function routeLine(vpc: Vpc, table: number, { range: to, to: target }: Route): Line {
  switch (target.kind) {
    case 'local':
      // What the tables of subnets leave over is the main table's, which has a route to each address.
      return route({ to, type: 'throw', table });
    case 'internet-gateway':
      return route({ to, link: uplink, via: hops.internetGateway, table });
    case 'gateway-endpoint':
      return route({ to, link: uplink, via: hops.gatewayEndpoint, table });
    case 'nat-gateway': {
      const via = vpc.natGateways.find(({ id }) => id === target.id)?.privateAddress;
      return via === undefined ? route({ to, type: 'blackhole', table }) : route({ to, link: uplink, via, table });
    }
    case 'interface': {
      const eni = linked(vpc).find(({ id }) => id === target.id);
      const via = eni?.addresses[0];
      return eni && via ? route({ to, link: eni.link, via, table }) : route({ to, type: 'blackhole', table });
    }
    case 'drop':
      return route({ to, type: 'blackhole', table });
    default:
      return target satisfies never;
  }
}

function interfaceLines(vpc: Vpc, eni: Interface): Line[] {
  const { link, mac, addresses, prefixes } = eni;
  const [primary] = addresses;
  const subnet = vpc.subnets.find(({ id }) => id === eni.subnetId)!;
  return [
    ...addresses.flatMap((own) => [neighbour(own, mac, link), route({ to: `${own}/32`, link })]),
    ...prefixes.map((to) => route({ to, link, via: primary! })),
    rule(`iif ${link}`, tableNumber(subnet.routeTableId)),
  ];
}

function routerLines(vpc: Vpc): Line[] {
  const own = [...vpc.subnets.map(({ gateway }) => gateway), vpc.resolver, ...Object.values(linkLocal)];
  const used = new Set(linked(vpc).map(({ subnetId }) => vpc.subnets.find(({ id }) => id === subnetId)?.routeTableId));
  const via = [...Object.values(hops), ...vpc.natGateways.map(({ privateAddress }) => privateAddress)];
  return [
    ...[...new Set(own)].map((each) => address(`${each}/32`, 'lo')),
    route({ to: 'default', type: 'blackhole', metric: lastMetric }),
    ...via.map((hop) => hopMac(hop, vpc.id)),
    ...linked(vpc).flatMap((eni) => interfaceLines(vpc, eni)),
    ...vpc.routeTables
      .filter(({ id }) => used.has(id))
      .flatMap(({ id, routes }) => routes.map((each) => routeLine(vpc, tableNumber(id), each))),
  ];
}

/** What has a link to the internet namespace: as what it is seen there. */
interface Uplink {
  readonly id: string;
  readonly namespace: string;
  readonly linkAddress: string;
  readonly publicAddresses: readonly string[];
}

const uplinksOf = (runId: string, vpc: Vpc): Uplink[] => [
  {
    id: vpc.id,
    namespace: namespaceOf.vpc(runId, vpc.id),
    linkAddress: vpc.linkAddress,
    publicAddresses: [
      ...vpc.natGateways.map(({ publicAddress }) => publicAddress),
      ...linked(vpc).flatMap(({ publicAddresses }) => Object.values(publicAddresses)),
    ],
  },
  ...vpc.endpoints.map(({ id, linkAddress }) => ({
    id,
    namespace: namespaceOf.endpoint(runId, id),
    linkAddress,
    publicAddresses: [],
  })),
];

const uplinkPlan = (runId: string, { id, namespace }: Uplink): LinkPlan => ({
  namespace: namespaceOf.internet(runId),
  name: downlink(id),
  mac: uplinkMac(id, 'outside'),
  mtu: mtu.internet,
  setup: [],
  peer: { namespace, name: uplink, mac: uplinkMac(id, 'inside'), setup: [`link set ${uplink} up`] },
});

const backTo = ({ id, linkAddress, publicAddresses }: Uplink): Line[] => [
  neighbour(linkAddress, uplinkMac(id, 'inside'), downlink(id)),
  route({ to: `${linkAddress}/32`, link: downlink(id) }),
  ...publicAddresses.map((each) => route({ to: `${each}/32`, link: downlink(id), via: linkAddress })),
];

const internetPlan = (runId: string, uplinks: readonly Uplink[]): NamespacePlan => ({
  name: namespaceOf.internet(runId),
  settings: router,
  lines: [
    ...Object.values(servicePlaces).map((each) => address(`${each}/32`, 'lo')),
    route({ to: 'default', type: 'unreachable', metric: lastMetric }),
    ...uplinks.flatMap(backTo),
  ],
});

function namespaceOfOwner(runId: string, owner: Owner): string {
  if (owner.kind === 'instance') return namespaceOf.machine(runId, owner.id);
  return owner.kind === 'balancer' ? namespaceOf.balancer(runId, owner.arn) : namespaceOf.endpoint(runId, owner.id);
}

/** Link names inside of machines, as Linux on Nitro has them. */
const deviceName = (index: number): string => `ens${5 + index}`;

/** A machine finds its first interface ready, as by DHCP; further ones are its own to set up. */
function setupOf(eni: Interface, owner: Owner, gateway: string): string[] {
  const device = deviceName(owner.index);
  const own = `${eni.addresses[0]}/${eni.prefixLength}`;
  if (owner.kind !== 'instance') return [`addr replace ${own} dev ${device} noprefixroute`, `link set ${device} up`];
  if (owner.index > 0) return [];
  return [
    `addr replace ${own} dev ${device}`,
    `link set ${device} up`,
    `route replace default via ${gateway} dev ${device}`,
  ];
}

function interfaceLink(runId: string, vpc: Vpc, eni: Interface): LinkPlan[] {
  const { owner } = eni;
  if (owner === undefined) return [];
  const { gateway } = vpc.subnets.find(({ id }) => id === eni.subnetId)!;
  return [
    {
      namespace: namespaceOf.vpc(runId, vpc.id),
      name: eni.link,
      mac: routerMac(eni),
      mtu: mtu.vpc,
      // Or the kernel waits up to 0.8 seconds before it answers.
      setup: [`ntable change name arp_cache dev ${eni.link} proxy_delay 0`],
      peer: {
        namespace: namespaceOfOwner(runId, owner),
        name: deviceName(owner.index),
        mac: eni.mac,
        setup: setupOf(eni, owner, gateway),
      },
    },
  ];
}

/** Routes of a namespace with several interfaces of which each answers for itself: balancers and endpoints. */
const nodeLines = (vpc: Vpc, nodes: readonly Interface[], selector: (node: Interface) => string): Line[] =>
  nodes.flatMap((node) => {
    const number = nodeTable(node.owner!.index);
    const { gateway: via } = vpc.subnets.find(({ id }) => id === node.subnetId)!;
    const link = deviceName(node.owner!.index);
    return [
      route({ to: 'default', link, via, metric: number }),
      route({ to: 'default', link, via, table: number }),
      rule(selector(node), number),
    ];
  });

/** Number of a node's route table, and of the mark that leads to it. */
const nodeTable = (index: number): number => 100 + index;

function endpointPlans(runId: string, vpc: Vpc): NamespacePlan[] {
  return vpc.endpoints.map((endpoint) => {
    const nodes = linked(vpc).filter(({ owner }) => owner?.kind === 'endpoint' && owner.id === endpoint.id);
    return {
      name: namespaceOf.endpoint(runId, endpoint.id),
      settings: router,
      lines: [
        hopMac(hops.internetGateway, endpoint.id),
        route({ to: `${endpoint.target}/32`, link: uplink, via: hops.internetGateway }),
        ...nodeLines(vpc, nodes, ({ owner }) => `fwmark ${nodeTable(owner!.index)}`),
      ],
      filter: endpointFilter(
        endpoint,
        nodes.map(({ owner }) => ({ device: deviceName(owner!.index), mark: nodeTable(owner!.index) })),
      ),
    };
  });
}

function balancerPlans(runId: string, vpc: Vpc): NamespacePlan[] {
  const nodes = linked(vpc).filter(({ owner }) => owner?.kind === 'balancer');
  const byArn = Map.groupBy(nodes, ({ owner }) => (owner?.kind === 'balancer' ? owner.arn : ''));
  return [...byArn].map(([arn, own]) => ({
    name: namespaceOf.balancer(runId, arn),
    settings: host,
    lines: nodeLines(vpc, own, ({ addresses }) => `from ${addresses[0]}`),
  }));
}

/** What a topology means on this host: one namespace for the internet, each VPC, machine, load balancer and interface endpoint. */
export function planOf(runId: string, { vpcs, instances }: Topology): Plan {
  const uplinks = vpcs.flatMap((vpc) => uplinksOf(runId, vpc));
  return {
    namespaces: [
      internetPlan(runId, uplinks),
      ...vpcs.map((vpc) => ({
        name: namespaceOf.vpc(runId, vpc.id),
        settings: [...router, ...proxy],
        lines: routerLines(vpc),
        filter: routerFilter(vpc),
      })),
      ...vpcs.flatMap((vpc) => [...balancerPlans(runId, vpc), ...endpointPlans(runId, vpc)]),
      ...instances.map(({ id }) => ({ name: namespaceOf.machine(runId, id), settings: host, lines: [] })),
    ],
    links: [
      ...uplinks.map((each) => uplinkPlan(runId, each)),
      ...vpcs.flatMap((vpc) => vpc.interfaces.flatMap((eni) => interfaceLink(runId, vpc, eni))),
    ],
  };
}
