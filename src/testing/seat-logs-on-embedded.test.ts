import { afterAll, beforeAll, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import { type LogSource, logSources, seatLogs } from '../app/self-managed/seat-logs.ts';
import { hours, minutes, seconds } from '../base/duration.ts';
import { givenWorld } from './given-world.ts';
import { scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const made = scenario('development');
const cluster = made.loaded.cluster.metadata.name;
let session: Session;
beforeAll(async () => {
  session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  for await (const _ of applyPlan(await planCluster(made.loaded, session.ports.toRead), session.ports.toWrite));
  // Seats boot, and their agents sign in at Systems Manager.
  await session.clock.sleep(minutes(10));
});
afterAll(() => session.stop());

const textOf = async (source: LogSource, since?: ReturnType<typeof hours>): Promise<string> =>
  (await seatLogs({ cluster, seat: 'a', source, since }, session.ports.toOperate)).text;

const said: Readonly<Record<LogSource, RegExp>> = {
  boot: /quilla: ready/,
  kubelet: /Started kubelet\.service.*Successfully registered node/s,
  containerd: /Started containerd\.service/,
  authenticator: /Started aws-iam-authenticator\.service/,
  snapshot: /Started quilla-snapshot\.timer/,
  state: /cluster\/state\.json is read/,
  renew: /Started quilla-renew\.timer/,
  etcd: /started etcd member.*elected leader.*"leader":"a".*ready to serve client requests/s,
  apiserver: /Serving securely on \[::\]:6443.*"\/readyz"/s,
  'controller-manager': /Successfully acquired lease kube-system\/kube-controller-manager/,
  scheduler: /Successfully acquired lease kube-system\/kube-scheduler/,
};

it.each(logSources)('the log of %s tells what a seat that serves did', async (source) => {
  expect(await textOf(source)).toMatch(said[source]);
  expect(await textOf(source, hours(1))).toMatch(said[source]);
});

it('what is older than asked for is left out', async () => {
  expect(await textOf('etcd', seconds(5))).toBe('');
  expect(await textOf('kubelet', seconds(5))).toBe('-- No entries --\n');
});

it('a log of the timer tells of its snapshots', async () => {
  // The spec has one every six.
  await session.clock.sleep(hours(7));
  expect(await textOf('snapshot')).toMatch(/quilla: snapshot backups\/\S+-a\.db\n.*Finished quilla-snapshot\.service/);
});

it('a cluster that wrote snapshots can be destroyed, with its store', async () => {
  const { plan } = await planDestroy(cluster, made.graph, session.ports.toWrite);
  let outcome = 'none';
  for await (const event of destroy({ plan, graph: made.graph }, session.ports.toWrite))
    if (event.type === 'finished') outcome = event.result.outcome;
  expect(outcome).toBe('done');
  expect(Object.keys(session.aws.world.s3.buckets)).toEqual([]);
});
