import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { type LoadedCluster, loadCluster } from '../../app/index.ts';
import { diagnosticsText } from '../../cli/views/human/diagnostics.ts';
import { styleFor } from '../../cli/views/style.ts';
import { catalogDate } from '../../emulator/new-world.ts';
import { MachinesError } from '../machines-error.ts';
import type { Say } from './say.ts';

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
};

/** The spec of a file, judged on the day on which the embedded AWS begins. Fails with all that is wrong in it. */
export async function loadedSpec(file: string, say: Say): Promise<LoadedCluster> {
  let text: string;
  try {
    text = readFileSync(resolve(file), 'utf8');
  } catch (error) {
    const why = reasons[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
    throw new MachinesError(`${file}: ${why}`, { fix: 'Name a spec: -f examples/seed-kops.yaml' });
  }
  const loaded = loadCluster(text, { file, today: new Date(catalogDate) });
  const style = styleFor(process.stderr, process.env);
  if (loaded.diagnostics.length > 0) say.err(diagnosticsText(loaded.diagnostics, style));
  if (!loaded.ok) throw new MachinesError(`${file} is no spec that can be run: see above`);
  return loaded.value;
}
