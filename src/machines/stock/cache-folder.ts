import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where what was built outlives runs: `$QUILLA_CACHE`, else `quilla` in `$XDG_CACHE_HOME` or ~/.cache. */
export const cacheFolder = (env: Readonly<Record<string, string | undefined>>): string =>
  env.QUILLA_CACHE || join(env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'quilla');
