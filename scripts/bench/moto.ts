import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MotoMeasure } from '../judges/moto.ts';
import { promisedCalls } from './promised-calls.ts';
import type { Row } from './row.ts';

const examples = ['seed-eks', 'seed-kops'] as const;

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
    const measures = JSON.parse(readFileSync(file, 'utf8')) as Partial<Record<(typeof examples)[number], MotoMeasure>>;
    return examples.map((name) => {
      const measure = measures[name];
      const detail =
        measure === undefined
          ? 'no apply of it ended well'
          : `${(measure.took / 1000).toFixed(2)} s of wall time, ${measure.peak.toFixed(0)} MB`;
      const value = measure?.calls ?? Number.POSITIVE_INFINITY;
      return {
        measure: `AWS calls, plan with nothing to do on moto, ${name}`,
        value,
        unit: 'calls',
        must: { max: promisedCalls[name] },
        detail,
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
