import { formatDuration, milliseconds } from '../../base/duration.ts';
import { columns } from '../../cli/views/layout.ts';
import { styleFor } from '../../cli/views/style.ts';
import type { KeeperTold } from '../keeper-door.ts';
import { type MachineRow, nodeOf } from '../machine-row.ts';
import { runFolder, runNames, runState } from '../run-folder.ts';
import { livingRun } from './living-run.ts';
import { type NodesSeen, nodesSeen } from './nodes-seen.ts';
import type { Say } from './say.ts';

export interface StatusOptions {
  readonly name: string;
  readonly json?: boolean;
  /** All runs of this host and whether they live, instead of one's machines. */
  readonly all?: boolean;
}

/** Shows the machines of a run. */
export async function status({ name, json = false, all = false }: StatusOptions, say: Say): Promise<0> {
  if (all) {
    const runs = runNames().map((each) => ({ name: each, state: runState(runFolder(each)) }));
    if (json) say.out(JSON.stringify({ runs }, null, 2));
    else
      say.out(
        runs.length === 0
          ? 'There is no run on this host.'
          : runs.map((each) => `${each.name}  ${each.state}`).join('\n'),
      );
    return 0;
  }
  const folder = runFolder(name);
  const told = await livingRun(folder);
  const nodes = await nodesSeen(folder);
  say.out(json ? statusJson(told, nodes) : statusText(told, nodes));
  return 0;
}

const memory = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MiB`;

function statusJson({ runId, endpoint, machines, problems }: KeeperTold, seen: NodesSeen): string {
  const nodes = 'nodes' in seen ? seen.nodes : [];
  const rows = machines.map((machine) => ({ ...machine, node: nodeOf(machine, nodes) ?? null }));
  return JSON.stringify(
    { runId, endpoint, machines: rows, problems, kubectl: 'why' in seen ? seen.why : null },
    null,
    2,
  );
}

/** One row per machine, and what is wrong below. */
export function statusText({ runId, endpoint, machines, problems }: KeeperTold, seen: NodesSeen): string {
  // A row is one line for whoever reads them by a program.
  const plain = styleFor(process.stdout, process.env);
  const style = process.stdout.isTTY ? plain : { ...plain, width: 1000 };
  const nodes = 'nodes' in seen ? seen.nodes : undefined;
  const head = ['INSTANCE', 'ROLE', 'STATE', 'ADDRESS', 'NODE', 'READY', 'MEMORY', 'CPU', 'BOOT'];
  const row = (machine: MachineRow): readonly string[] => {
    const node = nodes && nodeOf(machine, nodes);
    const ready = nodes === undefined ? 'unknown' : node === undefined ? 'no node' : node.ready ? 'yes' : 'no';
    const { usage } = machine;
    return [
      machine.instanceId,
      machine.role,
      machine.pid === undefined && machine.state === 'running' ? 'running, off' : machine.state,
      machine.address,
      node?.name ?? '',
      ready,
      usage === undefined ? '' : memory(usage.memoryBytes),
      usage === undefined ? '' : formatDuration(milliseconds(usage.cpuSeconds * 1000)),
      machine.boot.replace(/\d{4}-\d{2}-\d{2}T/, ''),
    ];
  };
  const table = machines.length === 0 ? ['  no machines'] : columns([head, ...machines.map(row)], style, 0);
  return [
    `Run ${runId}, AWS at ${endpoint}`,
    ...table,
    ...('why' in seen ? [`kubectl: ${seen.why}`] : []),
    ...problems.map((problem) => `problem: ${problem}`),
  ].join('\n');
}
