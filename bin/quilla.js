#!/usr/bin/env node
import module from 'node:module';
import { refusal } from './node-floor.js';

const refused = refusal(process.version);
if (refused) {
  process.stderr.write(`${refused}\n`);
  process.exit(2);
}
const [first, ...more] = process.argv.slice(2);
if (more.length === 0 && (first === '--version' || first === '-V')) {
  // Scripts ask this often: nothing else is loaded for it.
  process.stdout.write(`${module.createRequire(import.meta.url)('../package.json').version}\n`);
} else {
  module.enableCompileCache();
  const { main } = await import('../dist/cli.js');
  await main(process.argv.slice(2));
}
