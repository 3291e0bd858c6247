import type { Socket } from 'node:net';
import { canonicalJson } from '../../base/canonical-json.ts';
import { type Duration, seconds } from '../../base/duration.ts';
import type { BalancerConfig } from './balancer-config.ts';
import type { FromBalancer, TargetReport, ToBalancer } from './balancer-messages.ts';
import { type Child, type ChildRecords, startChild } from './child.ts';
import { namespaceIdentity } from './namespace-identity.ts';

/** What is told of a target, and of which load balancer. */
export interface BalancerReport extends TargetReport {
  readonly balancer: string;
  readonly region: string;
}

export interface BalancersOptions {
  /** The network namespace of a load balancer, by ARN; undefined for that of this process. */
  readonly namespaceOf: (arn: string) => string | undefined;
  readonly records?: ChildRecords;
  /** Told of each change of a target's state, also of targets that left: those answer no more. */
  readonly onTarget?: (report: BalancerReport) => void;
  /** Told in a line of what does not work. */
  readonly progress?: (line: string) => void;
  /** How long a load balancer may take until it listens. Default: 20 seconds. */
  readonly deadline?: Duration;
}

/** The processes of all load balancers. */
export interface Balancers {
  /** Starts, changes and ends processes until they are these. */
  sync(configs: readonly BalancerConfig[]): Promise<void>;
  /** Addresses of the nodes of a load balancer that have a healthy target to send to, of any zone or of their own. */
  goodNodes(arn: string): ReadonlySet<string>;
  /** Has a connection go on as a client's of a listener, or says why it does not. */
  take(arn: string, port: number, client: Socket): string | undefined;
  close(): Promise<void>;
}

interface Running {
  readonly child: Child;
  /** A namespace of the same name that was made anew is another one. */
  readonly place: string;
  config: BalancerConfig;
  sent: string;
  readonly reports: Map<string, TargetReport>;
  ended: boolean;
}

export function createBalancers(options: BalancersOptions): Balancers {
  const all = new Map<string, Running>();
  const placeOf = (arn: string): string => {
    const namespace = options.namespaceOf(arn);
    return namespace === undefined ? '' : namespaceIdentity(namespace);
  };
  return {
    async sync(configs) {
      const wanted = new Map(configs.map((config) => [config.arn, config]));
      const gone = [...all].filter(([arn, { place, ended }]) => ended || !wanted.has(arn) || place !== placeOf(arn));
      await Promise.all(gone.map(([, running]) => end(running)));
      for (const [arn] of gone) all.delete(arn);
      const configured = configs.map(async (config) => {
        const running = all.get(config.arn) ?? start(config, placeOf(config.arn), options);
        all.set(config.arn, running);
        await configure(running, config, options);
      });
      await Promise.all(configured);
    },
    goodNodes: (arn) => new Set(goodNodesOf(all.get(arn))),
    take(arn, port, client) {
      const running = all.get(arn);
      if (running === undefined || running.ended) return `load balancer ${arn} is not up`;
      if (!running.config.listeners.some((listener) => listener.port === port))
        return `load balancer ${arn} has no listener at port ${port}`;
      running.child.process.send({ kind: 'client', port } satisfies ToBalancer, client);
      return undefined;
    },
    async close() {
      const running = [...all.values()];
      all.clear();
      await Promise.all(running.map(end));
    },
  };
}

function start(config: BalancerConfig, place: string, options: BalancersOptions): Running {
  const namespace = options.namespaceOf(config.arn);
  const child = startChild({ script: 'balancer.ts', namespace, records: options.records });
  const running: Running = { child, place, config, sent: '', reports: new Map(), ended: false };
  child.process.on('message', (message: FromBalancer) => {
    if (message.kind === 'target') note(running, message.report, options);
    if (message.kind === 'trouble')
      options.progress?.(
        `load balancer ${config.arn} cannot listen at ${message.at}: ${message.message}; it tries again`,
      );
  });
  // A channel that closes under a message: the end of the process is told on its own.
  child.process.on('error', () => undefined);
  child.process.once('exit', (code) => {
    if (!running.ended)
      options.progress?.(`the process of load balancer ${config.arn} ended with code ${code}: ${child.said()}`);
    running.ended = true;
    leave([...running.reports.values()], running, options);
  });
  return running;
}

function goodNodesOf(running: Running | undefined): readonly string[] {
  if (running === undefined) return [];
  const { nodes, groups } = running.config;
  const healthy = [...running.reports.values()].filter(({ health }) => health === 'healthy');
  const isGood = (zone: string): boolean =>
    healthy.some((own) => own.zone === zone || groups.some(({ arn, crossZone }) => arn === own.group && crossZone));
  return nodes.filter(({ zone }) => isGood(zone)).map(({ address }) => address);
}

const reportKey = ({ group, id, port }: TargetReport): string => `${group} ${id} ${port}`;

function note(running: Running, report: TargetReport, { onTarget }: BalancersOptions): void {
  running.reports.set(reportKey(report), report);
  onTarget?.({ ...report, balancer: running.config.arn, region: running.config.region });
}

/** Nobody checks these any more. */
function leave(reports: readonly TargetReport[], running: Running, options: BalancersOptions): void {
  for (const report of reports) {
    if (report.answering) note(running, { ...report, health: 'initial', answering: false }, options);
    running.reports.delete(reportKey(report));
  }
}

async function configure(running: Running, config: BalancerConfig, options: BalancersOptions): Promise<void> {
  const text = canonicalJson(config as never);
  if (running.sent === text) return;
  running.sent = text;
  running.config = config;
  const targets = config.groups.flatMap(({ arn, targets }) => targets.map(({ id, port }) => `${arn} ${id} ${port}`));
  const left = [...running.reports.values()].filter((report) => !targets.includes(reportKey(report)));
  leave(left, running, options);
  try {
    await settle(running, config, options.deadline ?? seconds(20));
  } catch (error) {
    running.sent = '';
    throw error;
  }
}

async function settle({ child }: Running, config: BalancerConfig, deadline: Duration): Promise<void> {
  const { process: own } = child;
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const failed = (why: string): void => reject(new Error(`load balancer ${config.arn} does not run: ${why}`));
  const timer = setTimeout(() => failed(`no word within ${deadline.ms / 1000} s: ${child.said()}`), deadline.ms);
  const onMessage = (message: FromBalancer): void => {
    if (message.kind === 'settled') resolve();
  };
  const onClose = (code: number | null): void => failed(child.said() || `its process ended with code ${code}`);
  own.on('message', onMessage).once('close', onClose);
  // A program that ended before it could read has told why, which comes with its end.
  own.send({ kind: 'config', config } satisfies ToBalancer, () => undefined);
  try {
    await promise;
  } finally {
    clearTimeout(timer);
    own.off('message', onMessage).off('close', onClose);
  }
}

/** Ends a process by closing its channel; one that does not end by it is killed. */
async function end(running: Running): Promise<void> {
  const { process: own } = running.child;
  running.ended = true;
  if (own.exitCode !== null || own.signalCode !== null || own.pid === undefined) return;
  const ended = new Promise<void>((resolve) => own.once('exit', () => resolve()));
  if (own.connected) own.disconnect();
  const timer = setTimeout(() => own.kill('SIGKILL'), 2000);
  await ended;
  clearTimeout(timer);
}
