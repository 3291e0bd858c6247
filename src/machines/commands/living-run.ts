import { askKeeper, type KeeperTold } from '../keeper-door.ts';
import { MachinesError } from '../machines-error.ts';
import { type RunFolder, runNames, runState } from '../run-folder.ts';
import { verbFor } from './say.ts';

/** What the keeper of a run tells. Fails where the run is not there, or its keeper is gone. */
export async function livingRun(folder: RunFolder): Promise<KeeperTold> {
  const { name } = folder;
  switch (runState(folder)) {
    case 'none': {
      const others = runNames().filter((other) => other !== name);
      const known = others.length === 0 ? '' : ` Others there are: ${others.join(', ')}; --name names one.`;
      throw new MachinesError(`there is no run ${name}`, {
        fix: `${verbFor('up -f examples/seed-kops.yaml', name)} starts one.${known}`,
      });
    }
    case 'killed':
      throw new MachinesError(`run ${name} was killed: its keeper is gone and left things on this host`, {
        fix: `${verbFor('down', name)} takes them away.`,
      });
    case 'lives':
      return askKeeper(folder.socket, 'status').catch((error: Error) => {
        throw new MachinesError(`run ${name} lives but does not answer: ${error.message}`, {
          fix: `It may be starting: look at ${folder.log}; ${verbFor('down', name)} ends it.`,
        });
      });
  }
}
