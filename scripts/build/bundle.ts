import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/**
 * Bundles the CLI and the library into a folder, as ES modules that share chunks; what is imported only when it is called stays a chunk
 * of its own. The AWS SDK is cut down to the operations that are used. Beside them go the licences of all that was bundled.
 */
export async function bundle(outdir: string): Promise<void> {
  const { metafile } = await build({
    metafile: true,
    entryPoints: { cli: 'src/cli/main.ts', index: 'src/app/index.ts' },
    outdir,
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    // The SDK's ES modules: its CommonJS form cannot be cut down to what is used.
    mainFields: ['module', 'main'],
    target: 'node22.19',
    minifySyntax: true,
    minifyWhitespace: true,
    // yaml gives Node its CommonJS form, whose names are lost when it is imported on call.
    alias: { yaml: join(process.cwd(), 'node_modules/yaml/browser/index.js') },
    chunkNames: 'chunks/[name]-[hash]',
    // CommonJS dependencies call require for Node's own modules.
    banner: {
      js: "import { createRequire as quillaRequire } from 'node:module'; const require = quillaRequire(import.meta.url);",
    },
    logLevel: 'warning',
  });
  writeFileSync(join(outdir, 'THIRD-PARTY.txt'), licences(Object.keys(metafile.inputs)));
}

/** The licence of each package that files of node_modules belong to, one after the other. */
function licences(files: readonly string[]): string {
  const folders = files.flatMap((file) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0] ?? []);
  return [...new Set(folders)].sort().map(licenceOf).join('\n');
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
  const text = file === undefined ? '' : readFileSync(join(folder, file), 'utf8').trim();
  return `==== ${name} ${version} (${license})\n\n${text}\n`;
}
