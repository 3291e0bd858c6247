import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { clusterAccess } from '../app/cluster-access.ts';
import { planDestroy } from '../app/destroy.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import type { PolicyVerb } from '../app/policy.ts';
import { policyFor } from '../app/policy-for.ts';
import { issueAdmin } from '../app/self-managed/admin-access.ts';
import { storeWanted } from '../app/self-managed/must-be-self-managed.ts';
import { seatLogs } from '../app/self-managed/seat-logs.ts';
import { showStore, verifyStore } from '../app/self-managed/store.ts';
import { clusterStatus } from '../app/status.ts';
import { Failure, isError } from '../base/diagnostic.ts';
import { hours, minutes } from '../base/duration.ts';
import type { Ports } from '../cli/ports.ts';
import type { World } from '../emulator/world.ts';
import { emptyStore } from './emptied-store.ts';
import { makeExported } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { userWith } from './policy-user.ts';
import { follow, run } from './run-to-end.ts';
import { scenario } from './scenarios.ts';
import { type SeatsWorld, seatsWorld } from './seats-world.ts';
import { type Session, startSession } from './session.ts';

let seats: SeatsWorld;
let session: Session;
beforeAll(async () => {
  seats = await seatsWorld('development');
}, 120_000);
afterEach(() => session.stop());

async function start(change: (world: World) => void): Promise<void> {
  const world = structuredClone(seats.world);
  change(world);
  session = await startSession({ region: seats.scenario.graph.region, world, kubernetes: true });
}

const exported = (world: World): void => makeExported(world, seats.cluster);

async function saidBy(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return '';
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.diagnostics.map(({ code, detail, fix }) => `${code}: ${detail} -> ${fix}`).join('\n');
  }
}

describe('a self-managed cluster that was exported and not adopted', () => {
  it('gives its API and a certificate, as it did when it was ours', async () => {
    await start(() => undefined);
    const own = await clusterAccess(seats.cluster, session.ports.toRead);
    await session.stop();
    await start(exported);
    const { loaded } = seats.scenario;
    expect(await clusterAccess(loaded, session.ports.toRead)).toEqual(own);
    const { noted, endpoint } = await issueAdmin(loaded, hours(1), session.ports.toOperate);
    expect(endpoint).toBe(own.endpoint);
    expect(Object.values(session.aws.world.s3.buckets).some(({ objects }) => noted in objects)).toBe(true);
  });

  it('shows its store, which is whole, and the logs of its seats', async () => {
    await start(exported);
    const { loaded } = seats.scenario;
    const shown = await showStore(loaded, session.ports.toRead);
    expect(shown.parts.find(({ part }) => part === 'keys')?.objects).toBeGreaterThan(5);
    const verified = await verifyStore(loaded, storeWanted(loaded.cluster), session.ports.toRead);
    expect([verified.bucket, verified.problems]).toEqual([shown.bucket, []]);
    const asked = { cluster: loaded, seat: 'a', source: 'boot', since: undefined } as const;
    expect((await seatLogs(asked, session.ports.toOperate)).text).toMatch(/quilla: ready/);
  });

  it('is ready, and its status says whose it is not', async () => {
    await start(exported);
    const status = await clusterStatus(seats.scenario.loaded, session.ports.toStatus);
    expect(status.problems.map(({ code }) => code)).toEqual(['cluster.not-adopted']);
    expect([status.ready, status.controlPlane.seats.map(({ state }) => state)]).toEqual([true, ['serving']]);
  });

  it('says what is missing where its store has not been filled', async () => {
    await start((world) => {
      exported(world);
      emptyStore(world);
    });
    const said = await saidBy(clusterAccess(seats.scenario.loaded, session.ports.toRead));
    expect(said).toMatch(/^app\.no-cluster: cluster dev was exported and stands, not adopted, .*quilla store fill/);
  });

  it('is named as exported to who knows no more than its name', async () => {
    await start(exported);
    const said = /^app\.no-cluster: cluster dev was exported and is not Quilla's .*quilla adopt/;
    expect(await saidBy(clusterAccess(seats.cluster, session.ports.toRead))).toMatch(said);
    expect(await saidBy(showStore(seats.cluster, session.ports.toRead))).toMatch(said);
  });
});

