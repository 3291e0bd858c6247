/**
 * Writes src/model/bootstrap/self-managed/boot-scripts.ts from the sources in scripts/ beside it: comments, empty lines and
 * indentation go, what is left is compressed, since EC2 takes 16 KiB of user data.
 *
 *     node scripts/boot-scripts.ts             write it
 *     node scripts/boot-scripts.ts --check     exit with 1 where it does not hold what the sources say
 */
import { writeFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { seatProgram, seatScript, workerScript } from '../src/model/bootstrap/self-managed/boot-scripts.ts';
import { compress, scriptNames, scriptOf, sha256 } from './boot-scripts/compact.ts';

const gzipOf = (program: string): string => (JSON.parse(program) as { readonly gzip: string }).gzip;
const written = { seat: seatScript, 'seat-program': gzipOf(seatProgram.content), worker: workerScript };

const unpacked = (base64: string): string => gunzipSync(Buffer.from(base64, 'base64')).toString();

function moduleText(): string {
  const program = scriptOf('seat-program');
  const constant = (name: string, doc: string, value: string): string =>
    `/** ${doc} */\nexport const ${name} =\n  '${value}';\n`;
  const parts = [
    '// Written by scripts/boot-scripts.ts from the sources in scripts/: do not edit.\n',
    constant(
      'seatScript',
      'Boot script of a seat: base64 of gzip of a bash script. It never varies; what varies is `BootConfig`.',
      compress(scriptOf('seat')),
    ),
    constant('workerScript', 'Boot script of a worker, likewise.', compress(scriptOf('worker'))),
    [
      '/**',
      ' * The rest of the script of a seat: an object of the store, JSON, that `seatScript` takes from `key` by its digest. It does not fit into',
      ' * the 16 KiB of user data.',
      ' */',
      'export const seatProgram = {',
      `  key: 'cluster/seat-${sha256(program).slice(0, 16)}.json',`,
      "  contentType: 'application/json',",
      '  content:',
      `    '${JSON.stringify({ gzip: compress(program) })}',`,
      '} as const;\n',
    ].join('\n'),
  ];
  return parts.join('\n');
}

const stale = scriptNames.filter((name) => unpacked(written[name]) !== scriptOf(name));
if (process.argv.includes('--check')) {
  if (stale.length > 0) console.error(`${stale.join(', ')}: boot-scripts.ts is old: run node scripts/boot-scripts.ts`);
  process.exitCode = stale.length === 0 ? 0 : 1;
} else if (stale.length > 0) {
  writeFileSync(new URL('../src/model/bootstrap/self-managed/boot-scripts.ts', import.meta.url), moduleText());
  for (const name of scriptNames) console.log(`${name}: ${compress(scriptOf(name)).length} bytes`);
}
