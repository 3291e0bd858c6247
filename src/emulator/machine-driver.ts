import type { Clock } from '../base/clock.ts';
import type { MachineShell } from './machine-shell.ts';
import type { Turns } from './turns.ts';

/** Where something of this AWS can be reached on this host's loopback, or why it cannot. */
export type Reached = { readonly host: string; readonly port: number } | { readonly why: string };

/** What a machine driver is told of the AWS that it runs instances for. */
export interface DrivenAws {
  /** `http://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** The world, and its turns; `onTurn` tells when something may have changed. */
  readonly turns: Turns;
  readonly clock: Clock;
}

/**
 * Runs instances as real machines. With one, this AWS plays no boot of instances that bring Quilla's boot data, no seats and no API of
 * theirs: what they do is what they do. Which instances shall be on, what is attached to them and what may reach them, the driver reads
 * in the world; what it finds out it writes there (`appendConsole`, `measureTarget`, `listen` and `stopListening`).
 */
export interface MachineDriver extends MachineShell {
  /** Called once, when the AWS listens. */
  start(aws: DrivenAws): Promise<void>;
  /** Where a name and port inside of VPCs can be reached on this host. */
  loopback(host: string, port: number): Promise<Reached>;
  /** Ends all machines. Called before the AWS stops to listen. */
  stop(): Promise<void>;
}
