import type { IncomingMessage, ServerResponse } from 'node:http';
import { defined } from '../base/defined.ts';
import { seconds } from '../base/duration.ts';
import { imagesOf } from '../emulator/aws/ec2/images.ts';
import { appendConsole } from '../emulator/aws/ec2/instances/life.ts';
import type { MachineDriver } from '../emulator/machine-driver.ts';
import type { Turns } from '../emulator/turns.ts';
import type { World } from '../emulator/world.ts';
import { setForMachines } from './host-settings.ts';
import { type LevelTriggered, levelTriggered } from './level-triggered.ts';
import type { Usage } from './machine/control-groups.ts';
import { createMachineRoom, type MachineRoom, shellOn, type WantedMachine } from './machine/machine-room.ts';
import type { Records } from './made.ts';
import { createNetwork, type Network, namespaceOf } from './network/network.ts';
import { topologyOf } from './network/topology-of.ts';
import type { Authority } from './services/authority.ts';
import { listeningWriter } from './services/listening-writer.ts';
import { createServices, type Services } from './services/services.ts';

export interface DriverGiven {
  /** Four hexadecimal digits. */
  readonly runId: string;
  /** Of the run. */
  readonly folder: string;
  /** Root file system of all machines. */
  readonly image: string;
  readonly authority: Authority;
  readonly records: Records;
  readonly mirror: (request: IncomingMessage, response: ServerResponse) => void;
  /** Told once of each thing that does not come about; it is tried again all the same. */
  readonly onProblem: (text: string) => void;
  /** Instances that get no power yet, as if EC2 took long to start them; it may change, see `Driver.settled`. */
  readonly held?: (instanceId: string) => boolean;
}

/** What a machine is like now. */
export interface MachineStatus {
  readonly instanceId: string;
  readonly hostName: string;
  readonly address: string;
  /** What EC2 says of the instance. */
  readonly state: string;
  /** Of its first process on this host; missing while it is off. */
  readonly pid?: number;
  readonly usage?: Usage;
}

export interface Driver extends MachineDriver {
  status(): readonly MachineStatus[];
  /** Takes a machine's power away; EC2 is not told. */
  powerOff(instanceId: string): Promise<void>;
  /** Resolves when everything that the world wanted at the time of the call has come about. */
  settled(): Promise<void>;
}

/** Nodes of EKS come from EKS's own images, with programs that only AWS has: the embedded AWS plays them. */
const isPlayed = (region: string, imageId: string): boolean =>
  imagesOf(region).find(({ id }) => id === imageId)?.kubernetes !== undefined;

const instancesOf = ({ regions }: World) =>
  Object.entries(regions).flatMap(([region, { ec2 }]) =>
    Object.values(ec2.instances).filter(({ imageId }) => !isPlayed(region, imageId)),
  );

/** Instances that shall be on. One that EC2 still starts is off; one that it ends has no power from the first moment. */
function wantedOf(world: World, runId: string): readonly WantedMachine[] {
  const volumes = Object.values(world.regions).flatMap(({ ec2 }) => Object.values(ec2.volumes));
  return instancesOf(world)
    .filter(({ state }) => state === 'running')
    .map(({ id, privateDnsName, rootDeviceName }) => ({
      instanceId: id,
      hostName: privateDnsName,
      namespace: namespaceOf.machine(runId, id),
      disks: volumes.flatMap(({ id: volumeId, size, attachment }) =>
        attachment?.instanceId === id && attachment.device !== rootDeviceName
          ? [{ volumeId, device: attachment.device, size }]
          : [],
      ),
    }));
}

/** Instances that EC2 still has, on or off: what is on the disk of one that was stopped is there when it starts again. */
const keptOf = (world: World): ReadonlySet<string> =>
  new Set(
    instancesOf(world).flatMap(({ id, state }) => (state === 'terminated' || state === 'shutting-down' ? [] : [id])),
  );

const volumesOf = ({ regions }: World): ReadonlySet<string> =>
  new Set(Object.values(regions).flatMap(({ ec2 }) => Object.keys(ec2.volumes)));

