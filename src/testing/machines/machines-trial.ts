import { generateKeyPairSync } from 'node:crypto';
import { type Duration, seconds } from '../../base/duration.ts';
import type { InstanceRecord } from '../../emulator/aws/ec2/compute-records.ts';
import { imagesOf } from '../../emulator/aws/ec2/images.ts';
import { attach, makeInterface } from '../../emulator/aws/ec2/interface-records.ts';
import type { EventHandlers, Turn } from '../../emulator/call.ts';
import { makeAuthority } from '../../emulator/kubernetes/certificates.ts';
import { kubernetesEvents } from '../../emulator/kubernetes/events.ts';
import { launchInstance } from '../../emulator/kubernetes/kubernetes-trial-records.ts';
import { Store } from '../../emulator/kubernetes/store.ts';
import { newWorld } from '../../emulator/new-world.ts';
import { nodeEvents } from '../../emulator/nodes/boot.ts';
import { type BootConfig, keyNames } from '../../emulator/nodes/self-managed/boot-config.ts';
import { clusterKey } from '../../emulator/nodes/self-managed/state.ts';
import { createTurns } from '../../emulator/turns.ts';
import {
  bootData,
  changed,
  type Deep,
  seatConfigOf,
  stateJson,
  workerConfig,
  workerRole,
} from './machines-boot-data.ts';
import {
  apiName,
  groupArn,
  makeBalancer,
  makeGroup,
  makeRole,
  newVolumeIn,
  put,
  seatStatements,
  store,
  workerStatements,
} from './machines-trial-records.ts';

export { apiName, bootData, stateJson, workerRole };

const region = 'us-east-1';
const account = '123456789012';

/** Events of services that this trial does without. */
const ignored: EventHandlers = new Proxy(
  {},
  // With a "then" it would count as a promise.
  { get: (_, name) => (name === 'then' ? undefined : () => undefined) },
);

/** A world whose clock a test moves. */
function clockedWorld() {
  const world = newWorld(account);
  let now = world.now;
  const turns = createTurns({
    world,
    now: () => now,
    eventHandlers: async (prefix) =>
      prefix === 'kubernetes' ? kubernetesEvents : prefix === 'nodes' ? nodeEvents : ignored,
  });
  const pass = async (time: Duration): Promise<void> => {
    const end = now + time.ms;
    for (let next = turns.next(); next !== undefined && next <= end; next = turns.next()) {
      now = Math.max(now, next);
      await turns.runDue(now);
    }
    now = end;
    await turns.runDue(now);
  };
  return { world, turns, pass, turn: (): Turn => turns.at(region) };
}

/** Roles and security groups of seats, workers and the load balancer. */
function makeHull(turn: Turn): void {
  makeRole(turn, 'seats', seatStatements());
  makeRole(turn, 'workers', workerStatements);
  makeGroup(turn, 'seats', [
    { from: 'seats', port: 2379 },
    { from: 'seats', port: 2380 },
    { from: 'api', port: 6443 },
  ]);
  makeGroup(turn, 'workers', []);
  makeGroup(turn, 'api', [
    { from: 'workers', port: 443 },
    { from: 'seats', port: 443 },
  ]);
}

