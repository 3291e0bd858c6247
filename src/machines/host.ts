import type { Eyes } from './host-eyes.ts';
import { hostPrograms, packagesOf } from './host-programs.ts';
import { controllers, type KernelPart, kernelParts } from './kernel-parts.ts';

/** Whether this host has one of the things that machines need; if not, why and what to do, a line each. */
export type Check = { readonly ok: true } | Refusal;

export interface Refusal {
  readonly why: string;
  readonly fix: string;
}

export interface Wanted {
  /** Machines of the cluster, seats and workers together. */
  readonly machines: number;
  /** Folder of the cache, and the one of runs. */
  readonly cache: string;
  readonly runs: string;
  /** Whether programs and images may have to be built: takes room. */
  readonly cold: boolean;
}

const fine: Check = { ok: true };
const gib = 2 ** 30;

/**
 * What keeps this host from running machines, in the order in which it is to be mended; empty where nothing does. Changes nothing that
 * outlives the call but for modules of the kernel that it loads.
 */
export async function refusals(wanted: Wanted, eyes: Eyes): Promise<readonly Refusal[]> {
  // Each of these makes all that follows meaningless.
  for (const check of [onLinux(eyes), asRoot(eyes)]) if (!('ok' in check)) return [check];
  const checks = [
    programsThere(eyes),
    await goThere(eyes),
    ...(await kernelThere(eyes)),
    controlGroupsThere(eyes),
    memoryThere(wanted, eyes),
    ...disksThere(wanted, eyes),
  ];
  return checks.filter((check): check is Refusal => !('ok' in check));
}

export const onLinux = ({ platform, architecture }: Pick<Eyes, 'platform' | 'architecture'>): Check => {
  if (platform !== 'linux')
    return {
      why: `machines are made of Linux namespaces, and this is ${platform}`,
      fix: 'Use a Linux host, or a virtual machine with one: Debian 12, 2 CPUs, 16 GiB.',
    };
  if (architecture !== 'x64' && architecture !== 'arm64')
    return { why: `machines run on x64 and arm64, and this is ${architecture}`, fix: 'Use another host.' };
  return fine;
};

export const asRoot = ({ uid }: Pick<Eyes, 'uid'>): Check =>
  uid === 0
    ? fine
    : {
        why: 'only root may make namespaces, mounts and loop devices',
        fix: 'Run it as root: sudo -E npm run machines -- …',
      };

/** Programs of this host that are missing. */
export const missingPrograms = (eyes: Eyes): readonly string[] =>
  Object.keys(hostPrograms).filter((program) => !eyes.finds(program));

function programsThere(eyes: Eyes): Check {
  const missing = missingPrograms(eyes);
  if (missing.length === 0) return fine;
  return {
    why: `${missing.join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing on this host`,
    fix: `apt-get install ${packagesOf(missing).join(' ')}   (on Debian; or set QUILLA_MACHINES_INSTALL=1)`,
  };
}

/** The first that fetches the toolchain that a module asks for (https://go.dev/doc/toolchain). */
const oldestGo = [1, 21] as const;

async function goThere(eyes: Eyes): Promise<Check> {
  const fix = 'Install a newer one from https://go.dev/dl/ and put its bin folder into PATH.';
  if (!eyes.finds('go'))
    return {
      why: "Go is missing, and Kubernetes' programs are built and known by it",
      fix: fix.replace('a newer one', 'Go'),
    };
  const answer = await eyes.attempt(['go', 'version']);
  if ('failed' in answer) return { why: `Go does not run: ${answer.failed}`, fix };
  const found = /go(\d+)\.(\d+)/.exec(answer.printed);
  if (found === null) return { why: `\`go version\` says ${JSON.stringify(answer.printed.trim())}`, fix };
  const [major, minor] = [Number(found[1]), Number(found[2])];
  const isNew = major > oldestGo[0] || (major === oldestGo[0] && minor >= oldestGo[1]);
  return isNew ? fine : { why: `Go ${major}.${minor} is too old: ${oldestGo.join('.')} or newer is needed`, fix };
}

async function kernelThere(eyes: Eyes): Promise<readonly Check[]> {
  const checks: Check[] = [];
  // One after the other: what has no program is told already.
  for (const part of kernelParts) checks.push(await partThere(part, eyes));
  return checks;
}

