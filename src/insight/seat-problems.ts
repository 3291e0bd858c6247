import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { type Duration, formatDuration, minutes } from '../base/duration.ts';
import type { BootReport } from './boot-report.ts';
import { failingStep, saysDataLost, tellingLines } from './console-lines.ts';
import { readinessCodes } from './readiness-codes.ts';

const report = reporter(readinessCodes);

/** A volume or an interface of a seat, and the instance that holds it; undefined: nobody. */
export interface SeatPlace {
  readonly id: string;
  readonly holder: string | undefined;
}

/** A seat and all that AWS shows about it. */
export interface SeatSeen {
  readonly name: string;
  readonly zone: string;
  /** The newest instance that is not on its way out. */
  readonly instance:
    | {
        readonly instanceId: string;
        readonly state: string;
        readonly stateReason?: string | undefined;
        readonly age: Duration;
        /** ISO 8601. */
        readonly launchedAt?: string;
        readonly console?: string | undefined;
        /** Whether its launch template has changed since its launch. */
        readonly outdated?: boolean;
      }
    | undefined;
  /** Why its group launches none. */
  readonly launchFailure: string | undefined;
  /** Whether its group wants no instance at all. */
  readonly unwanted?: boolean;
  readonly boot: BootReport | undefined;
  /** Undefined where they do not exist any more. */
  readonly volume: SeatPlace | undefined;
  readonly networkInterface: SeatPlace | undefined;
  /** As the load balancers see it; empty where they do not know it. */
  readonly health: readonly { readonly state: string; readonly reason?: string }[];
}

/** Longer than a boot should take: most of it is downloads. */
const longestBoot = minutes(15);

/** Whether a seat serves: its boot is done and every load balancer sends to it. */
export const serves = ({ instance, boot, health }: SeatSeen): boolean =>
  instance?.state === 'running' &&
  boot?.outcome === 'ready' &&
  health.length > 0 &&
  health.every(({ state }) => state === 'healthy');

/** Whether a seat does its part: its boot is done and it holds its volume and its interface. Without a quorum it waits for the others. */
export const isUp = ({ instance, boot, volume, networkInterface }: SeatSeen): boolean =>
  instance?.state === 'running' &&
  boot?.outcome === 'ready' &&
  volume?.holder === instance.instanceId &&
  networkInterface?.holder === instance.instanceId;

/** Whether a seat was launched not long ago, and nothing has failed yet. */
export const isBooting = ({ instance, boot, volume, networkInterface }: SeatSeen): boolean =>
  instance !== undefined &&
  ['running', 'pending'].includes(instance.state) &&
  boot === undefined &&
  volume !== undefined &&
  networkInterface !== undefined &&
  instance.age.ms < longestBoot.ms &&
  failingStep(instance.console) === undefined &&
  !saysDataLost(instance.console);

/** Whether an instance was launched when another seat was up already: it replaces one. */
const isReplacement = ({ instance }: SeatSeen, seats: readonly SeatSeen[]): boolean =>
  seats.some(
    ({ boot }) => boot?.outcome === 'ready' && Date.parse(boot.at) < Date.parse(instance?.launchedAt ?? boot.at),
  );

/** Whether the whole control plane starts and nothing is wrong with it: a first boot, most often. */
export const isStarting = (seats: readonly SeatSeen[]): boolean =>
  seats.some(isBooting) &&
  seats.every((seat) => (isBooting(seat) || isUp(seat)) && !isReplacement(seat, seats)) &&
  seats.every(({ instance }) => instance !== undefined && instance.age.ms < longestBoot.ms);

/** Whether too few seats are up for etcd to answer: those that are up cannot serve then, whatever they do. */
export const lacksQuorum = (seats: readonly SeatSeen[]): boolean => seats.filter(isUp).length < quorumOf(seats.length);

/** More than half: https://etcd.io/docs/v3.6/faq/#what-is-failure-tolerance */
export const quorumOf = (seats: number): number => Math.floor(seats / 2) + 1;

const seeBoot = (seat: string): string => `quilla logs ${seat} --unit boot shows what the seat tries.`;

/** Places of a seat that its instance does not hold. While it boots it has not taken them yet: only what another one holds is in its way. */
const elsewhere = ({ name, instance, boot, volume, networkInterface }: SeatSeen): Diagnostic[] => {
  const own = instance?.instanceId;
  const booted = boot?.outcome === 'ready';
  const wrong = (place: SeatPlace | undefined): place is SeatPlace =>
    place !== undefined && place.holder !== own && (booted || place.holder !== undefined);
  const where = ({ holder }: SeatPlace): string => (holder === undefined ? 'is free' : `is attached to ${holder}`);
  return [
    ...(wrong(volume)
      ? [
          report('seat.volume-elsewhere', {
            detail: `volume ${volume.id} of seat ${name} ${where(volume)}; its instance is ${own}`,
            fix: seeBoot(name),
          }),
        ]
      : []),
    ...(wrong(networkInterface)
      ? [
          report('seat.interface-elsewhere', {
            detail: `interface ${networkInterface.id} of seat ${name} ${where(networkInterface)}; its instance is ${own}`,
            fix: seeBoot(name),
          }),
        ]
      : []),
  ];
};

