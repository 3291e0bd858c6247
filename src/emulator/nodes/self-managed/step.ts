import type { Duration } from '../../../base/duration.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import type { Turn } from '../../call.ts';
import type { BootConfig } from './boot-config.ts';
import type { MachineRecord } from './state.ts';

/** A machine at work. */
export interface Machine {
  readonly turn: Turn;
  readonly instance: InstanceRecord;
  readonly record: MachineRecord;
  readonly config: BootConfig;
}

/** Why a step cannot be done now. */
export interface Hindrance {
  /** For people: what is wrong and with which resource. It is what the script writes as well. */
  readonly why: string;
  /** True where the step goes on waiting, so that boot has not failed: another machine still holds the volume. */
  readonly waits?: boolean;
  /** True where no later change helps this machine. */
  readonly final?: boolean;
}

/** One step of a boot script. */
export interface Step {
  /** As the script names it, on the console and in the tag. */
  readonly name: string;
  readonly takes: Duration;
  /** True for what goes on after the script has ended well: the kubelet of a worker joins by itself. */
  readonly afterwards?: true;
  /** Does the step's work, or says what is in its way. */
  readonly run: (machine: Machine) => Hindrance | undefined;
}
