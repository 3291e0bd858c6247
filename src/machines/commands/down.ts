import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { minutes } from '../../base/duration.ts';
import { plural } from '../../cli/views/style.ts';
import { askKeeper } from '../keeper-door.ts';
import { MachinesError } from '../machines-error.ts';
import { openRecords, type Records, recordsFile, removeAll } from '../records.ts';
import { keeperPid, type RunFolder, runFolder, runState } from '../run-folder.ts';
import { type Say, verbFor } from './say.ts';

/** Ends a run and takes away all and only what it made; the cache stays. Works after any kill, and twice. */
export async function down({ name }: { readonly name: string }, say: Say): Promise<0> {
  const folder = runFolder(name);
  if (runState(folder) === 'none') {
    rmSync(folder.path, { recursive: true, force: true });
    say.err(`There is no run ${name}: nothing to take down.`);
    return 0;
  }
  if (keeperPid(folder) !== undefined) await endKeeper(folder, say);
  const records = openRecords(folder.path);
  const made = records.all().filter((each) => each.kind !== 'process').length;
  if (made > 0) say.err(`Taking away by its records what is left: ${plural(made, 'thing')}…`);
  const left = await removeAll(records);
  if (left.length > 0)
    throw new MachinesError(
      `run ${name} could not be taken away whole:\n${left.map((line) => `  ${line}`).join('\n')}`,
      {
        fix: `Mend that and run ${verbFor('down', name)} again; ${join(folder.path, recordsFile)} keeps what is left.`,
      },
    );
  removeFolder(folder, records);
  say.err(`Run ${name} is gone. What was built stays in the cache.`);
  return 0;
}

/** Has the keeper end all in order; one that cannot is killed, and its records tell the rest. */
async function endKeeper(folder: RunFolder, say: Say): Promise<void> {
  say.err('Ending machines, their network and the embedded AWS…');
  await askKeeper(folder.socket, 'stop', minutes(2)).catch((error: Error) =>
    say.err(`The keeper does not end by itself (${error.message}); it is killed.`),
  );
}

/** By way of the records, so that nothing that is mounted below the folder is deleted with it. */
function removeFolder(folder: RunFolder, records: Records): void {
  if (records.all().length > 0 || !existsSync(folder.path)) return;
  rmSync(folder.path, { recursive: true, force: true });
}
