/**
 * Writes docs/reference from the code: the spec's schema, the commands, the codes, the field tables and the embedded AWS's operations.
 *
 *     npm run docs              write the pages
 *     npm run docs -- --check   exit with 1 where a page is not what would be written
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { referencePages } from './reference/pages.ts';

const inProject = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));

function written(path: string): string | undefined {
  try {
    return readFileSync(inProject(path), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const pages = await referencePages();
const stale = pages.filter(({ path, text }) => written(path) !== text);
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.error(`${path} is not what the code says: run npm run docs`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(inProject(path)), { recursive: true });
    writeFileSync(inProject(path), text);
    console.log(`wrote ${path}`);
  }
}
