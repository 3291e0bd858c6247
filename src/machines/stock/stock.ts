import { fileURLToPath } from 'node:url';
import { type ChartStore, charts } from './charts.ts';
import { type StockFile, stockFiles } from './files.ts';
import { type ImageStore, images } from './images.ts';
import { type Programs, programs } from './programs.ts';

/** All that machines fetch, for one version of Kubernetes. */
export interface Stock {
  /** `1.36.3` */
  readonly kubernetes: string;
  readonly programs: Programs;
  readonly files: readonly StockFile[];
  readonly images: ImageStore;
  readonly charts: ChartStore;
}

const chartsFolder = fileURLToPath(new URL('../../../test/kubernetes/charts/', import.meta.url));

/** Builds and packs what the cache does not have: minutes the first time, a second later on. */
export async function takeStock(given: {
  readonly kubernetes: string;
  readonly cache: string;
  readonly progress: (line: string) => void;
}): Promise<Stock> {
  const { kubernetes, cache, progress } = given;
  const built = await programs(given);
  const [files, imageStore, chartStore] = await Promise.all([
    stockFiles({ programs: built, cache }),
    images({ kubernetes, programs: built.paths, cache, progress }),
    charts({ folder: chartsFolder, cache }),
  ]);
  return { kubernetes, programs: built, files, images: imageStore, charts: chartStore };
}
