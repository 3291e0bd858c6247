import type { Exec } from './variables.ts';

export interface CannedMachine {
  /** Command lines of what runs, each by a name of a process. */
  readonly processes: Readonly<Record<string, string>>;
  /** Mode and owner, and what is in it, by path. */
  readonly files: Readonly<
    Record<string, { readonly mode: string; readonly owner?: string; readonly content?: string }>
  >;
}

/** Answers the commands of the checks as a machine with these processes and files would: for tests. */
export function cannedExec({ processes, files }: CannedMachine): Exec {
  const answer = (script: string): { code: number; stdout: string } => {
    if (script.includes('echo no-ps')) return { code: 0, stdout: inventory({ processes, files }) };
    const cat = /^\/bin\/cat (\S+)/.exec(script)?.[1];
    if (cat !== undefined) return read(cat, files);
    if (script.includes('stat -c')) return { code: 0, stdout: stats(script, files) };
    const named = /ps -fC (\S+)/.exec(script)?.[1] ?? /grep (kube-\S+|etcd) /.exec(script)?.[1];
    const line = named === undefined ? undefined : processes[named];
    if (named === undefined) return { code: 0, stdout: '' };
    return line === undefined ? { code: 1, stdout: '' } : { code: 0, stdout: `root 7 1 0 10:00 ? 00:00:01 ${line}\n` };
  };
  return async (script) => {
    const coded = /^printf %s (\S+) \| base64 -d/.exec(script)?.[1] ?? '';
    return { ...answer(Buffer.from(coded, 'base64').toString().trim()), stderr: '' };
  };
}

function inventory({ processes, files }: CannedMachine): string {
  const runs = Object.entries(processes).map(([name, line]) => `runs ${name} ${line}`);
  return [...runs, ...Object.keys(files).map((path) => `file ${path}`)].join('\n');
}

function read(path: string, files: CannedMachine['files']): { code: number; stdout: string } {
  const content = files[path]?.content;
  if (content === undefined) return { code: 1, stdout: `/bin/cat: ${path}: No such file or directory\n` };
  return { code: 0, stdout: content };
}

function stats(script: string, files: CannedMachine['files']): string {
  const format = /stat -c "?([^ "';]+)/.exec(script)?.[1] ?? '';
  const under = /find (\/\S+\/) /.exec(script)?.[1];
  const ending = /-name '\*(\.\w+)'/.exec(script)?.[1] ?? '';
  return Object.entries(files)
    .filter(
      ([path]) => script.includes(path) || (under !== undefined && path.startsWith(under) && path.endsWith(ending)),
    )
    .map(([, { mode, owner = 'root:root' }]) => format.replace('%a', mode).replace('%U:%G', owner))
    .join('\n');
}
