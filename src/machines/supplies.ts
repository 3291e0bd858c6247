import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { machineImage } from './machine/image.ts';
import type { RunFolder } from './run-folder.ts';
import type { OnOffer } from './spec-on-machines.ts';
import { type Stock, takeStock } from './stock/stock.ts';

/** All that a run needs, in the cache. */
export interface Supplies {
  /** One per version of Kubernetes. */
  readonly stocks: readonly [Stock, ...Stock[]];
  /** Root file system of every machine. */
  readonly image: string;
}

export interface SuppliesWanted {
  /** Of Kubernetes: `1.36.3`. The first is preferred. */
  readonly versions: readonly [string, ...string[]];
  readonly cache: string;
  readonly progress: (line: string) => void;
}

/** Builds what the cache does not have. Throws in a line what this host lacks for it. */
export async function takeSupplies({ versions, cache, progress }: SuppliesWanted): Promise<Supplies> {
  const [first, ...others] = versions;
  // One after the other: each is more than the processors of a host can do at a time.
  const stocks: [Stock, ...Stock[]] = [await takeStock({ kubernetes: first, cache, progress })];
  for (const kubernetes of others) stocks.push(await takeStock({ kubernetes, cache, progress }));
  return { stocks, image: await machineImage({ cache, progress }) };
}

/** What a spec can have of it. */
export function offerOf({ stocks }: Supplies): OnOffer {
  const missing = stocks.flatMap(({ images }) => images.missing.map((name) => name.replace(/^.*\/|:.*$/g, '')));
  const charts = stocks[0].charts.charts.filter(({ name }) => !missing.includes(name));
  return {
    versions: stocks.map(({ kubernetes }) => kubernetes),
    charts: Object.fromEntries(charts.map(({ name, tag }) => [name, tag])),
    digests: Object.fromEntries(stocks.flatMap(({ files }) => files.map(({ place, sha256 }) => [place, sha256]))),
  };
}

/** Puts `kubectl` of the cluster's own version into the run's folder. */
export function placePrograms({ programs: folder }: RunFolder, { stocks }: Supplies): void {
  mkdirSync(folder, { recursive: true });
  rmSync(join(folder, 'kubectl'), { force: true });
  symlinkSync(stocks[0].programs.paths.kube!, join(folder, 'kubectl'));
}
