import type { Clock } from '../base/clock.ts';
import { type Duration, formatDuration, milliseconds, seconds } from '../base/duration.ts';
import type { Status } from './status-shape.ts';

export interface ReadyWait {
  readonly wait: Duration;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLook: (what: string) => void;
}

const every = seconds(10);

/** Looks again until all is ready or the time is over; gives the last look. */
export async function waitUntilReady(
  look: () => Promise<Status>,
  { wait, clock, signal, onLook }: ReadyWait,
): Promise<Status> {
  const begun = clock.now();
  for (;;) {
    const status = await look();
    const gone = clock.now() - begun;
    if (status.ready || gone >= wait.ms) return status;
    const nodes = status.groups.reduce((sum, { readyNodes }) => sum + readyNodes, 0);
    const wanted = status.groups.reduce((sum, { desired }) => sum + desired, 0);
    const waiting = status.systemPods.filter(({ ready }) => !ready).length;
    onLook(
      `[+${formatDuration(milliseconds(gone))}] control plane ${status.controlPlane.state}, ${nodes} of ${wanted} nodes ready, ${waiting} system pods not ready`,
    );
    await clock.sleep(milliseconds(Math.min(every.ms, wait.ms - gone)), signal);
  }
}
