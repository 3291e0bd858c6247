// The same program from source, for a clone: npm scripts run it on the Node that npm install brought.
import { refusal } from './node-floor.js';

const refused = refusal(process.version);
if (refused) {
  process.stderr.write(`${refused}. Run npm install, which brings one, and use npm run.\n`);
  process.exit(2);
}
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2));