/** What does not exist any more. */
const lost = ({ name, zone, volume, networkInterface }: SeatSeen): Diagnostic[] => [
  ...(volume === undefined
    ? [
        report('seat.volume-lost', {
          detail: `the etcd volume of seat ${name} in ${zone} does not exist any more, and with it the seat's copy of the data`,
          fix: 'quilla apply makes an empty one; while most of the other seats have theirs, the seat joins them as a learner and gets the data from them.',
        }),
      ]
    : []),
  ...(networkInterface === undefined
    ? [
        report('seat.interface-lost', {
          detail: `the network interface of seat ${name} in ${zone} does not exist any more: the others do not hear it`,
          fix: 'quilla apply makes another one.',
        }),
      ]
    : []),
];

/** What to do about a seat whose boot fails. An instance that is older than its template never sees what an apply changed. */
function bootFix({ name, instance }: SeatSeen): string {
  if (saysDataLost(instance?.console))
    return 'A seat without its data starts no etcd of its own: it joins the others as soon as most of them are there. Bring those back; where their data is lost too, only a snapshot helps: quilla store show -f FILE names the newest one.';
  return instance?.outdated === true
    ? `The launch template of the seat has changed since this instance was launched. End it: aws ec2 terminate-instances --instance-ids ${instance.instanceId}; its group starts another one as the last apply left it.`
    : `The script tries again by itself; mend what it says. quilla logs ${name} --unit boot shows all of it.`;
}

function bootProblems(seat: SeatSeen): Diagnostic[] {
  const { name, boot } = seat;
  const instance = seat.instance!;
  const lines = tellingLines(instance.console);
  const said = lines.length === 0 ? '' : `: ${lines.join(' | ')}`;
  const failing =
    boot?.outcome === 'failed'
      ? `${boot.step} (${boot.at})`
      : (failingStep(instance.console) ?? (saysDataLost(instance.console) ? 'etcd' : undefined));
  if (failing !== undefined)
    return [
      report('seat.boot-failed', {
        detail: `seat ${name} (${instance.instanceId}) failed at ${failing}${said}`,
        fix: bootFix(seat),
      }),
      ...elsewhere(seat),
    ];
  const launched = `seat ${name} (${instance.instanceId}) was launched ${formatDuration(instance.age)} ago`;
  if (instance.age.ms < longestBoot.ms)
    return [report('seat.booting', { detail: `${launched}; a boot takes some minutes` })];
  return [
    report('seat.boot-stuck', {
      detail: `${launched} and its boot has not ended${said}`,
      fix: `quilla logs ${name} --unit boot shows where it waits.`,
    }),
    ...elsewhere(seat),
  ];
}

function absence({ name, zone, launchFailure, unwanted }: SeatSeen): Diagnostic {
  if (unwanted === true)
    return report('seat.no-instance', {
      detail: `seat ${name} in ${zone} has no instance, and its group wants none: its size was set to 0`,
      fix: 'quilla apply sets it to 1 again.',
    });
  return launchFailure === undefined
    ? report('seat.no-instance', {
        detail: `seat ${name} in ${zone} has no instance; its group has started none yet`,
        fix: 'The group starts one by itself, mostly within two minutes. Where it does not, look whether its processes are suspended.',
      })
    : report('seat.no-instance', {
        detail: `seat ${name} in ${zone} has no instance: ${launchFailure}`,
        fix: 'The group tries again by itself; mend what AWS says.',
      });
}

/** What keeps one seat from serving; empty where it serves. */
export function seatProblems(seat: SeatSeen): readonly Diagnostic[] {
  const { name, instance, boot, health } = seat;
  if (instance === undefined) return [...lost(seat), absence(seat)];
  if (instance.state !== 'running' && instance.state !== 'pending')
    return [
      ...lost(seat),
      report('seat.not-running', {
        detail: `instance ${instance.instanceId} of seat ${name} is ${instance.state}${instance.stateReason === undefined ? '' : `: ${instance.stateReason}`}`,
        fix: 'Its group ends it and starts another one within some minutes; volume and address stay.',
      }),
    ];
  if (boot?.outcome !== 'ready') return [...lost(seat), ...bootProblems(seat)];
  const ill = health.filter(({ state }) => state !== 'healthy');
  const why = ill.map(({ state, reason }) => reason ?? state).join('; ');
  return [
    ...lost(seat),
    ...elsewhere(seat),
    ...(serves(seat)
      ? []
      : [
          report('seat.unhealthy', {
            detail: `seat ${name} (${instance.instanceId}) booted, and ${health.length === 0 ? 'no load balancer knows it' : `the load balancer says ${why}`}`,
            fix: `quilla logs ${name} --unit apiserver and --unit etcd show what they say.`,
          }),
        ]),
  ];
}
