import type { StoreShown, StoreVerified } from '../../../app/index.ts';
import { columns } from '../layout.ts';
import { plural, type Style } from '../style.ts';
import { diagnosticsText } from './diagnostics.ts';

/** `512 B`, `3.4 KiB`, `20 MiB`. */
function sizeText(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** power;
  return `${power === 0 || value >= 10 ? Math.round(value) : value.toFixed(1)} ${units[power]}`;
}

/** What a store holds, as people read it. */
export function storeText({ cluster, bucket, parts, newestBackup, startedSeats }: StoreShown, style: Style): string {
  const rows = parts.map(({ part, prefix, objects, bytes, newest }) => [
    part,
    prefix,
    plural(objects, 'object'),
    sizeText(bytes),
    newest === null ? '' : style.dim(`newest ${newest}`),
  ]);
  const backup =
    newestBackup === null
      ? style.yellow('none yet')
      : `${newestBackup.key}, ${sizeText(newestBackup.bytes)}, ${newestBackup.modified}`;
  return [
    `Store of ${style.bold(cluster)}: ${bucket}`,
    columns(rows, style).join('\n'),
    columns(
      [
        ['newest backup of etcd', backup],
        ['seats that have started', startedSeats.join(', ') || 'none yet'],
      ],
      style,
    ).join('\n'),
  ].join('\n\n');
}

/** What a look at a store found, as people read it. */
export function verifiedText(
  { cluster, bucket, problems, newestBackup, firstBackupDue }: StoreVerified,
  style: Style,
): string {
  const head = `Store of ${style.bold(cluster)}: ${bucket}`;
  if (problems.length > 0) return `${head}\n\n${diagnosticsText(problems, style)}`;
  if (newestBackup !== null)
    return `${head}\n\n  ${style.green('Locked down, whole and fresh.')} Keys are in their lifetime, and the newest backup is in time.`;
  const backup =
    firstBackupDue === null
      ? 'No backup yet: no seat has started.'
      : `No backup yet; the first one is due at ${firstBackupDue}.`;
  return `${head}\n\n  ${style.green('Locked down and whole.')} Keys are in their lifetime. ${style.yellow(backup)}`;
}
