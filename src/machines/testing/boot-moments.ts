import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { milliseconds, minutes } from '../../base/duration.ts';
import { consoleOf } from './console-of.ts';
import { eventually, type Trial, type TrialInstance } from './trial.ts';

/** A machine that boots, as it is at a glance: asked many times a second, so nothing is run on it. */
interface Glance {
  readonly console: string;
  /** Whether there is something at a path of the machine. */
  has(path: string): boolean;
  readonly mounts: string;
}

/** A moment in the boot of a seat at which its power can go. */
export interface BootMoment {
  readonly name: string;
  /** Whether the boot has come to it. */
  readonly isHere: (glance: Glance) => boolean;
  /** The power goes by chance at most this long after it, milliseconds. */
  readonly within: number;
  /** A script that the machine is given when it is on, which the boot then meets. */
  readonly before?: (chance: () => number) => string;
}

const step =
  (name: string) =>
  ({ console }: Glance) =>
    console.includes(`quilla: STEP ${name}`);
const isMounted = ({ mounts }: Glance): boolean => mounts.includes(' /var/lib/etcd ');

/** mkfs that stops in the middle: when it has written as many bytes as were drawn, of about four million. */
const halfWay = (chance: () => number): string => `
cat > /usr/local/sbin/mkfs.ext4 << 'END'
#!/bin/bash
/usr/sbin/mkfs.ext4 "$@" &
while kill -0 $!; do
  while read -r name bytes; do
    if [[ $name == wchar: ]] && ((bytes >= ${Math.floor(1 + chance() * 2_000_000)})); then kill -STOP $! && break 2; fi
  done < "/proc/$!/io"
done
touch /run/half-way
wait
END
chmod 0755 /usr/local/sbin/mkfs.ext4`;

export const bootMoments = {
  cloudInit: {
    name: 'while cloud-init begins',
    isHere: ({ console }) => console.includes('cloud-init['),
    within: 2000,
  },
  files: { name: 'while it fetches files', isHere: step('files'), within: 3000 },
  attached: {
    name: 'when its volume is attached and not mounted',
    isHere: (glance) => glance.has('/dev/xvdf') && !isMounted(glance),
    within: 0,
  },
  fileSystem: {
    name: 'while it makes the file system of its volume',
    isHere: ({ has }) => has('/run/half-way'),
    within: 0,
    before: halfWay,
  },
  mounted: { name: 'when its volume is mounted for the first time', isHere: isMounted, within: 300 },
  /** Of a first boot alone: later the data is there as soon as the volume is. */
  etcd: { name: 'while etcd makes its data', isHere: ({ has }) => has('/var/lib/etcd/data'), within: 500 },
  kept: {
    name: 'while etcd starts with its data',
    isHere: ({ console }) => console.includes('etcd goes on with its data'),
    within: 2000,
  },
  controlPlane: { name: 'while its API server starts', isHere: step('control-plane'), within: 5000 },
  cluster: { name: 'while it sets the cluster', isHere: step('cluster'), within: 4000 },
} as const satisfies Record<string, BootMoment>;

/** The same chances for the same seed: a linear congruential generator, the constants of Numerical Recipes. */
export function chances(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What a boot was doing when its power went. */
export interface CutOff {
  readonly instanceId: string;
  /** The last step that it said. */
  readonly step: string;
}

function glanceAt(trial: Trial, id: string, pid: number): Glance {
  return {
    console: consoleOf(trial, id),
    has: (path) => existsSync(`/proc/${pid}/root${path}`),
    get mounts() {
      return readFileSync(`/proc/${pid}/mounts`, 'utf8');
    },
  };
}

/** The instance of a seat that follows these, once it is on. */
export const nextOf = (
  trial: Trial,
  seat: string,
  before: readonly string[],
): Promise<TrialInstance & { pid: number }> =>
  eventually(`another instance of seat ${seat} is on`, () => {
    const found = trial.instances().find((one) => one.seat === seat && !before.includes(one.id));
    const pid = trial.running.driver.status().find(({ instanceId }) => instanceId === found?.id)?.pid;
    return found && pid !== undefined ? { ...found, pid } : undefined;
  });

/** Takes the power of a machine that boots at a moment of its boot. */
export async function cutOff(
  trial: Trial,
  { id, pid }: { id: string; pid: number },
  { moment, chance }: { moment: BootMoment; chance: () => number },
): Promise<CutOff> {
  if (moment.before !== undefined) await trial.on(id, moment.before(chance));
  const end = Date.now() + minutes(5).ms;
  while (!moment.isHere(glanceAt(trial, id, pid))) {
    if (Date.now() > end || consoleOf(trial, id).includes('quilla: ready'))
      throw new Error(`${id} does not come to the moment ${moment.name}`);
    await delay(20);
  }
  await delay(milliseconds(moment.within * chance()).ms);
  // At once: what EC2 does on the way would give the boot time to go on.
  process.kill(pid, 'SIGKILL');
  await trial.terminate(id);
  const steps = [...consoleOf(trial, id).matchAll(/quilla: STEP (\S+)/g)];
  return { instanceId: id, step: steps.at(-1)?.[1] ?? '' };
}
