import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** The folder of this package, from source and from the bundle alike: the nearest one up with the examples. */
export function packageRoot(): string {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'examples'))) return folder;
    if (folder === dirname(folder)) throw new Error('this package has no examples');
  }
}
