import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MotoMeasure } from '../judges/moto.ts';
import type { Row } from './row.ts';

const most = { 'seed-eks': 36, 'seed-kops': 45 } as const;

/** Plans with nothing to do on moto, as `npm run judge:moto` measures them; nothing but a line where moto is missing. */
export function motoRows(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), 'quilla-bench-moto-'));
  const file = join(folder, 'measures.json');
  try {
    const { stdout } = spawnSync(process.execPath, ['scripts/judges/moto.ts', '--measures', file], {
      encoding: 'utf8',
    });
    if (!existsSync(file)) {
      console.log(`not measured: plans on moto: ${stdout.trim().split('\n').at(-1)}`);
      return [];
    }
    const measures = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<keyof typeof most, MotoMeasure>>;
    return Object.entries(most).map(([name, max]) => {
      const measure = measures[name as keyof typeof most];
      const detail =
        measure === undefined
          ? 'no apply of it ended well'
          : `${(measure.took / 1000).toFixed(2)} s of wall time, ${measure.peak.toFixed(0)} MB`;
      const value = measure?.calls ?? Number.POSITIVE_INFINITY;
      return {
        measure: `AWS calls, plan with nothing to do on moto, ${name}`,
        value,
        unit: 'calls',
        must: { max },
        detail,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
