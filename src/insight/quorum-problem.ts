import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import { formatDuration } from '../base/duration.ts';
import { readinessCodes } from './readiness-codes.ts';
import { isBooting, isStarting, isUp, lacksQuorum, quorumOf, type SeatSeen, serves } from './seat-problems.ts';

const report = reporter(readinessCodes);

const named = (which: readonly SeatSeen[]): string =>
  `${which.length === 1 ? 'seat' : 'seats'} ${which.map(({ name }) => name).join(', ')}`;
const are = (which: readonly SeatSeen[]): string => (which.length === 1 ? 'is' : 'are');
const doNot = (which: readonly SeatSeen[]): string => (which.length === 1 ? 'does not' : 'do not');

/**
 * What missing seats mean for all: nothing, a note while all of them boot, a warning while the others have the quorum, else why nothing
 * answers. `reached`: whether the API answered from here, which shows that there is a quorum.
 */
export function quorumProblem(seats: readonly SeatSeen[], reached = false): Diagnostic | undefined {
  const idle = seats.filter((seat) => !serves(seat));
  if (idle.length === 0) return undefined;
  if (isStarting(seats)) return starting(seats);
  if (!reached && lacksQuorum(seats)) return noQuorum(seats);
  const [all, serving, quorum] = [seats.length, seats.length - idle.length, quorumOf(seats.length)];
  return serving >= quorum || reached
    ? report('control-plane.seat-missing', {
        detail: `${serving} of ${all} seats serve, ${quorum} are needed; ${named(idle)} ${doNot(idle)}`,
        fix: idle.every(isBooting)
          ? 'Wait until it has booted; quilla status --wait 20m does.'
          : 'See to what is said of it before another one is lost.',
      })
    : report('control-plane.no-quorum', {
        detail: `enough seats are up, and ${serving} of ${all} serve, ${quorum} are needed; ${named(idle)} ${doNot(idle)}`,
        fix: 'quilla logs SEAT --unit etcd and --unit apiserver show what they say.',
      });
}

function starting(seats: readonly SeatSeen[]): Diagnostic {
  const booting = seats.filter(isBooting);
  const oldest = booting.map(({ instance }) => instance!.age).sort((a, b) => b.ms - a.ms)[0]!;
  return report('control-plane.booting', {
    detail: `${named(booting)} ${booting.length === 1 ? 'has' : 'have'} been booting for ${formatDuration(oldest)}; the API answers when ${quorumOf(seats.length)} of ${seats.length} serve, mostly within five minutes of their launch`,
    fix: 'Wait: quilla status --wait 20m looks until all is ready.',
  });
}

function noQuorum(seats: readonly SeatSeen[]): Diagnostic {
  const [up, down] = [seats.filter(isUp), seats.filter((seat) => !isUp(seat))];
  const [all, quorum] = [seats.length, quorumOf(seats.length)];
  const count = `${up.length} of ${all} seats ${are(up)} up, ${quorum} ${quorum === 1 ? 'is' : 'are'} needed`;
  const lost = seats.filter(({ volume }) => volume === undefined);
  // What the rest holds is too little for a quorum: no seat may begin anew by itself.
  if (all - lost.length < quorum)
    return report('control-plane.no-quorum', {
      detail: `${count}; the data of ${named(lost)} is lost, so that the rest has no quorum and no seat starts etcd by itself`,
      fix: 'Only a snapshot brings the data back: quilla store show -f FILE names the newest one. Remove nothing more.',
    });
  return report('control-plane.no-quorum', {
    detail: `${count}; missing: ${named(down)}`,
    fix: down.every(isBooting)
      ? 'They boot: the API answers again when enough of them are up.'
      : 'See to what is said of each missing seat; the API answers again when enough of them are up.',
  });
}
