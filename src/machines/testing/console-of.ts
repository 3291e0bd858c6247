import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Trial } from './trial.ts';

/** What a machine has said on its console so far, or until its power went. Empty before it had any. */
export function consoleOf({ records }: Trial, instanceId: string): string {
  const places = [
    join(records.folder, 'machines', instanceId, 'console.log'),
    join(records.folder, 'logs', `${instanceId}.log`),
  ];
  const file = places.find(existsSync);
  return file === undefined ? '' : readFileSync(file, 'utf8');
}
