import { mkdirSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../adapters/clock.ts';
import type { LoadedCluster } from '../../app/index.ts';
import { seconds } from '../../base/duration.ts';
import { type Io, processIo } from '../../cli/io.ts';
import { run as quilla } from '../../cli/main.ts';
import { connectPorts } from '../../cli/ports.ts';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../../emulator/embedded-aws.ts';
import { specText } from '../../spec/spec-text.ts';
import { givenThings, makeGivenThings } from '../given-things.ts';
import { askKeeper, type KeeperTold } from '../keeper-door.ts';
import { MachinesError } from '../machines-error.ts';
import {
  freeRunId,
  type RunFolder,
  readFacts,
  runFolder,
  runNames,
  runState,
  runsFolder,
  writeWhole,
} from '../run-folder.ts';
import { builtFor, machinesOf, mustBeRunnable, specOnMachines } from '../spec-on-machines.ts';
import { startKeeper } from '../start-keeper.ts';
import { cacheFolder } from '../stock/cache-folder.ts';
import { builtKubernetes } from '../stock/go-builds.ts';
import { offerOf, type Supplies, takeSupplies } from '../supplies.ts';
import { loadedSpec } from './loaded-spec.ts';
import { mustFit } from './must-fit.ts';
import { type Say, verbFor } from './say.ts';

export interface UpOptions {
  readonly file: string;
  readonly name: string;
  /** Times as fast as wall time: of the embedded AWS; machines live in wall time. */
  readonly speed: number;
}

interface Up {
  readonly folder: RunFolder;
  readonly loaded: LoadedCluster;
  readonly say: Say;
  readonly signal: AbortSignal;
}

/** How long nodes may take until Ready, in minutes of wall time, in which machines live. */
const patience = 40;
/** How often it is tried whether the API can be reached, while nodes are waited for. */
const lookEvery = seconds(10);

/** Starts a run, or goes on with one that lives: applies the spec and waits until the cluster's nodes are Ready. */
export async function up({ file, name, speed }: UpOptions, say: Say, signal: AbortSignal): Promise<0 | 1> {
  const folder = runFolder(name);
  const loaded = await loadedSpec(file, say);
  mustBeRunnable(loaded.input, loaded.cluster);
  const given: Up = { folder, loaded, say, signal };
  try {
    const { supplies, told } = await living(given, speed);
    await writeSpec(given, supplies);
    return await bring(given, told);
  } catch (error) {
    if (signal.aborted)
      throw new MachinesError('stopped', {
        fix: `The same command goes on from here; ${verbFor('down', name)} takes all away.`,
      });
    throw error;
  }
}

async function living(given: Up, speed: number): Promise<{ readonly supplies: Supplies; readonly told: KeeperTold }> {
  const { folder, say, signal } = given;
  switch (runState(folder)) {
    case 'killed':
      throw new MachinesError(`run ${folder.name} was killed before: its keeper is gone and left things on this host`, {
        fix: `${verbFor('down', folder.name)} takes them away; then this command works.`,
      });
    case 'lives': {
      say.err(`Run ${folder.name} lives already: the spec is applied to it.`);
      const [first = builtKubernetes[0], ...others] = readFacts(folder)?.versions ?? [];
      const supplies = await suppliesOf([first, ...others], given);
      return { supplies, told: await askKeeper(folder.socket, 'status') };
    }
    case 'none': {
      const { cluster } = given.loaded;
      await mustFit({ machines: machinesOf(cluster) }, say);
      const supplies = await suppliesOf([builtFor(cluster.spec.kubernetesVersion, builtKubernetes)], given);
      signal.throwIfAborted();
      begin(folder, { speed, versions: offerOf(supplies).versions });
      return { supplies, told: await startKeeper(folder, signal) };
    }
  }
}

/** What is being built is not cut off by Ctrl-C: the cache would lose what it has of it. */
const suppliesOf = (versions: readonly [string, ...string[]], { say }: Up): Promise<Supplies> =>
  takeSupplies({ versions, cache: cacheFolder(process.env), progress: (line) => say.err(line) });

/** Makes the run's folder, with what the keeper has to know. */
function begin(folder: RunFolder, { speed, versions }: { speed: number; versions: readonly string[] }): void {
  mkdirSync(dirname(folder.path), { recursive: true, mode: 0o700 });
  mkdirSync(folder.path, { recursive: true, mode: 0o700 });
  const ids = runNames().flatMap((name) => readFacts(runFolder(name))?.runId ?? []);
  const runId = freeRunId([...ids, ...namespaces()]);
  writeWhole(folder.facts, JSON.stringify({ runId, name: folder.name, speed, versions }));
}

function namespaces(): readonly string[] {
  try {
    return readdirSync('/run/netns');
  } catch {
    // There is no such folder before the first namespace has a name.
    return [];
  }
}

async function writeSpec({ folder, loaded, say }: Up, supplies: Supplies): Promise<void> {
  const { input, changes } = specOnMachines(loaded, offerOf(supplies));
  for (const change of changes) say.err(`  ${change}`);
  writeWhole(folder.spec, specText(input, `Made by \`npm run machines -- up\` for the machines of ${runsFolder}.`));
}

/** As a user would by hand: `quilla apply`, `quilla status --wait`, `quilla kubeconfig --admin`. */
async function bring(given: Up, told: KeeperTold): Promise<0 | 1> {
  const { folder, say, signal } = given;
  await makeGiven(given, told);
  const io = { ...processIo(signal), env: { ...process.env, QUILLA_AWS: 'embedded', QUILLA_HOME: folder.path } };
  const fix = `Mend the cause and run the same command again; ${verbFor('down', folder.name)} takes all away.`;
  if ((await quilla(['apply', '--yes', '-f', folder.spec], io)) !== 0)
    throw new MachinesError('the spec could not be applied: see above', { fix });
  signal.throwIfAborted();
  const waited = new AbortController();
  const reaching = reachEarly(folder, io, AbortSignal.any([signal, waited.signal]));
  // Waits are on the clock of the embedded AWS.
  const wait = `${patience * (readFacts(folder)?.speed ?? 1)}m`;
  const ready = await quilla(['status', '-f', folder.spec, '--wait', wait], io);
  waited.abort();
  const reached = (await reaching) || (await quilla(kubeconfigWords(folder), io)) === 0;
  signal.throwIfAborted();
  say.out(nextWords(given, told));
  if (ready === 0 && reached) return 0;
  throw new MachinesError(`not everything became ready within ${patience} minutes: see above`, {
    fix: `${verbFor('status', folder.name)} and ${verbFor('ssh a', folder.name)} show more. ${fix}`,
  });
}

const kubeconfigWords = ({ spec, kubeconfig }: RunFolder): string[] => [
  ...['kubeconfig', '-f', spec, '--admin', '24h', '--yes', '--kubeconfig', kubeconfig],
];

/** Writes the kubeconfig as soon as the API can be reached, so that kubectl and `status` work while nodes are waited for. */
async function reachEarly(folder: RunFolder, io: Io, signal: AbortSignal): Promise<boolean> {
  const quiet: Io = { ...io, out: () => undefined, err: () => undefined };
  while (!signal.aborted) {
    if ((await quilla(kubeconfigWords(folder), quiet)) === 0) return true;
    await systemClock.sleep(lookEvery, signal).catch(() => undefined);
  }
  return false;
}

async function makeGiven({ loaded, say, signal }: Up, { endpoint }: KeeperTold): Promise<void> {
  const { region } = loaded.cluster.spec;
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const ports = await connectPorts({ region, clock: systemClock, url: endpoint, credentials, signal });
  const made = await makeGivenThings(givenThings(loaded), ports);
  if (made.length > 0) say.err(`Made what the spec takes for given: ${made.join(', ')}`);
}

/** What to do next, as lines for a shell. */
function nextWords({ folder, loaded }: Up, { endpoint }: KeeperTold): string {
  const { name, path, kubeconfig, programs, spec } = folder;
  const aws = `AWS_ENDPOINT_URL=${endpoint} AWS_ACCESS_KEY_ID=${embeddedAccessKeyId} AWS_SECRET_ACCESS_KEY=${embeddedSecretAccessKey} AWS_DEFAULT_REGION=${loaded.cluster.spec.region}`;
  return [
    '',
    `export KUBECONFIG=${kubeconfig} PATH=${programs}:$PATH`,
    'kubectl get nodes -o wide',
    `QUILLA_AWS=embedded QUILLA_HOME=${path} npm run quilla -- status -f ${spec}`,
    `${aws} aws ec2 describe-instances`,
    ...['status', 'ssh a', 'kill a', 'down'].map((verb) => verbFor(verb, name)),
  ].join('\n');
}
