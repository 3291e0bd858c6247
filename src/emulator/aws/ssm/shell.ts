import type { Turn } from '../../call.ts';
import type { ShellResult } from '../../machine-shell.ts';
import { journalOf } from '../../nodes/self-managed/journal.ts';
import type { JournalLine } from '../../nodes/self-managed/state.ts';
import type { InstanceRecord } from '../ec2/compute-records.ts';

/** What `tail -c BYTES` leaves. */
const lastBytes = (text: string, bytes: number): string => Buffer.from(text).subarray(-bytes).toString('utf8');

const isWithin = (turn: Turn, seconds: string | undefined, at: number): boolean =>
  seconds === undefined || turn.now - at <= Number(seconds) * 1000;

/** As `--output=short-iso` writes it. */
const shortIso = ({ privateDnsName }: InstanceRecord, { at, text }: JournalLine): string =>
  `${new Date(at).toISOString().slice(0, 19)}+00:00 ${privateDnsName.split('.')[0]} ${text}`;

/**
 * `journalctl --no-pager --output=short-iso --unit=UNIT --lines=N | tail -c BYTES`: the lines of the console that the unit has written, and
 * those that it wrote to the journal alone.
 */
function journal(turn: Turn, instance: InstanceRecord, words: readonly string[]): ShellResult | undefined {
  const given = (name: string): string | undefined =>
    words.find((word) => word.startsWith(`--${name}=`))?.slice(name.length + 3);
  const known = words.every((word) => /^--(no-pager|output=[\w-]+|unit=[\w@.-]+|lines=\d+|since=-\d+s)$/.test(word));
  const unit = given('unit');
  if (!known || unit === undefined) return undefined;
  const name = unit.replace(/\.service$/, '');
  // Boot scripts run under cloud-init, and their own unit writes to the console as well.
  const writers = /^(quilla-boot$|cloud)/.test(name) ? [name, 'cloud-init'] : [name];
  const since = given('since')?.slice(1, -1);
  const shown = instance.console.filter((line) => {
    const [, uptime, writer = ''] = /^\[\s*([\d.]+)\] ([\w.@-]+?)(?:\[\d+\])?:/.exec(line) ?? [];
    return writers.includes(writer) && isWithin(turn, since, instance.launchedAt + Number(uptime) * 1000);
  });
  const own = journalOf(turn, instance.id, name).filter(({ at }) => isWithin(turn, since, at));
  const all = [...shown, ...own.map((line) => shortIso(instance, line))];
  const lines = all.slice(-Number(given('lines') ?? all.length));
  const text = lines.length === 0 ? '-- No entries --' : lines.join('\n');
  return { code: 0, stdout: `${text}\n`, stderr: '' };
}

/** The one form in which the log of a static pod's container is asked for: its newest container, or a word that there is none. */
const crictlLogs =
  /^PATH=\$PATH:\/usr\/local\/bin; id=\$\(crictl ps --all --quiet --latest --name '\^([\w-]+)\$'\); if \[ -z "\$id" \]; then echo '([^']*)' >&2; exit 1; fi; crictl logs --(?:tail=(\d+)|since=(\d+)s) "\$id" 2>&1$/;

function containerLog(turn: Turn, instance: InstanceRecord, command: string): ShellResult | undefined {
  const [, name = '', none, tail, since] = crictlLogs.exec(command) ?? [];
  if (none === undefined) return undefined;
  const own = journalOf(turn, instance.id, name);
  if (own.length === 0) return { code: 1, stdout: '', stderr: `${none}\nfailed to run commands: exit status 1` };
  const lines = own.filter(({ at }) => isWithin(turn, since, at)).slice(-Number(tail ?? own.length));
  return { code: 0, stdout: lines.map(({ text }) => `${text}\n`).join(''), stderr: '' };
}

const notFound = (program: string): ShellResult => ({
  code: 127,
  stdout: '',
  stderr: `sh: 1: ${program}: not found\nfailed to run commands: exit status 127`,
});

/** What a shell command says on an instance of this AWS: there are no programs, but for the journal and the logs of static pods. */
export function runShell(turn: Turn, instance: InstanceRecord, command: string): ShellResult {
  const [, before = command, bytes] = /^(.*?)\s*\|\s*tail -c (\d+)\s*$/s.exec(command) ?? [];
  const [program = '', ...words] = before.trim().split(/\s+/);
  const result =
    program === 'journalctl' ? journal(turn, instance, words) : containerLog(turn, instance, before.trim());
  if (result === undefined) return notFound(program);
  return bytes === undefined ? result : { ...result, stdout: lastBytes(result.stdout, Number(bytes)) };
}
