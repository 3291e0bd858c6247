import { milliseconds } from '../../base/duration.ts';
import { bootReport } from '../../insight/boot-report.ts';
import { isOvercome } from '../../insight/console-lines.ts';
import { type SeatPlace, type SeatSeen, serves } from '../../insight/seat-problems.ts';
import { bootTag } from '../../model/bootstrap/self-managed/boot-config.ts';
import { type Found, ofKind, type Snapshot } from '../../model/snapshot.ts';
import type { NodeInstance, SeatPlaces } from '../../ports/facts.ts';
import type { AwsToRead } from '../ports.ts';
import { groupOf } from '../stranded.ts';
import { seatGroupId, seatNames } from './hull.ts';

/** States of instances that are on their way out. */
const leaving: ReadonlySet<string> = new Set(['terminated', 'shutting-down']);

/** The newest instance of a seat's group that stays. */
const instanceOf = (seat: string, instances: readonly NodeInstance[], snapshot: Snapshot): NodeInstance | undefined =>
  instances
    .filter((instance) => !leaving.has(instance.state) && groupOf(instance, snapshot) === seatGroupId(seat))
    .sort((a, b) => Date.parse(b.launchedAt) - Date.parse(a.launchedAt))[0];

/** Every seat as AWS shows it, in the order of their names. What only matters where something is wrong is asked only then. */
export async function lookAtSeats(
  snapshot: Snapshot,
  instances: readonly NodeInstance[],
  aws: Pick<AwsToRead, 'facts' | 'clock'>,
): Promise<readonly SeatSeen[]> {
  const seats = [...seatNames(snapshot)].sort();
  const found = new Map(seats.map((seat) => [seat, instanceOf(seat, instances, snapshot)]));
  const groups = new Map(ofKind(snapshot, 'auto-scaling-group').map((group) => [group.id, group.observed.groupName]));
  const empty = seats
    .filter((seat) => found.get(seat) === undefined)
    .flatMap((seat) => groups.get(seatGroupId(seat)) ?? []);
  const [places, failures] = await Promise.all([
    aws.facts.seatPlaces(askedOf(snapshot)),
    empty.length === 0 ? new Map<string, string>() : aws.facts.launchFailures(empty),
  ]);
  const seen = seats.map((name) => {
    const failure = failures.get(groups.get(seatGroupId(name)) ?? '');
    return seatOf(name, found.get(name), { snapshot, places, now: aws.clock.now(), failure });
  });
  return Promise.all(seen.map((seat) => withConsole(seat, aws)));
}

const askedOf = (snapshot: Snapshot) => ({
  volumeIds: ofKind(snapshot, 'volume').map(({ observed }) => observed.volumeId),
  networkInterfaceIds: ofKind(snapshot, 'network-interface').map(({ observed }) => observed.networkInterfaceId),
  targetGroupArns: ofKind(snapshot, 'target-group').map(({ observed }) => observed.arn),
});

interface Sight {
  readonly snapshot: Snapshot;
  readonly places: SeatPlaces;
  readonly now: number;
  readonly failure: string | undefined;
}

const byId = <K extends Found['kind']>(snapshot: Snapshot, kind: K, id: string) =>
  ofKind(snapshot, kind).find((one) => one.id === id);

function seatOf(name: string, instance: NodeInstance | undefined, sight: Sight): SeatSeen {
  const { snapshot, places, failure } = sight;
  const volume = byId(snapshot, 'volume', `volume/etcd-${name}`);
  const card = byId(snapshot, 'network-interface', `network-interface/seat-${name}`);
  const group = byId(snapshot, 'auto-scaling-group', seatGroupId(name));
  const place = (id: string): SeatPlace => ({ id, holder: places.holders.get(id)?.instanceId });
  return {
    name,
    zone: volume?.settled.zone ?? instance?.zone ?? zoneOf(group, snapshot),
    instance: instance && instanceSeen(name, instance, sight),
    launchFailure: failure,
    unwanted: group?.settled.desiredSize === 0,
    boot: bootReport(instance?.tags[bootTag]),
    volume: volume && place(volume.observed.volumeId),
    networkInterface: card && place(card.observed.networkInterfaceId),
    health: places.health.get(instance?.instanceId ?? '') ?? [],
  };
}

/** The zone of a seat that has neither volume nor instance. */
function zoneOf(group: Found<'auto-scaling-group'> | undefined, snapshot: Snapshot): string {
  const subnet = ofKind(snapshot, 'subnet').find(
    ({ observed }) => group?.settled.subnetIds?.includes(observed.subnetId) === true,
  );
  return subnet?.settled.zone ?? snapshot.region;
}

/** The tag that EC2 itself puts on an instance: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/launch-instances-from-launch-template.html */
const madeFrom = 'aws:ec2launchtemplate:version';

function instanceSeen(
  seat: string,
  instance: NodeInstance,
  { snapshot, now }: Sight,
): NonNullable<SeatSeen['instance']> {
  const { instanceId, state, stateReason, launchedAt, tags } = instance;
  const newest = byId(snapshot, 'launch-template', `launch-template/seat-${seat}`)?.observed.latestVersion;
  return {
    instanceId,
    state,
    stateReason,
    age: milliseconds(Math.max(0, now - Date.parse(launchedAt))),
    launchedAt,
    outdated: newest !== undefined && tags[madeFrom] !== undefined && tags[madeFrom] !== newest,
  };
}

/** What an instance says is read only where its seat does not serve. */
async function withConsole(seat: SeatSeen, { facts }: Pick<AwsToRead, 'facts'>): Promise<SeatSeen> {
  if (seat.instance === undefined || serves(seat) || seat.boot?.outcome === 'ready') return seat;
  const console = await facts.consoleOutput(seat.instance.instanceId);
  const { boot } = seat;
  const isOld = boot?.outcome === 'failed' && isOvercome(console, boot.step);
  return { ...seat, instance: { ...seat.instance, console }, boot: isOld ? undefined : boot };
}
