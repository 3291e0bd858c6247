import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { applyPlan, clusterStatus, type LoadedCluster, planCluster, type Status } from '../../app/index.ts';
import { type Duration, minutes } from '../../base/duration.ts';
import { connectPorts, type Ports } from '../../cli/ports.ts';
import type { InstanceRecord } from '../../emulator/aws/ec2/compute-records.ts';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../../emulator/embedded-aws.ts';
import type { ShellResult } from '../../emulator/machine-shell.ts';
import { loadCluster } from '../../spec/load.ts';
import { givenThings, makeGivenThings } from '../given-things.ts';
import { namespaces } from '../namespaces.ts';
import { openRecords, type Records, removeAll } from '../records.ts';
import { freeRunId, runsFolder } from '../run-folder.ts';
import { specOnMachines } from '../spec-on-machines.ts';
import { type RunningMachines, startMachines } from '../start-machines.ts';
import { cacheFolder } from '../stock/cache-folder.ts';
import { offerOf, type Supplies, takeSupplies } from '../supplies.ts';

/** A change of what machines are told, beyond what specs can say. */
export interface TrialOptions {
  /** Of the spec file, as text. */
  readonly spec: string;
  /** Of the folder of this run; one per test file. */
  readonly name: string;
  /** How fast AWS's own time passes. Default 10. */
  readonly speed?: number;
  /** Kubernetes of the machines. Default 1.36.3. */
  readonly kubernetes?: string;
  /** Seats whose instances get no power at first; see `Trial.held`. */
  readonly held?: readonly string[];
}

/** A real cluster on this host, and what tests do with it. */
export interface Trial {
  readonly running: RunningMachines;
  readonly ports: Ports;
  readonly records: Records;
  readonly supplies: Supplies;
  /** As it runs here: with the mirror of the run. */
  readonly loaded: LoadedCluster;
  /** Places in the mirror for which other bytes go out. */
  readonly corrupt: Set<string>;
  /** Seats whose instances get no power until they are taken out and `running.driver.settled()` has looked again. */
  readonly held: Set<string>;
  /** Makes the world what a spec says, the given one or one that was changed. Fails where a step does. */
  apply(spec?: string): Promise<void>;
  status(): Promise<Status>;
  /** Instances that EC2 runs or starts, by their role: seats by the name of their seat. */
  instances(): readonly TrialInstance[];
  seat(name: string): TrialInstance;
  workers(): readonly TrialInstance[];
  /** A script of root on a machine. */
  on(instanceId: string, script: string): Promise<ShellResult>;
  /** kubectl with the administrator's rights, on a seat whose API server answers. Fails with what it said. */
  kubectl(...words: readonly string[]): Promise<string>;
  kubectlJson<T = KubernetesList>(...words: readonly string[]): Promise<T>;
  /** Ends an instance as somebody does with EC2's API; its power goes at once. */
  terminate(instanceId: string): Promise<void>;
  stop(): Promise<void>;
}

export interface TrialInstance {
  readonly id: string;
  readonly state: InstanceRecord['state'];
  readonly address: string;
  /** `a` of a seat. */
  readonly seat?: string;
  /** Of a worker. */
  readonly group?: string;
}

export interface KubernetesList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
    // Shapes differ by kind; tests look at what they know is there.
    readonly spec: Record<string, never>;
    readonly status: Record<string, never>;
  }[];
}

/** Waits until something is so. Fails with what was last seen. */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined> | T | undefined,
  deadline: Duration = minutes(5),
): Promise<T> {
  const end = Date.now() + deadline.ms;
  let last: unknown;
  for (;;) {
    try {
      const found = await look();
      if (found !== undefined) return found;
      last = 'it is not so';
    } catch (error) {
      last = (error as Error).message;
    }
    if (Date.now() > end) throw new Error(`${what}: not within ${deadline.ms / 1000} s; last seen: ${String(last)}`);
    await delay(500);
  }
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

function load(text: string): LoadedCluster {
  const loaded = loadCluster(text, { file: 'spec.yaml', today: new Date() });
  if (!loaded.ok) throw new Error(loaded.diagnostics.map(({ detail }) => detail).join('\n'));
  return loaded.value;
}

const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };

/** The folder of a run, empty: what one that was killed before left is taken away first. */
async function freshRecords(name: string): Promise<Records> {
  const folder = join(runsFolder, name);
  const left = await removeAll(openRecords(folder));
  if (left.length > 0) throw new Error(left.join('\n'));
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return openRecords(folder);
}

