import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { applyPlan } from '../app/apply.ts';
import { type DestroyEvent, destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import type { FaultPlan } from '../emulator/faults.ts';
import type { World } from '../emulator/world.ts';
import { buildGraph } from '../model/build/index.ts';
import type { Facts } from '../model/facts.ts';
import { clusterTag } from '../model/tags.ts';
import type { ApplyEvent } from '../targets/aws/events.ts';
import { givenWorld } from './given-world.ts';
import { loadOrThrow, type Scenario, scenario, scenarioNames } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

/** How many calls a plan with nothing to do may make, who it is for among them. */
const most: Readonly<Record<string, number>> = { 'seed-eks': 36, 'new-vpc': 40 };

const refused: FaultPlan = {
  rules: [{ kind: 'denied', service: 'iam', operation: 'GetAccountAuthorizationDetails' }],
};

/** The last event of a stream with what failed on the way, so that a test's message tells it. */
async function outcomeOf(
  events: AsyncIterable<ApplyEvent | DestroyEvent>,
): Promise<{ outcome: string; failures: string[] }> {
  const failures: string[] = [];
  let outcome = 'none';
  for await (const event of events) {
    if (event.type === 'failed') failures.push(...event.diagnostics.map(({ detail }) => detail));
    if (event.type === 'finished') outcome = event.result.outcome;
  }
  return { outcome, failures };
}

const well = { outcome: 'done', failures: [] };

async function begin(made: Scenario, faults?: FaultPlan): Promise<{ made: Scenario; session: Session }> {
  const world = await givenWorld(made);
  const region = made.graph.region;
  const session = await startSession({ world, region, ...(faults === undefined ? {} : { faults }) });
  return { made, session };
}

async function applied(made: Scenario, session: Session): Promise<void> {
  const plan = await planCluster(made.loaded, session.ports.toRead);
  expect(await outcomeOf(applyPlan(plan, session.ports.toWrite))).toEqual(well);
}

/** The AWS calls of a plan by another process that has nothing to do, with the one that tells it who it is. */
async function emptyPlanCalls(made: Scenario, session: Session): Promise<number> {
  const from = session.aws.calls.length;
  const ports = await session.again();
  const { plan } = await planCluster(made.loaded, ports.toRead);
  expect(plan.steps.map(({ action, id }) => `${action} ${id}`)).toEqual([]);
  return session.aws.calls.length - from;
}

/** Every place of a world whose tags name the cluster, whatever AWS's lists say. */
function tagged(world: World, cluster: string): string[] {
  const found: string[] = [];
  const walk = (value: unknown, at: string): void => {
    if (typeof value !== 'object' || value === null) return;
    const entry = value as Readonly<Record<string, unknown>>;
    if (entry[clusterTag] === cluster) found.push(at);
    for (const [key, inner] of Object.entries(entry)) walk(inner, `${at}/${key}`);
  };
  walk(world, '');
  return found;
}

/**
 * What AWS itself shows for some time after its end, which costs nothing and nobody can remove: instances and NAT gateways for
 * an hour, a KMS key for the days in which its deletion can be cancelled.
 */
function isOver(world: World, at: string): boolean {
  const [, , region = '', service, list, id = ''] = at.split('/');
  const state = world.regions[region];
  if (service === 'kms' && list === 'keys') return state?.kms.keys[id]?.state === 'PendingDeletion';
  if (service !== 'ec2') return false;
  return state?.ec2.instances[id]?.state === 'terminated' || state?.ec2.natGateways[id]?.state === 'deleted';
}

const leftOver = (world: World, cluster: string): string[] => tagged(world, cluster).filter((at) => !isOver(world, at));

describe.each(scenarioNames())('scenario %s on the embedded AWS', (name) => {
  it('is applied, then is as planned, then is destroyed and leaves nothing', async () => {
    const { made, session } = await begin(scenario(name));
    try {
      await applied(made, session);
      const calls = await emptyPlanCalls(made, session);
      expect(calls).toBeLessThanOrEqual(most[name] ?? Number.POSITIVE_INFINITY);
      const cluster = made.loaded.cluster.metadata.name;
      expect(leftOver(session.aws.world, cluster).length).toBeGreaterThan(10);
      const removal = await planDestroy(cluster, made.graph, session.ports.toWrite);
      expect(await outcomeOf(destroy({ plan: removal.plan, graph: made.graph }, session.ports.toWrite))).toEqual(well);
      const after = await planDestroy(cluster, undefined, session.ports.toWrite);
      expect(after.plan.steps).toEqual([]);
      expect(leftOver(session.aws.world, cluster)).toEqual([]);
    } finally {
      await session.stop();
    }
  });
});

/** The spec of a scenario written otherwise, with the facts that it then meets. */
function varied(name: string, edit: (spec: string) => string, facts: Facts = scenario(name).facts): Scenario {
  const { folder } = scenario(name);
  const text = edit(readFileSync(join(folder, 'spec.yaml'), 'utf8'));
  const loaded = loadOrThrow(text, `${name}, varied`);
  const built = buildGraph(loaded.cluster, facts);
  if (!built.ok) throw new Error(JSON.stringify(built.diagnostics, null, 1));
  return { name, folder, loaded, facts, graph: built.value };
}

async function callsOf(varied: Scenario): Promise<number> {
  const { made, session } = await begin(varied);
  try {
    await applied(made, session);
    return await emptyPlanCalls(made, session);
  } finally {
    await session.stop();
  }
}

const replaced = (text: string, from: string, to: string): string => {
  if (!text.includes(from)) throw new Error(`the spec has no longer: ${from}`);
  return text.replace(from, to);
};

const ranges = (count: number): string => Array.from({ length: count }, (_, index) => `10.${index}.0.0/24`).join(', ');

describe('a managed node group with nodes', () => {
  it('takes sizes, labels, a new template and a new version of Kubernetes after its cluster', async () => {
    const old = (spec: string): string => replaced(spec, '"1.36"', '"1.35"');
    const grown = (spec: string): string =>
      replaced(
        replaced(spec, '{min: 3, desired: 3, max: 6}', '{min: 4, desired: 4, max: 8}'),
        'instanceTypes: [m6i.large]',
        'instanceTypes: [m6i.large]\n      labels: {tier: front}\n      rootVolume: {size: 60}',
      );
    const first = varied('new-vpc', old);
    const { session } = await begin(first);
    try {
      await applied(first, session);
      for (const next of [varied('new-vpc', (spec) => grown(old(spec))), varied('new-vpc', grown)]) {
        await applied(next, session);
        await emptyPlanCalls(next, session);
      }
      const instances = await session.ports.toRead.facts.nodeInstances('new-vpc');
      expect(instances.filter(({ state }) => state === 'running')).toHaveLength(4);
      const { eks } = session.aws.world.regions['us-east-1']!;
      const { version, nodegroups } = eks.clusters['new-vpc']!;
      expect([version, ...Object.values(nodegroups).map((group) => group.version)]).toEqual(['1.36', '1.36']);
    } finally {
      await session.stop();
    }
  });
});

describe('the calls of a plan with nothing to do', () => {
  it('are not one more for ten times the given subnets, rules and nodes', async () => {
    const subnetId = (index: number): string => `subnet-${String(index + 1).padStart(17, '0')}`;
    const with_ = (factor: number): Scenario => {
      const { facts } = scenario('seed-eks');
      const [first] = facts.vpc!.subnets;
      const subnets = Array.from({ length: 3 * factor }, (_, index) => ({
        ...first!,
        id: subnetId(index),
        zone: `us-east-1${'abc'[index % 3]}`,
        cidr: `10.100.${index + 1}.0/24`,
        routeTableId: `rtb-${String(index + 1).padStart(17, '0')}`,
      }));
      const list = subnets.map(({ id }) => `          - ${id}`).join('\n');
      const edit = (spec: string): string =>
        [
          [/( {10}- subnet-\d+\n)+/.exec(spec)![0], `${list}\n`],
          ['t2.large', 't2.small'],
          ['{min: 3, desired: 3, max: 3}', `{min: ${3 * factor}, desired: ${3 * factor}, max: ${3 * factor}}`],
          ['  access:\n', `  access:\n    ssh: {keyName: all, from: [${ranges(3 * factor)}]}\n`],
        ].reduce((text, [from, to]) => replaced(text, from!, to!), spec);
      return varied('seed-eks', edit, { ...facts, vpc: { ...facts.vpc!, subnets } });
    };
    expect(await callsOf(with_(10))).toBe(await callsOf(with_(1)));
  });

  it('are not one more for more zones with a NAT gateway each, and more nodes', async () => {
    const edit = (spec: string): string =>
      replaced(
        replaced(
          spec,
          '[us-east-1a, us-east-1b, us-east-1c]',
          '[us-east-1a, us-east-1b, us-east-1c, us-east-1d, us-east-1f]',
        ),
        '{min: 3, desired: 3, max: 6}',
        '{min: 3, desired: 12, max: 30}',
      );
    expect(await callsOf(varied('new-vpc', edit))).toBe(await callsOf(scenario('new-vpc')));
  });

  it('are two more for a further access entry and none for its policies', async () => {
    const edit = (spec: string): string =>
      replaced(
        spec,
        '  nodeGroups:\n',
        '    principals:\n      - {arn: "arn:aws:iam::123456789012:user/ann", groups: [viewers]}\n  nodeGroups:\n',
      );
    expect(await callsOf(varied('new-vpc', edit))).toBe((await callsOf(scenario('new-vpc'))) + 2);
  });

  it('are none more for a further role and two for its pod identity', async () => {
    const edit = (spec: string): string =>
      `${spec}  podIdentities:\n    - {namespace: shop, serviceAccount: cart, policies: ["arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"]}\n`;
    const more = (await callsOf(varied('new-vpc', edit))) - (await callsOf(scenario('new-vpc')));
    expect(more).toBeLessThanOrEqual(2);
  });

  it('are one or two more for a further add-on', async () => {
    const edit = (spec: string): string => `${spec}  addons:\n    - {name: metrics-server}\n`;
    const more = (await callsOf(varied('new-vpc', edit))) - (await callsOf(scenario('new-vpc')));
    expect([1, 2]).toContain(more);
  });

  it('stay possible, with more calls, for whom IAM refuses the details of the account', async () => {
    const { made, session } = await begin(scenario('seed-eks'), refused);
    try {
      await applied(made, session);
      // 35, and beside the refusal the lists of roles and of policies, and two calls for each of four roles.
      expect(await emptyPlanCalls(made, session)).toBe(35 + 2 + 2 * 4);
    } finally {
      await session.stop();
    }
  });
});
