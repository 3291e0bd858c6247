import { parseArgs } from 'node:util';
import { formatDuration, milliseconds } from '../../base/duration.ts';
import { cacheFolder } from './cache-folder.ts';
import { stockFiles } from './files.ts';
import { builtKubernetes } from './go-builds.ts';
import { programs } from './programs.ts';

const usage = `usage: node src/machines/stock/build.ts [--kubernetes ${builtKubernetes.join('|')}]...
Builds the programs that the tests' machines are made of into the cache, and says where they are.
`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function build(versions: readonly string[]): Promise<void> {
  const cache = cacheFolder(process.env);
  for (const kubernetes of versions) {
    const began = performance.now();
    const built = await programs({ kubernetes, cache, progress: say });
    for (const [name, folder] of Object.entries(built.folders).sort()) say(`${name}: ${folder}`);
    const files = await stockFiles({ programs: built, cache });
    for (const { sha256, path } of files) say(`${sha256}  ${path}`);
    say(`Kubernetes ${kubernetes}: all there after ${formatDuration(milliseconds(performance.now() - began))}`);
  }
}

function versionsAsked(): readonly string[] | undefined {
  try {
    const { values } = parseArgs({
      options: { kubernetes: { type: 'string', multiple: true, default: [builtKubernetes[0]] } },
    });
    return values.kubernetes;
  } catch {
    return undefined;
  }
}

const versions = versionsAsked();
if (versions === undefined) {
  process.stderr.write(usage);
  process.exitCode = 2;
} else
  await build(versions).catch((error: Error) => {
    process.stderr.write(`${error.message}\n`);
    process.exitCode = 1;
  });
