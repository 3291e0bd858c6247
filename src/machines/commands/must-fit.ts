import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { minutes } from '../../base/duration.ts';
import { missingPrograms, refusals } from '../host.ts';
import { ofThisHost } from '../host-eyes.ts';
import { packagesOf } from '../host-programs.ts';
import { MachinesError } from '../machines-error.ts';
import { run } from '../run.ts';
import { runsFolder } from '../run-folder.ts';
import { cacheFolder } from '../stock/cache-folder.ts';
import type { Say } from './say.ts';

/** Fails where this host cannot run so many machines, with a line for each reason. Installs what Debian has, where that was allowed. */
export async function mustFit({ machines, cold }: { machines: number; cold?: boolean }, say: Say): Promise<void> {
  const cache = cacheFolder(process.env);
  if (process.env.QUILLA_MACHINES_INSTALL === '1' && ofThisHost.platform === 'linux' && ofThisHost.uid === 0)
    await install(say);
  const isCold = cold ?? !existsSync(join(cache, 'machines', 'programs'));
  const refused = await refusals({ machines, cache, runs: runsFolder, cold: isCold }, ofThisHost);
  if (refused.length === 0) return;
  const [first, ...others] = refused;
  const further = others.map(({ why, fix }) => `\n  ${why}\n  -> ${fix}`).join('');
  throw new MachinesError(`this host cannot run it: ${first!.why}`, { fix: `${first!.fix}${further}` });
}

async function install(say: Say): Promise<void> {
  const packages = packagesOf(missingPrograms(ofThisHost));
  if (packages.length === 0) return;
  if (!ofThisHost.finds('apt-get')) return;
  say.err(`QUILLA_MACHINES_INSTALL=1: apt-get install ${packages.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '--quiet'], { timeout: minutes(5), env });
  await run('apt-get', ['install', '--yes', '--quiet', '--no-install-recommends', ...packages], {
    timeout: minutes(15),
    env,
  });
}
