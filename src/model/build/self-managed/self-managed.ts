import type { Diagnostic } from '../../../base/diagnostic.ts';
import { report } from '../../codes.ts';
import type { Resource } from '../../graph.ts';
import { refTo } from '../../graph.ts';
import type { Built, Text } from '../context.ts';
import { creatorFindings } from '../creator.ts';
import { keyPair } from '../key-pair.ts';
import { network } from '../network/network.ts';
import { vpcEndpoints } from '../network/vpc-endpoints.ts';
import { bastionIdentity } from './bastion-identity.ts';
import { dns } from './dns.ts';
import { doors } from './doors.ts';
import { draining } from './draining.ts';
import type { SelfManagedHandles } from './handles.ts';
import { issuer } from './issuer.ts';
import { machines } from './machines.ts';
import { podRoles } from './pod-roles.ts';
import { seatIdentity } from './seat-identity.ts';
import { seatPlaces } from './seats.ts';
import { security } from './security.ts';
import type { SelfManagedContext } from './self-managed-context.ts';
import { clusterState } from './state.ts';
import { stateDocument, store } from './store.ts';
import { volumeGrants } from './volume-grants.ts';
import { workerIdentities } from './worker-identities.ts';

/** What stays where it is: network, groups, places, doors and names. */
function surroundings(context: SelfManagedContext) {
  const net = network(context);
  const safe = security(context, net);
  const mark = safe.groups.seats.id;
  const endpoints = vpcEndpoints(context, net, safe.endpoints);
  const places = seatPlaces(context, net, safe.groups.seats);
  const entrances = doors(context, { network: net, groups: safe.groups, seats: places.seats });
  const name = dns(context, { network: net, doors: entrances, mark });
  return {
    network: net,
    groups: safe.groups,
    mark,
    seats: places.seats,
    doors: entrances,
    endpoints,
    dnsName: name.name,
    resources: [
      ...net.resources,
      ...safe.resources,
      ...endpoints,
      ...places.resources,
      ...entrances.resources,
      ...name.resources,
    ] as readonly Resource[],
    diagnostics: [...net.diagnostics, ...places.diagnostics, ...entrances.diagnostics, ...name.diagnostics],
  };
}

type Surroundings = ReturnType<typeof surroundings>;

/** Who may do what, and where keys and notices lie. */
function identities(context: SelfManagedContext, { mark, seats, network: { vpcId } }: Surroundings) {
  const { store: kept, resources: storeResources } = store(context, mark);
  const issuing = issuer(context, { keys: kept.keys, mark });
  const workers = workerIdentities(context, kept);
  const drains = draining(context, { groups: new Set(workers.groups.keys()), mark });
  const pods = podRoles(context, issuing, drains.queue);
  const ofSeats = seatIdentity(context, { seats, store: kept, vpcId });
  const bastion = bastionIdentity(context);
  const pair = keyPair(context);
  const grants = volumeGrants(context, mark);
  return {
    store: kept,
    issuer: issuing,
    workers,
    queue: drains.queue,
    pods,
    seats: ofSeats.identity,
    bastion: bastion.identity,
    keyName: pair.keyName,
    grants: grants.map(({ id }) => id),
    resources: [
      ...storeResources,
      ...issuing.resources,
      ...workers.resources,
      ...ofSeats.resources,
      ...bastion.resources,
      ...pods.resources,
      ...drains.resources,
      ...pair.resources,
      ...grants,
    ] as readonly Resource[],
    diagnostics: workers.diagnostics,
  };
}

/** What a seat reads of the store when it boots. */
const documentsOfSeats = ['bucket-object/state', 'bucket-object/seat-program'];

function handlesOf(
  { spec }: SelfManagedContext,
  around: Surroundings,
  who: ReturnType<typeof identities>,
): SelfManagedHandles {
  const { internal, public: open } = around.doors;
  const all = open === undefined ? [internal] : [internal, open];
  const balancers = all.map(({ loadBalancer }) => refTo(loadBalancer, 'dnsName'));
  const { dnsName } = around;
  const reachable = [...around.endpoints.map(({ id }) => id), ...who.grants];
  return {
    network: around.network,
    securityGroups: around.groups,
    internal,
    public: open,
    targetGroupArns: all.map(({ targetGroup }) => refTo(targetGroup, 'arn')),
    seats: around.seats,
    store: who.store,
    issuerUrl: who.issuer.url,
    apiName: balancers[0]!,
    publicName: dnsName ?? balancers.at(-1)!,
    certificateNames: [
      ...new Set<Text>([
        ...balancers,
        ...(dnsName === undefined ? [] : [dnsName]),
        ...spec.controlPlane.certificateNames,
      ]),
    ],
    identities: { seats: who.seats, groups: who.workers.groups, bastion: who.bastion },
    nodeRoleArns: who.workers.roleArns,
    podRoles: who.pods.roles,
    queue: who.queue,
    keyName: who.keyName,
    ready: {
      seats: [...reachable, ...all.map(({ listener }) => listener.id), who.store.keys.id, ...documentsOfSeats],
      workers: [...reachable, internal.listener.id, who.store.keys.id],
    },
  };
}

const withoutPublicSubnet = ({ spec }: SelfManagedContext, { network: net }: Surroundings): readonly Diagnostic[] =>
  spec.access.bastion === undefined || net.publicSubnets.length > 0
    ? []
    : [
        report('graph.no-public-subnet', {
          detail: 'the bastion needs a public subnet, and there is none',
          fix: 'Give a public subnet, or leave out access.bastion: `quilla shell` needs none.',
          at: { path: 'spec.access.bastion' },
        }),
      ];

/** A cluster with a control plane of one's own: all builders, each fed with the handles of those before it. */
export function selfManaged(context: SelfManagedContext): Built {
  const around = surroundings(context);
  const who = identities(context, around);
  const handles = handlesOf(context, around, who);
  const machinery = machines(context, handles);
  const state = stateDocument(handles, { state: clusterState(context, handles), mark: around.mark });
  return {
    resources: [...around.resources, ...who.resources, state, ...machinery.resources],
    diagnostics: [
      ...around.diagnostics,
      ...withoutPublicSubnet(context, around),
      ...creatorFindings(context),
      ...who.diagnostics,
      ...machinery.diagnostics,
    ],
  };
}
