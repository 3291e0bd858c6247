import { type Resource, refTo } from '../../graph.ts';
import type { RulePeer } from '../../kinds/security-group-rule.ts';
import type { Value } from '../../value.ts';
import { kubernetesTag, tailOf } from '../context.ts';
import type { NetworkHandles } from '../network/network-handles.ts';
import { closedEndpointsGroup, openTo, peerOf, rule, securityGroup } from '../security-groups.ts';
import type { SecurityGroups } from './handles.ts';
import { type Ports, podNetworkPorts } from './pod-network-ports.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface SecurityHandles {
  readonly resources: readonly Resource[];
  readonly groups: SecurityGroups;
  /** Of interface endpoints. */
  readonly endpoints: Resource<'security-group'> | undefined;
}

type Group = Resource<'security-group'>;
type Rule = Resource<'security-group-rule'>;

const plane = 'spec.controlPlane';
const tcp = (what: string, port: number, description: string, to = port): Ports => ({
  what,
  protocol: 'tcp',
  ports: { from: port, to },
  description,
});
const api = tcp('api', 6443, 'API server');
const https = tcp('https', 443, 'API');
const etcd = tcp('etcd', 2379, 'etcd: clients and members', 2380);
const kubelet = tcp('kubelet', 10_250, 'kubelet');
const ssh = tcp('ssh', 22, 'SSH');

/** Opens ports of a group to the members of another one. */
const open = (context: SelfManagedContext, group: Group, [peer, ports, from]: [Group, Ports, string]): Rule => {
  // DNS has one name for two protocols.
  const service = ports.what === 'dns' ? `dns-${ports.protocol}` : ports.what;
  return rule(context, group, {
    what: `${tailOf(group.id)}/${service}-from-${tailOf(peer.id)}`,
    protocol: ports.protocol,
    ports: ports.ports,
    peer: { groupId: refTo(peer, 'groupId') },
    description: ports.description,
    from,
  });
};

/** A load balancer's way to the seats: it has no other one. */
const toSeats = (context: SelfManagedContext, door: Group, seats: Group): readonly Rule[] => [
  rule(context, door, {
    what: `${tailOf(door.id)}/api-to-seats`,
    protocol: api.protocol,
    ports: api.ports,
    peer: { groupId: refTo(seats, 'groupId') },
    description: 'API servers and their health',
    from: plane,
    direction: 'egress',
  }),
  open(context, seats, [door, api, plane]),
];

function groupsOf(context: SelfManagedContext, network: NetworkHandles): SecurityGroups {
  const { access } = context.spec;
  // Load balancer controllers look for the one group of an instance that carries this tag, and stop at two.
  const tags = { [kubernetesTag(context.name)]: 'owned' };
  const node = { openEgress: true, tags, from: plane };
  return {
    seats: securityGroup(context, network, { ...node, what: 'seats', description: 'Seats of the control plane' }),
    workers: securityGroup(context, network, { ...node, what: 'workers', description: 'Workers' }),
    api: securityGroup(context, network, {
      what: 'api',
      description: 'Internal load balancer of the API',
      from: plane,
    }),
    apiPublic: access.api.public
      ? securityGroup(context, network, {
          what: 'api-public',
          description: 'Public load balancer of the API',
          from: 'spec.access.api.public',
        })
      : undefined,
    bastion:
      access.bastion === undefined
        ? undefined
        : securityGroup(context, network, {
            what: 'bastion',
            description: 'SSH to the bastion',
            from: 'spec.access.bastion',
            openEgress: true,
          }),
  };
}

function planeRules(context: SelfManagedContext, { seats, workers, ...doors }: SecurityGroups): readonly Rule[] {
  const inward: readonly (readonly [Group, Group, Ports])[] = [
    [seats, seats, etcd],
    [seats, seats, api],
    // The service `kubernetes` leads pods to the API servers themselves.
    [seats, workers, api],
    [seats, seats, kubelet],
    [workers, seats, kubelet],
    [doors.api, seats, https],
    [doors.api, workers, https],
    ...(doors.bastion === undefined ? [] : ([[doors.api, doors.bastion, https]] as const)),
  ];
  return [
    ...inward.map(([group, peer, ports]) => open(context, group, [peer, ports, plane])),
    ...toSeats(context, doors.api, seats),
    ...(doors.apiPublic === undefined ? [] : toSeats(context, doors.apiPublic, seats)),
  ];
}

