import type { Target } from './controls.ts';

/** Runs a shell script as root on a machine. */
export type Exec = (
  script: string,
) => Promise<{ readonly code: number; readonly stdout: string; readonly stderr: string }>;

interface Component {
  readonly targets: readonly Target[];
  /** Names of programs; the first that runs is the variable's value. */
  readonly programs?: readonly string[];
  /** Targets that cannot be checked where it does not run. */
  readonly neededBy?: readonly Target[];
  /** By the variable's ending; the first that is there, else the last. */
  readonly files?: Readonly<Record<string, readonly string[]>>;
}

const manifests = '/etc/kubernetes/manifests/';
const unit = '/etc/systemd/system/kubelet.service';
const dropIn = `${unit}.d/10-kubeadm.conf`;

/**
 * What the variables of the checks stand for: of kube-bench's own candidates (its `cfg/config.yaml`) those of clusters
 * that kubeadm made, in its order.
 */
const components: Readonly<Record<string, Component>> = {
  apiserver: {
    targets: ['master', 'controlplane'],
    programs: ['kube-apiserver'],
    neededBy: ['master', 'controlplane'],
    files: { conf: [`${manifests}kube-apiserver.yaml`] },
  },
  scheduler: {
    targets: ['master'],
    programs: ['kube-scheduler'],
    neededBy: ['master'],
    files: { conf: [`${manifests}kube-scheduler.yaml`], kubeconfig: ['/etc/kubernetes/scheduler.conf'] },
  },
  controllermanager: {
    targets: ['master'],
    // A process's name has fifteen characters.
    programs: ['kube-controller-manager', 'kube-controller'],
    neededBy: ['master'],
    files: {
      conf: [`${manifests}kube-controller-manager.yaml`],
      kubeconfig: ['/etc/kubernetes/controller-manager.conf'],
    },
  },
  etcd: {
    targets: ['master', 'etcd'],
    programs: ['etcd'],
    neededBy: ['etcd'],
    files: {
      conf: [
        `${manifests}etcd.yaml`,
        '/etc/etcd/etcd.conf',
        '/usr/lib/systemd/system/etcd.service',
        `${manifests}etcd.yaml`,
      ],
      datadir: ['/var/lib/etcd/default.etcd', '/var/lib/etcd/data.etcd', '/var/lib/etcd/default.etcd'],
    },
  },
  kubelet: {
    targets: ['master', 'node'],
    programs: ['kubelet'],
    neededBy: ['node'],
    files: {
      cafile: ['/etc/kubernetes/pki/ca.crt'],
      svc: [dropIn, unit, '/lib/systemd/system/kubelet.service', dropIn],
      kubeconfig: ['/etc/kubernetes/kubelet.conf', '/var/lib/kubelet/kubeconfig', '/etc/kubernetes/kubelet.conf'],
      conf: ['/etc/kubernetes/kubelet-config.yaml', '/var/lib/kubelet/config.yaml'],
    },
  },
  proxy: {
    targets: ['node'],
    programs: ['kube-proxy'],
    files: { kubeconfig: ['/var/lib/kubelet/kubeconfig', '/etc/kubernetes/proxy.conf'] },
  },
};

/**
 * Runs a command as kube-bench does: by /bin/sh from its standard input, both outputs in one. The text is coded, so that no
 * list of processes that it reads shows the command itself.
 */
export async function runAudit(
  exec: Exec,
  command: string,
): Promise<{ readonly code: number; readonly output: string }> {
  const coded = Buffer.from(`${command.trim()}\n`).toString('base64');
  const { code, stdout } = await exec(`printf %s ${coded} | base64 -d | /bin/sh 2>&1`);
  return { code, output: stdout };
}

type Values = Readonly<Record<string, string>>;

function question(target: Target): string {
  const lines = ['command -v ps > /dev/null || echo no-ps'];
  for (const { targets, programs = [], files = {} } of Object.values(components)) {
    if (!targets.includes(target)) continue;
    for (const name of programs) lines.push(`ps -C ${name} -o cmd --no-headers | sed 's/^/runs ${name} /'`);
    for (const path of new Set(Object.values(files).flat()))
      lines.push(`if test -e ${path}; then echo 'file ${path}'; fi`);
  }
  return lines.join('\n');
}

function running(answer: string, names: readonly string[]): string | undefined {
  return names.find((name) => new RegExp(`^runs ${name} (?:\\S*/)?${name}`, 'm').test(answer));
}

function valuesOf(target: Target, answer: string): Values {
  const lines = new Set(answer.split('\n'));
  const values: Record<string, string> = {};
  for (const [name, { targets, programs = [], neededBy = [], files = {} }] of Object.entries(components)) {
    if (!targets.includes(target)) continue;
    const program = running(answer, programs);
    if (program === undefined && neededBy.includes(target))
      throw new Error(
        `${target}: no ${programs[0]} runs on this machine, so its checks say nothing: wait until it does, or leave ${target} out`,
      );
    values[`${name}bin`] = program ?? name;
    for (const [ending, paths] of Object.entries(files))
      values[name + ending] = paths.find((path) => lines.has(`file ${path}`)) ?? paths.at(-1)!;
  }
  return values;
}

/** What the variables of a target's checks stand for on a machine. Throws where what it needs does not run there. */
export async function resolveVariables(target: Target, exec: Exec): Promise<Values> {
  const { output } = await runAudit(exec, question(target));
  if (/^no-ps$/m.test(output))
    throw new Error(`${target}: the machine has no ps, which the checks call: its image needs the package procps`);
  return valuesOf(target, output);
}

/** A command with the values in the place of `$name`. What is no variable of the target is the shell's own. */
export function substitute(command: string, values: Values): string {
  return command.replace(/\$([a-z]+)/g, (all, name: string) => values[name] ?? all);
}