function instancesOf({ aws }: RunningMachines): readonly TrialInstance[] {
  return Object.values(aws.world.regions).flatMap(({ ec2 }) =>
    Object.values(ec2.instances)
      .filter(({ state }) => state === 'running' || state === 'pending')
      .map(({ id, state, privateIp }) => {
        const [, name = ''] = /^auto-scaling-group\/(.+)$/.exec(ec2.tags[id]?.['quilla.dev/id'] ?? '') ?? [];
        const seat = /^seat-(.+)$/.exec(name)?.[1];
        const group = seat === undefined && name !== '' ? name : undefined;
        return {
          id,
          state,
          address: privateIp,
          ...(seat !== undefined && { seat }),
          ...(group !== undefined && { group }),
        };
      }),
  );
}

/** Starts an AWS with machines and applies a spec to it; resolves when instances run, not when the cluster is ready. */
export async function startTrial(options: TrialOptions): Promise<Trial> {
  const { kubernetes = '1.36.3', speed = 10 } = options;
  const supplies = await takeSupplies({ versions: [kubernetes], cache: cacheFolder(process.env), progress: say });
  const records = await freshRecords(options.name);
  const corrupt = new Set<string>();
  const runId = freeRunId(namespaces(), () => randomBytes(2).toString('hex'));
  const onProblem = (text: string): void => say(`problem: ${text}`);
  const holding = new Set(options.held);
  // Asked while machines are made, which is after they run in EC2.
  const held = (id: string): boolean => {
    const seat = instancesOf(running).find((each) => each.id === id)?.seat;
    return seat !== undefined && holding.has(seat);
  };
  const running = await startMachines({ runId, records, speed, corrupt, onProblem, held, ...supplies });
  const url = running.aws.endpoint;
  const signal = new AbortController().signal;
  const clock = running.aws.clock;
  const ports = await connectPorts({ region: 'us-east-1', clock, url, credentials, signal });
  const onMachines = (text: string): LoadedCluster =>
    load(stringify(specOnMachines(load(text), offerOf(supplies)).input));
  let loaded = onMachines(options.spec);
  const apply = async (text?: string): Promise<void> => {
    if (text !== undefined) loaded = onMachines(text);
    const planned = await planCluster(loaded, ports.toWrite);
    const events = applyPlan(planned, ports.toWrite);
    const failures: string[] = [];
    for (;;) {
      const next = await events.next();
      if (next.done === true) {
        if (next.value.outcome !== 'done') throw new Error(`apply: ${next.value.outcome}: ${failures.join('\n')}`);
        return;
      }
      if (next.value.type === 'failed') failures.push(...next.value.diagnostics.map(({ detail }) => detail));
    }
  };
  await makeGivenThings(givenThings(loaded), ports);
  await apply();
  const instances = (): readonly TrialInstance[] => instancesOf(running);
  const on = (instanceId: string, script: string): Promise<ShellResult> => running.driver.shell(instanceId, script);
  const kubectl = async (...words: readonly string[]): Promise<string> => {
    const said: string[] = [];
    for (const { id } of instances().filter(({ seat }) => seat !== undefined)) {
      const script = `PATH=$PATH:/usr/local/bin kubectl --kubeconfig /etc/kubernetes/admin.conf ${words.map(quoted).join(' ')}`;
      const result = await on(id, script).catch((error: Error) => ({ code: 1, stdout: '', stderr: error.message }));
      if (result.code === 0) return result.stdout;
      said.push(result.stderr);
    }
    throw new Error(`kubectl ${words.join(' ')}: ${said.join(' / ')}`);
  };
  return {
    running,
    ports,
    records,
    supplies,
    get loaded() {
      return loaded;
    },
    corrupt,
    held: holding,
    apply,
    status: () => clusterStatus(loaded.cluster.metadata.name, ports.toStatus),
    instances,
    seat: (name) => {
      const found = instances().find(({ seat }) => seat === name);
      if (found === undefined) throw new Error(`no instance of seat ${name} runs`);
      return found;
    },
    workers: () => instances().filter(({ group }) => group !== undefined),
    on,
    kubectl,
    kubectlJson: async <T>(...words: readonly string[]) => JSON.parse(await kubectl(...words, '-o', 'json')) as T,
    terminate: async (instanceId) => {
      const { TerminateInstancesCommand } = await import('@aws-sdk/client-ec2');
      await ports.connection.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
      await running.driver.settled();
    },
    stop: async () => {
      await running.stop();
      const left = await removeAll(records);
      if (left.length > 0) throw new Error(left.join('\n'));
      if (process.env.QUILLA_KEEP_LOGS === undefined) rmSync(records.folder, { recursive: true, force: true });
    },
  };
}

const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** A spec of the examples or scenarios. */
export const specFile = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');