/** The metrics server asks every kubelet, and it runs on a worker. */
function metricsRules(context: SelfManagedContext, { seats, workers }: SecurityGroups): readonly Rule[] {
  if (context.spec.charts.every(({ name }) => name !== 'metrics-server')) return [];
  const ports = { ...kubelet, description: 'kubelet: metrics' };
  return [seats, workers].map((group) => open(context, group, [workers, ports, 'spec.addons']));
}

function podRules(context: SelfManagedContext, { seats, workers }: SecurityGroups): readonly Rule[] {
  const { podNetwork } = context.spec.network;
  const needed = podNetworkPorts(podNetwork);
  const from = 'spec.network.podNetwork';
  const all: readonly [Group, Group, readonly Ports[]][] = [
    [workers, workers, needed.workers],
    [workers, seats, needed.workers],
    [seats, seats, needed.seatsToSeats],
    [seats, workers, needed.seatsToWorkers],
  ];
  return all.flatMap(([group, peer, list]) => list.map((ports) => open(context, group, [peer, ports, from])));
}

/** SSH to machines: through the bastion alone where there is one, else from the spec's ranges. */
function sshRules(context: SelfManagedContext, { seats, workers, bastion }: SecurityGroups): readonly Rule[] {
  const { access } = context.spec;
  if (access.ssh === undefined) return [];
  const from = 'spec.access.ssh.from';
  const ranges = access.ssh.from;
  return [seats, workers].flatMap((group) =>
    bastion === undefined
      ? openTo(context, group, { what: `${tailOf(group.id)}/ssh`, port: 22, ranges, from, description: 'SSH' })
      : [open(context, group, [bastion, ssh, 'spec.access.bastion'])],
  );
}

function bastionRules(context: SelfManagedContext, { bastion }: SecurityGroups): readonly Rule[] {
  const ranges = context.spec.access.bastion?.from ?? [];
  if (bastion === undefined) return [];
  const from = 'spec.access.bastion.from';
  return openTo(context, bastion, { what: 'bastion/ssh', port: 22, ranges, from, description: 'SSH' });
}

/** Who reaches the public load balancer: the spec's ranges, and with `nat` the addresses of the NAT gateways. */
function publicRules(
  context: SelfManagedContext,
  { apiPublic }: SecurityGroups,
  network: NetworkHandles,
): readonly Rule[] {
  if (apiPublic === undefined) return [];
  const { from: ranges, fromNat } = context.spec.access.api;
  const peers: readonly [string, Value<RulePeer>][] = [
    ...ranges.map((range): [string, Value<RulePeer>] => [range, peerOf(range)]),
    ...(fromNat ? network.natRanges : []).map((range, i): [string, Value<RulePeer>] =>
      typeof range === 'string' ? [range, peerOf(range)] : [`nat-${i + 1}`, { cidr: range }],
    ),
  ];
  return [...new Map(peers)].map(([what, peer]) =>
    rule(context, apiPublic, {
      what: `api-public/https-${what}`,
      protocol: 'tcp',
      ports: https.ports,
      peer,
      description: https.description,
      from: 'spec.access.api.from',
    }),
  );
}

function endpointRules(
  context: SelfManagedContext,
  endpoints: Group | undefined,
  groups: SecurityGroups,
): readonly Rule[] {
  if (endpoints === undefined) return [];
  const clients = [groups.seats, groups.workers, ...(groups.bastion === undefined ? [] : [groups.bastion])];
  const ports = { ...https, description: 'HTTPS' };
  return clients.map((client) => open(context, endpoints, [client, ports, 'spec.network.endpoints']));
}

/** Security groups by role, with the fewest rules. */
export function security(context: SelfManagedContext, network: NetworkHandles): SecurityHandles {
  const groups = groupsOf(context, network);
  const endpoints = closedEndpointsGroup(context, network);
  const made = [groups.seats, groups.workers, groups.api, groups.apiPublic, groups.bastion, endpoints];
  return {
    resources: [
      ...made.flatMap((group) => group ?? []),
      ...planeRules(context, groups),
      ...metricsRules(context, groups),
      ...podRules(context, groups),
      ...sshRules(context, groups),
      ...bastionRules(context, groups),
      ...publicRules(context, groups, network),
      ...endpointRules(context, endpoints, groups),
    ],
    groups,
    endpoints,
  };
}
