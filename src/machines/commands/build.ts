import { formatDuration, milliseconds } from '../../base/duration.ts';
import { cacheFolder } from '../stock/cache-folder.ts';
import { builtKubernetes } from '../stock/go-builds.ts';
import { offerOf, takeSupplies } from '../supplies.ts';
import { mustFit } from './must-fit.ts';
import type { Say } from './say.ts';

/** Builds what machines are made of into the cache, and makes nothing else. */
export async function build({ kubernetes }: { readonly kubernetes: readonly string[] }, say: Say): Promise<0> {
  await mustFit({ machines: 0, cold: true }, say);
  const [first = builtKubernetes[0], ...others] = kubernetes;
  const began = performance.now();
  const supplies = await takeSupplies({
    versions: [first, ...others],
    cache: cacheFolder(process.env),
    progress: (line) => say.err(line),
  });
  const { versions, digests, charts } = offerOf(supplies);
  say.out(`Kubernetes ${versions.join(', ')}: ${Object.keys(digests).length} files`);
  say.out(
    `charts: ${Object.entries(charts)
      .map(([name, version]) => `${name} ${version}`)
      .join(', ')}`,
  );
  say.out(`image of machines: ${supplies.image}`);
  say.err(`All there after ${formatDuration(milliseconds(performance.now() - began))}.`);
  return 0;
}
