import { Failure, reporter } from '../../base/diagnostic.ts';
import { type Duration, minutes } from '../../base/duration.ts';
import { appCodes } from '../codes.ts';
import type { ClusterAsked } from '../exported-instead.ts';
import type { AwsToOperate } from '../ports.ts';
import { reachableSeat } from './seat-machine.ts';

const report = reporter(appCodes);

/** Whose log: a unit of systemd, or a container of a static pod. */
const sources = {
  boot: { unit: 'quilla-boot' },
  kubelet: { unit: 'kubelet' },
  containerd: { unit: 'containerd' },
  authenticator: { unit: 'aws-iam-authenticator' },
  snapshot: { unit: 'quilla-snapshot' },
  state: { unit: 'quilla-state' },
  renew: { unit: 'quilla-renew' },
  etcd: { container: 'etcd' },
  apiserver: { container: 'kube-apiserver' },
  'controller-manager': { container: 'kube-controller-manager' },
  scheduler: { container: 'kube-scheduler' },
} as const satisfies Readonly<Record<string, { readonly unit: string } | { readonly container: string }>>;

export type LogSource = keyof typeof sources;
export const logSources = Object.keys(sources) as LogSource[];

export interface LogsAsked {
  readonly cluster: ClusterAsked;
  readonly seat: string;
  readonly source: LogSource;
  readonly since: Duration | undefined;
}

/** Systems Manager cuts output at 24,000 characters, at its end: https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
const mostBytes = 23_000;

/** The command on the seat: of fixed words and whole numbers, nothing that a user wrote. */
export function logCommand(source: LogSource, since: Duration | undefined): string {
  const asked = sources[source];
  const span = since === undefined ? undefined : Math.max(1, Math.round(since.ms / 1000));
  const last = `tail -c ${mostBytes}`;
  if ('unit' in asked)
    return `journalctl --no-pager --output=short-iso --unit=${asked.unit} ${span === undefined ? '--lines=500' : `--since=-${span}s`} | ${last}`;
  const name = asked.container;
  const from = span === undefined ? '--tail=500' : `--since=${span}s`;
  return `PATH=$PATH:/usr/local/bin; id=$(crictl ps --all --quiet --latest --name '^${name}$'); if [ -z "$id" ]; then echo 'no container ${name} on this seat' >&2; exit 1; fi; crictl logs ${from} "$id" 2>&1 | ${last}`;
}

/** What a seat says; fails where it cannot be asked. */
export async function seatLogs(
  { cluster, seat, source, since }: LogsAsked,
  aws: AwsToOperate,
): Promise<{ readonly instanceId: string; readonly text: string }> {
  const instanceId = await reachableSeat(cluster, seat, aws);
  const { exitCode, stdout, stderr } = await aws.machines.run(instanceId, logCommand(source, since), minutes(2));
  if (exitCode === 0) return { instanceId, text: stdout };
  throw new Failure(
    report('app.no-log', {
      detail: `seat ${seat} (${instanceId}), ${source}: ${stderr.trim() || stdout.trim() || `exit code ${exitCode}`}`,
      fix: `Ask for another log: ${logSources.join(', ')}.`,
    }),
  );
}
