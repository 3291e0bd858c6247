import { spawn } from 'node:child_process';
import { enter } from '../machine/enter.ts';
import { MachinesError } from '../machines-error.ts';
import { runFolder } from '../run-folder.ts';
import { livingRun } from './living-run.ts';
import { namedMachine } from './named-machine.ts';

export interface SshOptions {
  readonly name: string;
  readonly node: string;
  /** Empty for a shell. */
  readonly command: readonly string[];
}

/** `script` makes a terminal of the machine's own: one of the host has no job control in another process namespace. */
const shell = ['script', '--quiet', '--return', '--command', 'bash --login', '/dev/null'];

/** Runs a command, or a shell, as root inside of a machine, on this terminal; gives its exit code. */
export async function ssh({ name, node, command }: SshOptions): Promise<number> {
  const folder = runFolder(name);
  const { machines } = await livingRun(folder);
  const { machine } = await namedMachine(node, { folder, machines });
  const { pid, instanceId, state } = machine;
  if (pid === undefined)
    throw new MachinesError(`${instanceId} is off: EC2 says ${state}`, {
      fix: 'Wait until `status` shows it running.',
    });
  const isTerminal = process.stdin.isTTY === true && process.stdout.isTTY === true;
  const inside = command.length > 0 ? command : isTerminal ? shell : ['bash', '--login'];
  const [program = '', ...args] = enter(pid, inside, { TERM: process.env.TERM ?? 'dumb' });
  return new Promise((done, failed) => {
    const child = spawn(program, args, { stdio: 'inherit' });
    // Ctrl-C is for what runs inside; this program ends when that does.
    const ignore = (): void => undefined;
    process.removeAllListeners('SIGINT').on('SIGINT', ignore);
    child.once('error', failed);
    child.once('close', (code) => done(code ?? 1));
  });
}
