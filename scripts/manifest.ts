/**
 * The manifest that npm packs is not the clone's: dist/ holds every library, so whoever installs the package needs none, nor the
 * Node that a clone brings. `npm pack` and `npm publish` call this before and after.
 *
 *     node scripts/manifest.ts publish    writes package.json without what only a clone needs
 *     node scripts/manifest.ts restore    puts the clone's back
 */
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { publishedManifest } from './build/published-manifest.ts';

const [manifest, kept] = ['package.json', 'package.clone.json'];
const restore = (): void => {
  if (existsSync(kept)) renameSync(kept, manifest);
};

switch (process.argv[2]) {
  case 'publish': {
    // An earlier run that was cut off left the published one in place.
    restore();
    const text = readFileSync(manifest, 'utf8');
    writeFileSync(kept, text);
    writeFileSync(manifest, publishedManifest(text));
    break;
  }
  case 'restore':
    restore();
    break;
  default:
    console.error('usage: node scripts/manifest.ts publish|restore');
    process.exitCode = 2;
}
