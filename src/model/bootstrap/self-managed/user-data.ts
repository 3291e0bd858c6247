import { type Join, jsonText, type Value } from '../../value.ts';
import { multipart } from '../multipart.ts';
import type { BootConfig } from './boot-config.ts';
import { seatScript, workerScript } from './boot-scripts.ts';

/** base64 in lines: mail readers, cloud-init's among them, expect lines of 76 characters. */
const lines = (base64: string): string => base64.match(/.{1,76}/g)!.join('\n');

/**
 * User data of a machine of a self-managed cluster: the script, packed, which is the same for all machines of a role, and what it
 * reads, plain, in which references may stand.
 * https://cloudinit.readthedocs.io/en/latest/explanation/format.html#mime-multi-part-archive
 */
export function bootUserData(config: Value<BootConfig>): string | Join {
  const { role } = config as { role: BootConfig['role'] };
  return multipart([
    { type: 'application/gzip', body: lines(role === 'seat' ? seatScript : workerScript) },
    { type: 'application/vnd.quilla.boot+json', body: jsonText(config) },
  ])!;
}