async function partThere(part: KernelPart, eyes: Eyes): Promise<Check> {
  const program = 'command' in part.shows ? part.shows.command[0]! : undefined;
  if (program !== undefined && !(eyes.finds(program) && eyes.finds('unshare'))) return fine;
  let why = await lacks(part, eyes);
  if (why === undefined) return fine;
  if (eyes.finds('modprobe') && 'printed' in (await eyes.attempt(['modprobe', part.module])))
    why = await lacks(part, eyes);
  if (why === undefined) return fine;
  return {
    why: `this kernel has no ${part.name}, needed for ${part.use}: ${why}`,
    fix: `modprobe ${part.module}, or boot a kernel that has it (that of Debian does); in a container, use a virtual machine.`,
  };
}

/** Why a part of the kernel does not show; undefined where it does. */
async function lacks({ shows }: KernelPart, eyes: Eyes): Promise<string | undefined> {
  if ('file' in shows) return eyes.has(shows.file) ? undefined : `${shows.file} is not there`;
  if ('filesystem' in shows) {
    const known = (eyes.read('/proc/filesystems') ?? '').split('\n').map((line) => line.split('\t').at(-1));
    return known.includes(shows.filesystem) ? undefined : `/proc/filesystems does not have ${shows.filesystem}`;
  }
  const tried = await eyes.attempt(['unshare', '--net', ...shows.command], shows.input);
  return 'failed' in tried ? tried.failed : undefined;
}

export function controlGroupsThere(eyes: Eyes): Check {
  const top = '/sys/fs/cgroup';
  const fix = `Mount control groups at ${top} (systemd does), with ${controllers.join(', ')}; a kernel may need cgroup_enable=memory on its command line.`;
  const second = eyes.read(`${top}/cgroup.controllers`);
  const missing =
    second !== undefined
      ? controllers.filter((name) => !second.trim().split(/\s+/).includes(name))
      : controllers.filter((name) => !eyes.has(`${top}/${name}/cgroup.procs`));
  if (missing.length === 0) return fine;
  return { why: `control groups of this host lack ${missing.join(', ')}`, fix };
}

/** Bytes: what was measured is about 1.4 GiB for a seat and 0.9 GiB for a worker under load, beside the host's own. */
const memoryOf = (machines: number): number => (machines <= 2 ? 4 : 2 + Math.ceil((machines * 7) / 3)) * gib;

function memoryThere({ machines }: Wanted, eyes: Eyes): Check {
  const kib = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(eyes.read('/proc/meminfo') ?? '')?.[1] ?? 0) * 1024;
  const [total, free, least] = [kib('MemTotal'), kib('MemAvailable'), memoryOf(machines)];
  // The firmware keeps some of what is built in: 16 GiB show as 15.6.
  if (total < least * 0.95)
    return {
      why: `${machines} machines want ${inGib(least)} of memory, and this host has ${inGib(total)}`,
      fix: 'Use a larger host, or a spec with fewer machines: examples/development.yaml has two.',
    };
  if (free < least * 0.6)
    return {
      why: `${machines} machines want ${inGib(least * 0.6)} of memory that is free, and this host has ${inGib(free)}`,
      fix: 'End what uses it; `npm run machines -- status --all` shows other runs.',
    };
  return fine;
}

const inGib = (bytes: number): string => `${(bytes / gib).toFixed(1)} GiB`;

/** Bytes: the cache of Go for Kubernetes and the programs; what machines write. */
const [coldRoom, warmRoom, roomOfMachine] = [12 * gib, 1 * gib, 2 * gib];

function disksThere({ machines, cache, runs, cold }: Wanted, eyes: Eyes): readonly Check[] {
  const places: readonly (readonly [string, number, string])[] = [
    [cache, cold ? coldRoom : warmRoom, 'QUILLA_CACHE names another folder for what is built.'],
    [runs, machines * roomOfMachine, `Mount a larger disk at ${runs}.`],
  ];
  return places.map(([path, least, fix]) => {
    const free = eyes.freeDisk(path);
    return free >= least
      ? fine
      : { why: `${path} has ${inGib(free)} of free disk, and ${inGib(least)} are wanted`, fix: `Make room. ${fix}` };
  });
}