describe('who has no more than the printed policies', () => {
  const user = async (verb: PolicyVerb): Promise<Ports> => {
    const { toRead: aws, permissions, verbPermissions: further } = session.ports;
    const documents = await policyFor(verb, seats.scenario.loaded, { aws, permissions, further });
    return userWith(session, `${verb}-only`, documents);
  };

  it('hears that a cluster was exported where he may not read all of it', async () => {
    await start(exported);
    const said = /^app\.no-cluster: cluster dev was exported and is not Quilla's .*quilla policy adopt/;
    const { loaded } = seats.scenario;
    expect(await saidBy(showStore(loaded, (await user('store')).toRead))).toMatch(said);
    expect(await saidBy(clusterAccess(loaded, (await user('kubeconfig')).toRead))).toMatch(said);
  });

  it('is told by disown and destroy whose an exported cluster is', async () => {
    await start(exported);
    expect((await planDisown(seats.cluster, (await user('disown')).toOwn)).exported.length).toBeGreaterThan(0);
    const { toWrite } = await user('destroy');
    expect(await saidBy(planDestroy(seats.cluster, seats.scenario.graph, toWrite))).toMatch(/^app\.exported-stays: /);
  });

  it('is told by a plan what stands of a cluster that was let go of', async () => {
    await start(() => undefined);
    const { toOwn } = await session.again();
    await follow(disown(await planDisown(seats.cluster, toOwn), toOwn), 0);
    const said = await saidBy(planCluster(seats.scenario.loaded, (await user('plan')).toRead));
    expect(said).toMatch(/^app\.name-taken: of cluster dev, .*bucket dev-store-.*role\//);
  });
});

it('an EKS cluster that was exported and not adopted gives its API', async () => {
  const eks = scenario('given-roles');
  session = await startSession({ world: await givenWorld(eks), region: eks.graph.region });
  await run('apply', eks, session.ports);
  const own = await clusterAccess(eks.loaded, session.ports.toRead);
  makeExported(session.aws.world, eks.loaded.cluster.metadata.name);
  expect(await clusterAccess(eks.loaded, (await session.again()).toRead)).toEqual(own);
});

describe('a cluster that Quilla let go of', () => {
  const letGo = async (): Promise<void> => {
    const { toOwn } = await session.again();
    await follow(disown(await planDisown(seats.cluster, toOwn), toOwn), 0);
  };

  it('is not made a second time: a plan names what stands', async () => {
    await start(() => undefined);
    const bucket = Object.keys(session.aws.world.s3.buckets).find((name) => name.includes('store'));
    await letGo();
    const said = await saidBy(planCluster(seats.scenario.loaded, (await session.again()).toRead));
    expect(said).toMatch(/^app\.name-taken: of cluster dev, /);
    expect(said).toContain(`bucket ${bucket}`);
    expect(said).toMatch(/arn:aws:iam::123456789012:role\/quilla\/us-east-1\/dev\//);
  });

  it('is not made a second time by a plan from before', async () => {
    const { loaded, graph } = seats.scenario;
    session = await startSession({ world: await givenWorld(seats.scenario), region: graph.region });
    const before = await planCluster(loaded, session.ports.toRead);
    expect((await run('apply', seats.scenario, await session.again())).outcome).toBe('done');
    await letGo();
    const { toWrite } = await session.again();
    expect(await saidBy(follow(applyPlan(before, toWrite), 0))).toMatch(/^app\.name-taken: of cluster dev, /);
  });

  it('of which only machines run is seen by them', async () => {
    await start(() => undefined);
    await letGo();
    const { world } = session.aws;
    for (const name of Object.keys(world.s3.buckets)) delete world.s3.buckets[name];
    world.iam.roles = {};
    world.iam.instanceProfiles = {};
    const said = await saidBy(planCluster(seats.scenario.loaded, (await session.again()).toRead));
    expect(said).toMatch(/^app\.name-taken: of cluster dev, and without a tag of Quilla's: i-/);
  });

  it('is not in the way once it is gone', async () => {
    await start(() => undefined);
    expect((await run('destroy', seats.scenario, session.ports)).outcome).toBe('done');
    await session.clock.sleep(minutes(90));
    const { plan, diagnostics } = await planCluster(seats.scenario.loaded, (await session.again()).toRead);
    expect([plan.summary.create > 50, diagnostics.filter(isError)]).toEqual([true, []]);
  });
});
