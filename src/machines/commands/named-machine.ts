import { findMachine, type MachineRow, type Named, nodeOf } from '../machine-row.ts';
import { MachinesError } from '../machines-error.ts';
import type { RunFolder } from '../run-folder.ts';
import { nodesSeen } from './nodes-seen.ts';

/** The machine that a word of the command line means. Kubernetes is asked for its nodes only where nothing else has that name. */
export async function namedMachine(
  asked: string,
  { folder, machines }: { readonly folder: RunFolder; readonly machines: readonly MachineRow[] },
): Promise<Named> {
  const plain = findMachine(
    asked,
    machines.map((machine) => ({ machine, node: undefined })),
  );
  if ('found' in plain) return plain.found;
  const seen = await nodesSeen(folder);
  const nodes = 'nodes' in seen ? seen.nodes : [];
  const found = findMachine(
    asked,
    machines.map((machine) => ({ machine, node: nodeOf(machine, nodes) })),
  );
  if ('found' in found) return found.found;
  throw new MachinesError(
    `there is no machine ${JSON.stringify(asked)}: no instance id, seat, node or address is that`,
    {
      fix: found.known,
    },
  );
}