/** The store with its keys; the authority that they hold. */
function makeStore(turn: Turn): { readonly key: string; readonly certificate: string } {
  turn.world.s3.buckets[store] = {
    name: store,
    region,
    creationDate: turn.now,
    versioning: 'Enabled',
    configurations: {},
    tags: {},
    objects: {},
  };
  const authority = makeAuthority('demo', generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
  for (const name of keyNames) put(turn, `cluster/keys/${name}`, name);
  put(turn, 'cluster/keys/ca.crt', authority.certificate);
  put(turn, 'cluster/keys/ca.key', authority.key);
  put(turn, 'cluster/state.json', JSON.stringify(stateJson()));
  return authority;
}

/** A volume and an interface per seat, the seats spread over three subnets. */
function makePlaces(turn: Turn, seats: readonly string[]) {
  const { ec2 } = turn.state;
  const subnets = Object.values(ec2.subnets).slice(0, 3);
  return seats.map((name, at) => {
    const subnet = subnets[at % subnets.length]!;
    const eni = makeInterface(turn, { subnet, groups: ['sg-seats'] });
    const volume = newVolumeIn(turn, subnet.zone);
    for (const id of [eni.id, volume]) ec2.tags[id] = { 'quilla.dev/cluster': 'demo' };
    return { name, subnet, interfaceId: eni.id, volumeId: volume, address: eni.privateIps[0]! };
  });
}

type Launch = Partial<InstanceRecord> & { readonly userData: string };

function launchWith(turn: Turn, profile: string, change: Launch): InstanceRecord {
  const { ec2 } = turn.state;
  const instance = launchInstance(turn, {
    imageId: imagesOf(region).find(({ os, kubernetes }) => os === 'al2023' && kubernetes === undefined)!.id,
    iamInstanceProfile: { arn: `arn:aws:iam::${account}:instance-profile/${profile}`, id: 'AIPA' },
    ...change,
  });
  const eni = ec2.networkInterfaces[instance.networkInterfaceIds[0]!]!;
  eni.groups = [`sg-${profile}`];
  attach(turn, eni, { instanceId: instance.id, deviceIndex: 0, deleteOnTermination: true });
  ec2.tags[instance.id] = { 'quilla.dev/cluster': 'demo', 'kubernetes.io/cluster/demo': 'owned' };
  return instance;
}

/** Ends an instance as EC2 does: what was made with it goes, the rest is free. */
function endInstance(turn: Turn, instance: InstanceRecord): void {
  const { ec2 } = turn.state;
  instance.state = 'terminated';
  for (const eni of Object.values(ec2.networkInterfaces)) {
    if (eni.attachment?.instanceId !== instance.id) continue;
    if (eni.attachment.deleteOnTermination) delete ec2.networkInterfaces[eni.id];
    else delete eni.attachment;
  }
  for (const volume of Object.values(ec2.volumes)) {
    if (volume.attachment?.instanceId !== instance.id) continue;
    delete volume.attachment;
    volume.state = 'available';
  }
  turn.later(seconds(0), 'nodes.stopped', { instanceId: instance.id });
}

/** How a test launches machines of the cluster. */
function launching(turn: () => Turn, places: ReturnType<typeof makePlaces>) {
  const placeOf = (name: string) => places.find((place) => place.name === name)!;
  const seatConfig = (name: string): BootConfig => seatConfigOf(placeOf(name), places);
  const launch = (profile: string, change: Launch): InstanceRecord => launchWith(turn(), profile, change);
  const seat = (name: string, change: Deep<BootConfig> = {}, record: Partial<InstanceRecord> = {}): InstanceRecord => {
    const userData = bootData(changed(seatConfig(name), change));
    const made = launch('seats', { subnetId: placeOf(name).subnet.id, userData, ...record });
    const { state, now } = turn();
    state.elbv2.targetGroups[groupArn]!.targets.push({ id: made.id, port: 6443, registeredAt: now });
    return made;
  };
  const worker = (change: Deep<BootConfig> = {}, record: Partial<InstanceRecord> = {}): InstanceRecord =>
    launch('workers', { userData: bootData(changed(workerConfig, change)), ...record });
  /** A blank volume takes the place of a seat's. */
  const loseVolume = (name: string): void => {
    const { ec2 } = turn().state;
    const place = placeOf(name);
    delete ec2.volumes[place.volumeId];
    place.volumeId = newVolumeIn(turn(), place.subnet.zone);
    ec2.tags[place.volumeId] = { 'quilla.dev/cluster': 'demo' };
  };
  return { placeOf, seatConfig, launch, seat, worker, loseVolume };
}

/** A world with everything around a self-managed cluster `demo`: roles, groups, store, load balancer, and a volume and interface per seat. */
export function machinesTrial({ seats = ['a', 'b', 'c'] }: { readonly seats?: readonly string[] } = {}) {
  const { world, turns, turn, pass } = clockedWorld();
  const first = turn();
  makeHull(first);
  const authority = makeStore(first);
  makeBalancer(first, ['sg-api']);
  const places = makePlaces(first, seats);
  const key = clusterKey('demo', store);
  return {
    ...launching(turn, places),
    world,
    turns,
    turn,
    ec2: first.state.ec2,
    key,
    authority,
    pass,
    end: (instance: InstanceRecord) => endInstance(turn(), instance),
    role: (name: string, statements: readonly object[]) => makeRole(turn(), name, statements),
    put: (path: string, text: string) => put(turn(), path, text),
    api: () => turn().state.kubernetes[key],
    store: () => new Store(turn(), turn().state.kubernetes[key]!),
  };
}

export type MachinesTrial = ReturnType<typeof machinesTrial>;
