import { setTimeout as delay } from 'node:timers/promises';
import { minutes, seconds } from '../../base/duration.ts';
import { enter } from '../machine/enter.ts';
import { run } from '../run.ts';
import { launchPlain, type PlainMachine } from '../testing/plain-machine.ts';
import { readySince } from '../testing/ready-nodes.ts';
import { eventually, type KubernetesList, specFile, startTrial, type Trial } from '../testing/trial.ts';
import { emptyGroups, pidOf } from './first-boot.ts';
import { plainGiven } from './plain-given.ts';
import { doneFile, hostScript, initScript, joinCommand } from './plain-kubeadm.ts';
import { poweredAt } from './time-to-ready.ts';
import { idleUsage, type WholeUsage } from './whole-usage.ts';

export interface SixNodes {
  /** Seconds from the first power on until six nodes are Ready. */
  readonly quilla: number;
  readonly kubeadm: number;
  readonly ratio: number;
  /** Of Quilla's cluster, when it has come to rest. */
  readonly usage: WholeUsage;
}

const kubectl = 'kubectl --kubeconfig /etc/kubernetes/admin.conf';

/**
 * Three seats and three workers, all Ready with flannel: of Quilla, where all start at once, and by hand with kubeadm: `init`, flannel,
 * then two joins of control planes and three of workers, each begun when the one before it is done. By hand too all machines get their
 * power at once and are set up side by side; only the joins are in a row.
 */
export async function sixNodes(say: (line: string) => void): Promise<SixNodes> {
  const trial = await startTrial({ name: 'measure', spec: specFile('examples/seed-kops.yaml') });
  try {
    const quilla = await quillaCluster(trial);
    say(`six nodes: Quilla ${quilla.toFixed(1)} s`);
    const usage = await idleUsage(trial);
    const flannel = await flannelOf(trial);
    await emptyGroups(trial);
    const kubeadm = await kubeadmCluster(trial, flannel);
    say(`six nodes: kubeadm ${kubeadm.toFixed(1)} s`);
    return { quilla, kubeadm, ratio: quilla / kubeadm, usage };
  } finally {
    await trial.stop();
  }
}

async function quillaCluster(trial: Trial): Promise<number> {
  const on = await eventually(
    'six machines have power',
    () => {
      const pids = trial.instances().flatMap(({ id }) => pidOf(trial, id) ?? []);
      return pids.length === 6 ? Math.min(...pids.map(poweredAt)) : undefined;
    },
    minutes(3),
  );
  const { id } = trial.seat('a');
  const onSeat = async (script: string): Promise<string> => {
    const { code, stdout, stderr } = await trial.on(id, `export PATH=$PATH:/usr/local/bin; ${script}`);
    if (code !== 0) throw new Error(stderr);
    return stdout;
  };
  // By hand kubectl is asked only when all have joined; here not before there is an API to ask.
  await eventually('the first API answers', () => onSeat('curl -sfk https://127.0.0.1:6443/readyz'), minutes(10));
  return ((await allReadyAt(() => onSeat(getNodes))) - on) / 1000;
}

const getNodes = `${kubectl} get nodes -o json`;

/** Between looks: each starts a program, which takes from what is measured. */
const pause = seconds(3);

/** When the last of six nodes became Ready by its kubelet's word, in milliseconds since 1970: Kubernetes notes it to the second. */
async function allReadyAt(nodes: () => Promise<string>): Promise<number> {
  return eventually(
    'six nodes are Ready',
    async () => {
      const text = await nodes().catch((error: Error) => error.message);
      const at = text.startsWith('{')
        ? (JSON.parse(text) as KubernetesList).items.flatMap((node) => readySince(node) ?? [])
        : [];
      if (at.length === 6) return Math.max(...at);
      await delay(pause.ms);
      throw new Error(text);
    },
    minutes(10),
  );
}

interface Flannel {
  readonly namespace: string;
  /** As helm applied it. */
  readonly manifest: string;
  readonly pods: string;
}

/** The pod network as the cluster of Quilla has it. */
async function flannelOf(trial: Trial): Promise<Flannel> {
  const helm = 'export PATH=$PATH:/usr/local/bin; helm --kubeconfig /etc/kubernetes/admin.conf';
  const listed = await trial.on(trial.seat('a').id, `${helm} list -A -o json`);
  const releases = JSON.parse(listed.stdout) as readonly { name: string; namespace: string }[];
  const namespace = releases.find(({ name }) => name === 'flannel')?.namespace;
  if (namespace === undefined) throw new Error(`helm has no release flannel: ${listed.stdout}`);
  const { stdout: manifest } = await trial.on(trial.seat('a').id, `${helm} get manifest flannel -n ${namespace}`);
  // JSON in a text of YAML: its quotes are escaped.
  const pods = /Network\\?":\s*\\?"([\d./]+)/.exec(manifest)?.[1];
  if (pods === undefined) throw new Error("flannel's manifest names no network");
  return { namespace, manifest, pods };
}

/** As somebody types it on a machine. Throws with the last lines of what it said. */
const typed = ({ pid }: PlainMachine, script: string, input = ''): Promise<string> => {
  const [command = '', ...args] = enter(pid, ['bash', '-c', script]);
  return run(command, args, { input, timeout: minutes(5) });
};

async function kubeadmCluster(trial: Trial, { namespace, manifest, pods }: Flannel): Promise<number> {
  const given = { ...plainGiven(trial.supplies), pods };
  const script = (place: number): string =>
    place === 0 ? initScript({ ...given, severalSeats: true }) : hostScript(given);
  const launched = [0, 1, 2, 3, 4, 5].map((place) => launchPlain(trial, script(place)));
  const [first, ...others] = (await Promise.all(launched)) as [PlainMachine, ...PlainMachine[]];
  const on = Math.min(...[first, ...others].map(({ pid }) => poweredAt(pid)));
  await untilDone(first);
  await typed(first, `${kubectl} create namespace ${namespace} --dry-run=client -o yaml | ${kubectl} apply -f -`);
  await typed(first, `${kubectl} apply -f -`, manifest);
  for (const [place, machine] of others.entries()) {
    await untilDone(machine);
    await typed(machine, joinCommand({ server: first.address, asSeat: place < 2 }));
  }
  return ((await allReadyAt(() => typed(first, getNodes))) - on) / 1000;
}

/** Waits for the user data of a machine to come to its end. Throws with its last lines where it failed. */
async function untilDone(machine: PlainMachine): Promise<void> {
  const finished = '/var/lib/cloud/instance/boot-finished';
  const look = `if test -e ${doneFile}; then echo done; elif test -e ${finished}; then echo failed; fi`;
  const ended = await eventually(
    `the user data of ${machine.id} has come to its end`,
    async () => (await typed(machine, look)).trim() || undefined,
    minutes(8),
  );
  if (ended === 'done') return;
  throw new Error(`${machine.id}: ${await typed(machine, 'tail -n 20 /var/log/cloud-init-output.log')}`);
}
