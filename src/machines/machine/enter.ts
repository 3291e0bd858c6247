/** Paths that a shell of root has on a machine. */
export const machinePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The command, arguments and all, that runs another one inside of the machine whose first process is `pid`. */
export const enter = (
  pid: number,
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): string[] => [
  'nsenter',
  '--target',
  String(pid),
  ...['--mount', '--uts', '--ipc', '--net', '--pid', '--cgroup', '--root', '--wdns=/'],
  ...['env', '-i', 'HOME=/root', `PATH=${machinePath}`, `TERM=${env.TERM ?? 'dumb'}`],
  ...Object.entries(env)
    .filter(([name]) => name !== 'TERM')
    .map(([name, value]) => `${name}=${value}`),
  ...command,
];
