import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateTagsCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { adopt, planAdopt } from '../app/adopt.ts';
import { applyPlan } from '../app/apply.ts';
import { planDestroy } from '../app/destroy.ts';
import { disown, planDisown } from '../app/disown.ts';
import { planCluster } from '../app/plan.ts';
import { fillStore, planStoreFill } from '../app/self-managed/store-fill.ts';
import { Failure } from '../base/diagnostic.ts';
import { minutes } from '../base/duration.ts';
import { disownText } from '../cli/views/human/owning.ts';
import { styleFor } from '../cli/views/style.ts';
import type { World } from '../emulator/world.ts';
import { emptyStore } from './emptied-store.ts';
import { makeExported, quillaTagsIn } from './exported-world.ts';
import { givenWorld } from './given-world.ts';
import { follow, run } from './run-to-end.ts';
import { loadOrThrow, type Scenario, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const eks = scenario('given-roles');
const seats = scenario('development');
const clusterOf = ({ loaded }: Scenario): string => loaded.cluster.metadata.name;

async function own(made: Scenario): Promise<World> {
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  expect(await run('apply', made, session.ports)).toMatchObject({ outcome: 'done', failures: [] });
  await session.stop();
  return structuredClone(session.aws.world);
}

async function codesOf(work: Promise<unknown>): Promise<string[]> {
  try {
    await work;
    return [];
  } catch (error) {
    if (error instanceof Failure) return error.diagnostics.map(({ code, detail }) => `${code}: ${detail}`);
    throw error;
  }
}

let session: Session;
let worlds: { readonly eks: World; readonly seats: World };
beforeAll(async () => {
  worlds = { eks: await own(eks), seats: await own(seats) };
});
afterEach(() => session.stop());

const start = async (made: Scenario, world: World, change: (world: World) => void = () => {}): Promise<void> => {
  const changed = structuredClone(world);
  change(changed);
  session = await startSession({ world: changed, region: made.graph.region });
};

describe('adopting', () => {
  const exported = (world: World): void => makeExported(world, clusterOf(eks));

  it('finds nothing to do where the cluster is Quilla’s', async () => {
    await start(eks, worlds.eks);
    const { plan, diagnostics } = await planAdopt(eks.loaded, session.ports.toOwn);
    expect([plan.steps, diagnostics]).toEqual([[], []]);
  });

  it('names for whom something was exported where it is not for this cluster', async () => {
    await start(eks, worlds.eks, (world) => makeExported(world, clusterOf(eks)));
    const spec = readFileSync(join(eks.folder, 'spec.yaml'), 'utf8');
    const text = spec.replace(`name: ${clusterOf(eks)}`, 'name: other');
    const other = loadOrThrow(text, 'other.yaml');
    const [said] = await codesOf(planAdopt(other, session.ports.toOwn));
    expect(said).toContain('app.nothing-exported: nothing in account 123456789012');
    expect(said).toContain(`for ${clusterOf(eks)}`);
  });

  it('refuses half a world and names what is missing, before anything is tagged', async () => {
    await start(eks, worlds.eks, (world) => {
      exported(world);
      const { clusters } = world.regions[eks.graph.region]!.eks;
      for (const cluster of Object.values(clusters)) cluster.addons = {};
    });
    const before = quillaTagsIn(session.aws.world);
    const [said] = await codesOf(planAdopt(eks.loaded, session.ports.toOwn));
    expect(said).toMatch(/^app\.exported-half: \d+ of \d+: addon\//);
    expect(quillaTagsIn(session.aws.world)).toEqual(before);
  });

  it('refuses what another cluster owns', async () => {
    await start(eks, worlds.eks, exported);
    const { ec2 } = session.ports.connection.clients;
    const [id = ''] = Object.keys(session.aws.world.regions[eks.graph.region]!.ec2.launchTemplates);
    await ec2.send(new CreateTagsCommand({ Resources: [id], Tags: [{ Key: 'quilla.dev/cluster', Value: 'theirs' }] }));
    const [said] = await codesOf(planAdopt(eks.loaded, session.ports.toOwn));
    expect(said).toMatch(/^app\.exported-others: launch-template\/\S+ \(lt-\w+\) of theirs$/);
  });

  it('refuses what is there twice', async () => {
    await start(eks, worlds.eks, exported);
    const { launchTemplates, tags } = session.aws.world.regions[eks.graph.region]!.ec2;
    const [id = '', template] = Object.entries(launchTemplates)[0]!;
    const copy = 'lt-0123456789abcdef0';
    launchTemplates[copy] = { ...structuredClone(template), id: copy, name: `${template.name}-2` };
    tags[copy] = { ...tags[id] };
    const [said] = await codesOf(planAdopt(eks.loaded, session.ports.toOwn));
    expect(said).toMatch(/^app\.exported-twice: launch-template\/\S+ \(lt-\w+, lt-\w+\)$/);
  });

  it('leaves what else differs to the next plan, and says so', async () => {
    await start(eks, worlds.eks, exported);
    const groups = Object.values(session.aws.world.regions[eks.graph.region]!.eks.clusters)[0]!.nodegroups;
    const [group] = Object.values(groups);
    group!.labels = { tier: 'changed-elsewhere' };
    const planned = await planAdopt(eks.loaded, session.ports.toOwn);
    expect(planned.next.steps.map(({ resource, changes }) => [resource, changes.map(({ field }) => field)])).toEqual([
      [expect.stringContaining('node-group/'), ['labels']],
    ]);
    await follow(adopt(eks.loaded, planned, session.ports.toOwn), 0);
    expect(group!.labels).toEqual({ tier: 'changed-elsewhere' });
    const { plan } = await planCluster(eks.loaded, (await session.again()).toRead);
    expect(plan.steps).toEqual(planned.next.steps);
  });

  it('waits for nobody who holds the lock', async () => {
    await start(eks, worlds.eks, exported);
    const { toOwn } = session.ports;
    const planned = await planAdopt(eks.loaded, toOwn);
    const held = await toOwn.locks(clusterOf(eks)).acquire({ ...toOwn.owner, id: 'another' });
    const before = quillaTagsIn(session.aws.world);
    expect(await codesOf(follow(adopt(eks.loaded, planned, toOwn), 0))).toEqual([
      expect.stringContaining('app.locked'),
    ]);
    expect(quillaTagsIn(session.aws.world)).toEqual(before);
    if (held.held) await held.release();
  });

  it('stops where the world moved since it was looked at', async () => {
    await start(eks, worlds.eks, exported);
    const planned = await planAdopt(eks.loaded, session.ports.toOwn);
    await follow(adopt(eks.loaded, planned, session.ports.toOwn), 0);
    expect(await codesOf(follow(adopt(eks.loaded, planned, session.ports.toOwn), 0))).toEqual([
      expect.stringContaining('plan.stale'),
    ]);
  });

  it('is followed by a destroy that leaves nothing', async () => {
    await start(eks, worlds.eks, exported);
    const { toOwn } = session.ports;
    await follow(adopt(eks.loaded, await planAdopt(eks.loaded, toOwn), toOwn), 0);
    expect(await run('destroy', eks, await session.again())).toMatchObject({ outcome: 'done', failures: [] });
    const { eks: service, ec2 } = session.aws.world.regions[eks.graph.region]!;
    expect([service.clusters, ec2.launchTemplates]).toEqual([{}, {}]);
  });
});

describe.each([
  ['EKS', eks, () => worlds.eks],
  ['seats', seats, () => worlds.seats],
] as const)('what was exported and not adopted, with %s', (_, made, world) => {
  beforeEach(() => start(made, world(), (there) => makeExported(there, clusterOf(made))));

  it('makes a plan warn, and an apply and a destroy refuse', async () => {
    const cluster = clusterOf(made);
    const planned = await planCluster(made.loaded, session.ports.toRead);
    expect(planned.diagnostics).toContainEqual(
      expect.objectContaining({ code: 'app.exported-there', fix: expect.stringContaining('quilla adopt') }),
    );
    const before = quillaTagsIn(session.aws.world);
    expect(await codesOf(follow(applyPlan(planned, session.ports.toWrite), 0))).toEqual([
      expect.stringContaining('app.exported-stands'),
    ]);
    expect(quillaTagsIn(session.aws.world)).toEqual(before);
    await session.clock.sleep(minutes(10));
    expect(await codesOf(planDestroy(cluster, made.graph, (await session.again()).toWrite))).toEqual([
      expect.stringMatching(/^app\.exported-stays: exported for cluster \S+: /),
    ]);
  });

  it('is told as such, and not as too much for a quota', async () => {
    session.aws.world.regions[made.graph.region]!.quotas.overrides['L-F678F1CE'] = 1;
    const planned = await planCluster(made.loaded, session.ports.toRead);
    expect(planned.diagnostics.map(({ code }) => code)).toContain('app.exported-there');
    expect(await codesOf(follow(applyPlan(planned, session.ports.toWrite), 0))).toEqual([
      expect.stringContaining('app.exported-stands'),
    ]);
  });

  it('is nothing that Quilla could let go of, and says so', async () => {
    const planned = await planDisown(clusterOf(made), session.ports.toOwn);
    expect(planned.plan.steps).toEqual([]);
    expect(planned.exported.length).toBeGreaterThan(0);
    expect(disownText(planned, styleFor({}, {}))).toMatch(
      /Nothing to do: the cluster was exported.*is not\s+Quilla's/s,
    );
  });
});

describe('a store', () => {
  const bare = (world: World): void => {
    makeExported(world, clusterOf(seats));
    emptyStore(world);
  };

  it('is filled before the cluster is adopted, and then nothing is left to do', async () => {
    await start(seats, worlds.seats, bare);
    const { toOwn } = session.ports;
    const planned = await planStoreFill(seats.loaded, toOwn);
    expect(planned.plan.steps.map(({ resource }) => resource).sort()).toEqual([
      'bucket-object/issuer-keys',
      'cluster-keys',
    ]);
    expect(await follow(fillStore(seats.loaded, planned, toOwn), 0)).toMatchObject({ outcome: 'done', failures: [] });
    expect((await planStoreFill(seats.loaded, toOwn)).plan.steps).toEqual([]);
    const adoption = await planAdopt(seats.loaded, toOwn);
    expect(adoption.next.steps).toEqual([]);
    await follow(adopt(seats.loaded, adoption, toOwn), 0);
    expect((await planCluster(seats.loaded, (await session.again()).toRead)).plan.steps).toEqual([]);
  });

  it('is filled after the cluster was adopted, too', async () => {
    await start(seats, worlds.seats, bare);
    const { toOwn } = session.ports;
    const adoption = await planAdopt(seats.loaded, toOwn);
    expect(adoption.next.steps.map(({ resource }) => resource).sort()).toEqual([
      'bucket-object/issuer-keys',
      'cluster-keys',
    ]);
    await follow(adopt(seats.loaded, adoption, toOwn), 0);
    await follow(fillStore(seats.loaded, await planStoreFill(seats.loaded, toOwn), toOwn), 0);
    expect((await planCluster(seats.loaded, (await session.again()).toRead)).plan.steps).toEqual([]);
  });

  it('keeps the keys that it has', async () => {
    await start(seats, worlds.seats, (world) => makeExported(world, clusterOf(seats)));
    const keys = (): string =>
      JSON.stringify(Object.values(session.aws.world.s3.buckets).map(({ objects }) => objects));
    const before = keys();
    expect((await planStoreFill(seats.loaded, session.ports.toOwn)).plan.steps).toEqual([]);
    expect(keys()).toBe(before);
  });

  it('changes documents only where it is asked to, and says so else', async () => {
    await start(seats, worlds.seats, (world) => makeExported(world, clusterOf(seats)));
    const file = join(seats.folder, 'spec.yaml');
    const changed = loadOrThrow(`${readFileSync(file, 'utf8')}  tags: {team: store}\n`, file);
    const { toOwn } = session.ports;
    const told = await planStoreFill(changed, toOwn);
    expect(told.plan.steps).toEqual([]);
    expect(told.plan.notes.map(({ code }) => code)).toEqual(['app.other-documents']);
    const planned = await planStoreFill(changed, toOwn, { update: true });
    expect(planned.plan.steps.map(({ resource }) => resource)).toContain('bucket-object/spec');
    expect(planned.plan.steps.every(({ kind }) => kind === 'bucket-object')).toBe(true);
    await follow(fillStore(changed, planned, toOwn), 0);
    expect((await planStoreFill(changed, toOwn)).plan).toMatchObject({ steps: [], notes: [] });
  });

  it('that is not there yet cannot be filled', async () => {
    await start(seats, await givenWorld(seats));
    const [said] = await codesOf(planStoreFill(seats.loaded, session.ports.toOwn));
    expect(said).toContain('app.no-store-yet');
  });
});

it('a seat whose machine is lost comes back after Quilla has let go', async () => {
  await start(seats, worlds.seats);
  const { toOwn, connection } = session.ports;
  await follow(disown(await planDisown(clusterOf(seats), toOwn), toOwn), 0);
  const { instances, tags } = session.aws.world.regions[seats.graph.region]!.ec2;
  const running = (): string[] =>
    Object.keys(instances).filter(
      (id) => instances[id]!.state === 'running' && tags[id]?.['quilla.dev/id'] === 'auto-scaling-group/seat-a',
    );
  await session.clock.sleep(minutes(15));
  const [lost = ''] = running();
  expect(tags[lost]?.['quilla.dev/boot']).toMatch(/^ready/);
  await connection.clients.ec2.send(new TerminateInstancesCommand({ InstanceIds: [lost] }));
  await session.clock.sleep(minutes(30));
  const [next = ''] = running();
  expect(next).not.toBe(lost);
  expect(tags[next]?.['quilla.dev/boot']).toMatch(/^ready/);
});

it('letting go twice is nothing to do, and the keys stay in the store', async () => {
  await start(seats, worlds.seats);
  const { toOwn } = session.ports;
  const planned = await planDisown(clusterOf(seats), toOwn);
  expect(planned.store).toMatchObject({ goes: ['cluster/spec.json'] });
  await follow(disown(planned, toOwn), 0);
  expect((await planDisown(clusterOf(seats), (await session.again()).toOwn)).plan.steps).toEqual([]);
  const keys = Object.values(session.aws.world.s3.buckets).flatMap(({ objects }) => Object.keys(objects));
  expect(keys).toEqual(expect.arrayContaining(['cluster/keys/ca.key', 'cluster/state.json']));
});
