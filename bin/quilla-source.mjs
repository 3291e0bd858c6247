// The same program from source, for a clone: npm scripts run it on the Node that npm install brought.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`quilla needs Node >= 22.19; this is ${process.version}. Run npm install, which brings one, and use npm run.\n`);
  process.exit(2);
}
const { main } = await import('../src/cli/main.ts');
await main(process.argv.slice(2));
