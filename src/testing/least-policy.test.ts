import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateVolumeCommand } from '@aws-sdk/client-ec2';
import { CreateLoadBalancerCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { permissions, verbPermissions } from '../adapters/aws/index.ts';
import { applyPlan } from '../app/apply.ts';
import { type DestroyEvent, destroy, planDestroy } from '../app/destroy.ts';
import { planCluster } from '../app/plan.ts';
import { leastPolicy, type PolicyDocument, type PolicyVerb } from '../app/policy.ts';
import { policyFor } from '../app/policy-for.ts';
import { issueAdmin } from '../app/self-managed/admin-access.ts';
import { storeWanted } from '../app/self-managed/must-be-self-managed.ts';
import { seatLogs } from '../app/self-managed/seat-logs.ts';
import { showStore, verifyStore } from '../app/self-managed/store.ts';
import { hours, minutes } from '../base/duration.ts';
import type { Ports } from '../cli/ports.ts';
import { clusterTag } from '../model/tags.ts';
import type { LoadedCluster } from '../spec/load.ts';
import type { ApplyEvent } from '../targets/aws/events.ts';
import { givenWorld } from './given-world.ts';
import { userWith } from './policy-user.ts';
import { loadOrThrow, scenario, scenarioNames } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const verbs: readonly PolicyVerb[] = ['plan', 'apply', 'destroy'];

function printed(name: string, verb: PolicyVerb): readonly PolicyDocument[] {
  const { graph, loaded } = scenario(name);
  const cluster = loaded.cluster.metadata.name;
  const scope = { cluster, region: graph.region, account: '123456789012', partition: 'aws' };
  return leastPolicy({ verb, graph, scope, permissions, further: verbPermissions });
}

const sizeOf = (document: PolicyDocument): number => JSON.stringify(document).replace(/\s/g, '').length;
const statementsOf = (name: string, verb: PolicyVerb) => printed(name, verb).flatMap(({ Statement }) => Statement);

describe.each(scenarioNames())('the least policies of scenario %s', (name) => {
  it.each(verbs)('for %s fit into managed policies and leave nothing unfilled', (verb) => {
    const documents = printed(name, verb);
    expect(documents.length).toBeLessThanOrEqual(10);
    for (const document of documents) expect(sizeOf(document)).toBeLessThanOrEqual(6144);
    expect(JSON.stringify(documents)).not.toContain('${');
  });

  it('let roles be passed to named services only, and be given what the spec attaches', () => {
    for (const { Action, Resource, Condition } of statementsOf(name, 'apply')) {
      if (Action.includes('iam:PassRole')) {
        expect(Object.keys(Condition ?? {})).toEqual(['StringEquals']);
        expect(Condition?.StringEquals?.['iam:PassedToService']).toBeDefined();
        expect(Resource.filter((arn) => arn.endsWith(':role/*') || arn === '*')).toEqual([]);
      }
      if (Action.includes('iam:AttachRolePolicy')) {
        const attached = Condition?.ArnEquals?.['iam:PolicyARN'] ?? ['*'];
        expect(attached.filter((arn) => !/:policy\/(quilla\/.+\/\*|.*Amazon.+)$/.test(arn))).toEqual([]);
      }
    }
  });

  it('write tags of subnets that are not ours only on the given ones, and only keys of Kubernetes and our mark', () => {
    for (const { Action, Resource, Condition } of statementsOf(name, 'apply')) {
      if (!Action.includes('ec2:CreateTags') || Condition?.StringEquals !== undefined) continue;
      expect(Resource.filter((arn) => arn.endsWith('*'))).toEqual([]);
      expect(Condition).toEqual({
        'ForAllValues:StringLike': { 'aws:TagKeys': ['kubernetes.io/*', 'quilla.dev/uses/*'] },
      });
    }
  });
});

async function begin(name: string): Promise<{ session: Session; user: (verb: PolicyVerb) => Promise<Ports> }> {
  const made = scenario(name);
  const session = await startSession({ world: await givenWorld(made), region: made.graph.region });
  const user = async (verb: PolicyVerb): Promise<Ports> => {
    const { toRead: aws, permissions: table, verbPermissions: further } = session.ports;
    return userWith(session, `${verb}-only`, await policyFor(verb, made.loaded, { aws, permissions: table, further }));
  };
  return { session, user };
}

async function outcomeOf(events: AsyncIterable<ApplyEvent | DestroyEvent>): Promise<[string, string[]]> {
  const failures: string[] = [];
  let outcome = 'none';
  for await (const event of events) {
    if (event.type === 'failed') failures.push(...event.diagnostics.map(({ detail }) => detail));
    if (event.type === 'finished') outcome = event.result.outcome;
  }
  return [outcome, failures];
}

async function apply(loaded: LoadedCluster, { toRead, toWrite }: Ports): Promise<void> {
  expect(await outcomeOf(applyPlan(await planCluster(loaded, toRead), toWrite))).toEqual(['done', []]);
}

/** A load balancer and a volume as controllers leave them behind. */
async function leaveBehind({ ports, aws }: Session, name: string, region: string): Promise<void> {
  const { ec2, elbv2 } = ports.connection.clients;
  const Tags = [{ Key: `kubernetes.io/cluster/${name}`, Value: 'owned' }];
  const AvailabilityZone = `${region}a`;
  const TagSpecifications = [{ ResourceType: 'volume' as const, Tags }];
  await ec2.send(new CreateVolumeCommand({ AvailabilityZone, Size: 1, VolumeType: 'gp3', TagSpecifications }));
  const state = aws.world.regions[region]!;
  const vpcId = Object.keys(state.ec2.vpcs).find((id) => state.ec2.tags[id]?.[clusterTag] === name);
  const given = Object.values(state.eks.clusters)[0]?.vpc.vpcId;
  const ofVpc = Object.values(state.ec2.subnets).filter((subnet) => subnet.vpcId === (given ?? vpcId));
  const Subnets = [...Map.groupBy(ofVpc, ({ zone }) => zone).values()].slice(0, 2).map(([first]) => first!.id);
  const input = { Name: 'left', Type: 'network' as const, Scheme: 'internal' as const, Subnets, Tags };
  await elbv2.send(new CreateLoadBalancerCommand(input));
}

const changes: Readonly<Record<string, (spec: string) => string>> = {
  'new-vpc': (spec) =>
    spec.replace('instanceTypes: [m6i.large]', 'instanceTypes: [m6i.large]\n      labels: {tier: front}'),
  'seed-eks': (spec) => spec.replace('t2.large', 't2.small'),
  'private-dns': (spec) => spec.replace('size: 2', 'size: 3'),
  development: (spec) =>
    spec
      .replace('everyMinutes: 360, keepDays: 3', 'everyMinutes: 60, keepDays: 5')
      .replace('203.0.113.0/24', '198.51.100.0/24')
      .concat('\n  tags: {team: front}\n'),
};

describe.each(Object.keys(changes))('who has no more than the printed policies of scenario %s', (name) => {
  it('plans, applies, plans again, changes and destroys', async () => {
    const { session, user } = await begin(name);
    try {
      const made = scenario(name);
      const cluster = made.loaded.cluster.metadata.name;
      const applier = await user('apply');
      await apply(made.loaded, applier);
      expect((await planCluster(made.loaded, (await user('plan')).toRead)).plan.steps).toEqual([]);
      const text = readFileSync(join(made.folder, 'spec.yaml'), 'utf8');
      const edited = changes[name]!(text);
      expect(edited).not.toBe(text);
      await apply(loadOrThrow(edited, 'changed'), applier);
      await leaveBehind(session, cluster, made.graph.region);
      const destroyer = (await user('destroy')).toWrite;
      const { plan, leftovers } = await planDestroy(cluster, made.graph, destroyer);
      expect(leftovers.length).toBeGreaterThanOrEqual(2);
      expect(await outcomeOf(destroy({ plan, graph: made.graph }, destroyer))).toEqual(['done', []]);
      const { elbv2, ec2 } = session.aws.world.regions[made.graph.region]!;
      const volumes = Object.values(ec2.volumes).filter(({ state }) => state !== 'deleting');
      expect([Object.keys(elbv2.loadBalancers), volumes]).toEqual([[], []]);
    } finally {
      await session.stop();
    }
  });

  it('cannot apply with what a plan needs, and hears which permission is missing', async () => {
    const { session, user } = await begin(name);
    try {
      const planner = await user('plan');
      const plan = await planCluster(scenario(name).loaded, planner.toRead);
      expect(plan.plan.steps.length).toBeGreaterThan(5);
      const run = outcomeOf(applyPlan(plan, planner.toWrite)).then(JSON.stringify, (error: Error) =>
        JSON.stringify(error),
      );
      expect(await run).toMatch(/ssm:PutParameter/);
    } finally {
      await session.stop();
    }
  });
});

describe('who has no more than the printed policy of a verb about seats', () => {
  const { loaded } = scenario('development');
  const cluster = loaded.cluster.metadata.name;
  let started: Awaited<ReturnType<typeof begin>>;
  beforeAll(async () => {
    started = await begin('development');
    await apply(loaded, started.session.ports);
    // Seats boot, and their agents sign in at Systems Manager.
    await started.session.clock.sleep(minutes(10));
  });
  afterAll(() => started.session.stop());

  it('sees and verifies the store, and reads no key', async () => {
    const { toRead, connection } = await started.user('store');
    const { bucket } = await showStore(cluster, toRead);
    await verifyStore(cluster, storeWanted(loaded.cluster), toRead);
    const key = new GetObjectCommand({ Bucket: bucket, Key: 'cluster/keys/ca.key' });
    await expect(connection.clients.s3.send(key)).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  it('reads the log of a seat', async () => {
    const { toOperate } = await started.user('logs');
    expect((await seatLogs({ cluster, seat: 'a', source: 'boot', since: undefined }, toOperate)).instanceId).toMatch(
      /^i-/,
    );
  });

  it('gets a certificate for an hour, which the store notes', async () => {
    const { toOperate } = await started.user('kubeconfig');
    const { noted } = await issueAdmin(cluster, hours(1), toOperate);
    expect(Object.values(started.session.aws.world.s3.buckets).some(({ objects }) => noted in objects)).toBe(true);
  });
});