function tellConsoles(room: MachineRoom, turns: Turns): void {
  const { regions } = turns.world;
  for (const { instanceId, lines } of room.consoles()) {
    const region = Object.keys(regions).find((name) => regions[name]?.ec2.instances[instanceId] !== undefined);
    if (region !== undefined) for (const line of lines) appendConsole(turns.at(region), instanceId, line);
  }
}

/** What runs once the embedded AWS listens. */
interface Parts {
  readonly turns: Turns;
  readonly room: MachineRoom;
  readonly network: Network;
  readonly services: Services;
  readonly loop: LevelTriggered;
  readonly stopListening: () => void;
}

/** Makes this host as the world is: first what ended loses its power, then the network, what answers in it, and what begins. */
async function makeSo({ room, network, services, turns }: Omit<Parts, 'loop' | 'stopListening'>, given: DriverGiven) {
  const { world } = turns;
  // A machine that is on already stays on, whatever is held.
  const isHeld = (id: string): boolean => room.pidOf(id) === undefined && (given.held?.(id) ?? false);
  const wanted = wantedOf(world, given.runId).filter(({ instanceId }) => !isHeld(instanceId));
  await room.end(wanted, keptOf(world));
  const topology = topologyOf(world);
  await network.sync(topology);
  await services.sync(topology);
  await room.begin(wanted);
  await room.keepVolumes(volumesOf(world));
  tellConsoles(room, turns);
}

/** How often consoles are read where nothing else happens, and how long after a failure all is tried again. */
const pause = seconds(1);

/** Runs instances of an embedded AWS as Linux machines of this host. */
export function createDriver(given: DriverGiven): Driver {
  const { runId, records } = given;
  let parts: Parts | undefined;
  const told = new Set<string>();
  const onError = (error: Error): void => {
    if (told.has(error.message)) return;
    told.add(error.message);
    given.onProblem(error.message);
  };
  const begun = (): Parts => {
    if (parts === undefined) throw new Error('the machine driver has not begun: give it to startEmbeddedAws');
    return parts;
  };
  const pid = (instanceId: string): number => {
    const found = begun().room.pidOf(instanceId);
    if (found === undefined) throw new Error(`the machine of ${instanceId} is off`);
    return found;
  };
  return {
    async start({ endpoint, turns }) {
      setForMachines(records);
      const room = createMachineRoom({ ...given, authority: given.authority.certificatePem });
      const network = createNetwork({ runId, records });
      const { mirror, authority } = given;
      const onTarget = listeningWriter(turns);
      const services = createServices({
        runId,
        records,
        aws: { endpoint, turns },
        mirror,
        authority,
        onTarget,
        progress: given.onProblem,
      });
      const made = { turns, room, network, services };
      const loop = levelTriggered({ work: () => makeSo(made, given), retry: pause, onError });
      const stopWatching = turns.onTurn(loop.wake);
      const consoles = setInterval(() => tellConsoles(room, turns), pause.ms);
      const stopListening = (): void => {
        stopWatching();
        clearInterval(consoles);
      };
      parts = { ...made, loop, stopListening };
      await loop.settled();
    },
    shell: async (instanceId, command) => shellOn(pid(instanceId), command),
    loopback: (host, port) => begun().services.forward(host, port),
    status: () => statusOf(begun()),
    powerOff: (instanceId) => begun().room.powerOff(instanceId),
    settled: () => begun().loop.settled(),
    async stop() {
      if (parts === undefined) return;
      const { stopListening, loop, services, room, network } = parts;
      parts = undefined;
      stopListening();
      await loop.stop();
      await services.close();
      await room.close();
      await network.close();
    },
  };
}

const statusOf = ({ turns, room }: Parts): readonly MachineStatus[] =>
  instancesOf(turns.world)
    .filter(({ state }) => state !== 'terminated')
    .map(({ id, privateDnsName, privateIp, state }) => ({
      instanceId: id,
      hostName: privateDnsName,
      address: privateIp,
      state,
      ...defined({ pid: room.pidOf(id), usage: room.usage(id) }),
    }));
