import type { Duration } from '../base/duration.ts';

export interface CommandOutput {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands on instances through Systems Manager: no open port, no SSH. Fails with an AwsFailure. */
export interface Machines {
  /** Whether the agent of an instance is known to Systems Manager, by instance id. */
  online(instanceIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** Runs a shell command as root and waits for it. */
  run(instanceId: string, command: string, deadline: Duration): Promise<CommandOutput>;
}
