import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Records } from './made.ts';

/**
 * What kube-proxy sets on a machine of its own, and finds set here: the kernel lets only the first network namespace change it.
 * `conntrack.maxPerCore` 32768 and `conntrack.min` 131072 are its defaults:
 * https://kubernetes.io/docs/reference/config-api/kube-proxy-config.v1alpha1/
 */
const conntrackMax = (): number => Math.max(32_768 * availableParallelism(), 131_072);

interface Setting {
  /** Below /proc/sys. */
  readonly path: string;
  readonly value: string;
  /** Kubelets set it themselves; it is only noted, to be set back. */
  readonly byMachines?: true;
  /** More is as good. */
  readonly atLeast?: true;
}

// What kubelets set: https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/ (protectKernelDefaults)
const settings = (): readonly Setting[] => [
  { path: 'net/netfilter/nf_conntrack_max', value: String(conntrackMax()) },
  // All machines are one user to the kernel, and each program that watches files takes an instance.
  { path: 'fs/inotify/max_user_instances', value: '8192', atLeast: true },
  { path: 'fs/inotify/max_user_watches', value: '1048576', atLeast: true },
  { path: 'vm/overcommit_memory', value: '1', byMachines: true },
  { path: 'kernel/panic', value: '10', byMachines: true },
  { path: 'kernel/panic_on_oops', value: '1', byMachines: true },
];

/** Sets what all machines share with their host, and records what was there, so that it is set back. Needs root. */
export function setForMachines(records: Records, sys = '/proc/sys'): void {
  for (const { path, value, byMachines, atLeast } of settings()) {
    const file = join(sys, path);
    if (!existsSync(file)) continue;
    const before = readFileSync(file, 'utf8').trim();
    if (before === value || (atLeast === true && Number(before) >= Number(value))) continue;
    records.add({ kind: 'setting', path, before, during: value });
    if (byMachines !== true) writeFileSync(file, value);
  }
}
