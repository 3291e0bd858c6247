/** How a shell command ended. */
export interface ShellResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A way into instances that are real machines. */
export interface MachineShell {
  /** Runs a shell script as root, as the agent of Systems Manager does. Fails where the machine is off. */
  shell(instanceId: string, script: string): Promise<ShellResult>;
}
