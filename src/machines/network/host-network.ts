import { CommandFailed, run } from '../run.ts';
import type { SeenLink } from './changes.ts';

/** Names of links that are made here, at their first end; others in these namespaces belong to someone else. */
const ours = /^(e[0-9a-z-]{10}|v[0-9a-z-]{8})$/;

/** Runs lines of `ip` in a namespace, or on the host. Throws with the line that failed; those before it have been done. */
export async function ipBatch(namespace: string | undefined, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  const place = namespace === undefined ? [] : ['-n', namespace];
  try {
    await run('ip', [...place, '-batch', '-'], { input: `${lines.join('\n')}\n` });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
    const number = Number(/Command failed -:(\d+)/.exec(error.stderr)?.[1]);
    // `ip` tells no number where it cannot read a line.
    const what = lines[number - 1] === undefined ? `one of ${lines.length} lines of ip` : `"ip ${lines[number - 1]}"`;
    const where = namespace === undefined ? 'the host' : `namespace ${namespace}`;
    throw new Error(`${what} failed in ${where}: ${error.stderr.trim()}`, { cause: error });
  }
}

/** Runs lines of which each may fail, as the thing that it removes may be gone already. */
export async function ipAttempts(namespace: string, lines: readonly string[]): Promise<void> {
  if (lines.length === 0) return;
  try {
    await run('ip', ['-n', namespace, '-force', '-batch', '-'], { input: `${lines.join('\n')}\n` });
  } catch (error) {
    if (!(error instanceof CommandFailed)) throw error;
  }
}

/** Names of all network namespaces of this host that `ip netns` knows. */
export async function namespaces(): Promise<ReadonlySet<string>> {
  const text = await run('ip', ['netns', 'list']);
  return new Set(text.split('\n').flatMap((line) => line.split(' ')[0] || []));
}

export async function makeNamespace(name: string, settings: readonly string[]): Promise<void> {
  await run('ip', ['netns', 'add', name]);
  if (settings.length > 0) await run('ip', ['netns', 'exec', name, 'sysctl', '-q', '-w', ...settings]);
  await ipBatch(name, ['link set lo up']);
}

/** A namespace in which a process still runs loses its name only; the kernel keeps it until that process ends. */
export const removeNamespace = async (name: string): Promise<void> => {
  await run('ip', ['netns', 'delete', name]);
};

/** The links of a namespace that were made here. */
export async function linksIn(namespace: string): Promise<SeenLink[]> {
  const text = await run('ip', ['-n', namespace, '-j', 'link', 'show', 'type', 'veth']);
  const rows = (text.trim() === '' ? [] : JSON.parse(text)) as { ifname?: string; ifalias?: string }[];
  return rows.flatMap(({ ifname: name, ifalias: note }) =>
    name !== undefined && ours.test(name) ? [{ namespace, name, ...(note !== undefined && { note }) }] : [],
  );
}

/** Puts a packet filter in place, all at once. */
export async function setFilter(namespace: string, text: string): Promise<void> {
  await run('ip', ['netns', 'exec', namespace, 'nft', '-f', '-'], { input: text });
}
