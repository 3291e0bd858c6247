import { run } from '../run.ts';
import type { Trial } from './trial.ts';

/** A volume that no instance has loses all that is on it, as if it were a new one in the place of one that broke. Fails while one has it. */
export async function blankVolume({ records, running }: Trial, volumeId: string): Promise<void> {
  const volumes = Object.values(running.aws.world.regions).map(({ ec2 }) => ec2.volumes[volumeId]);
  if (volumes.some((volume) => volume?.attachment !== undefined)) throw new Error(`an instance has ${volumeId}`);
  const device = records
    .all()
    .flatMap((made) => (made.kind === 'loop' && made.file.endsWith(`/${volumeId}`) ? [made.device] : []))
    .find((name) => name !== '');
  if (device === undefined) throw new Error(`${volumeId} has no device on this host`);
  await run('blkdiscard', ['--force', device]);
}
