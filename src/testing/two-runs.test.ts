import { CreateVpcCommand, ImportKeyPairCommand, RevokeSecurityGroupIngressCommand } from '@aws-sdk/client-ec2';
import { PutParameterCommand } from '@aws-sdk/client-ssm';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { applyPlan, clearLock } from '../app/apply.ts';
import { destroy, planDestroy } from '../app/destroy.ts';
import { type Planned, planCluster } from '../app/plan.ts';
import { readSavedPlan } from '../app/saved-plan.ts';
import { minutes, seconds } from '../base/duration.ts';
import type { World } from '../emulator/world.ts';
import { clusterTag, idTag } from '../model/tags.ts';
import { Killed, mortal } from './cuts-over-http.ts';
import { keyProblems } from './keys-in-store.ts';
import { follow } from './run-to-end.ts';
import { loadOrThrow, scenario } from './scenarios.ts';
import { type Session, startSession } from './session.ts';

const specOf = (size: number): string => `
apiVersion: quilla.dev/v1alpha1
kind: Cluster
metadata: {name: demo}
spec:
  region: us-east-1
  kubernetesVersion: "1.36"
  controlPlane: eks
  network: {cidr: 10.0.0.0/16, zones: [us-east-1a, us-east-1b], nat: single}
  access: {ssh: {keyName: all, from: [10.0.0.0/8]}}
  nodeGroups:
    - {name: workers, manager: asg, instanceTypes: [m6i.large], size: {min: 1, desired: ${size}, max: 6}}
`;
const small = loadOrThrow(specOf(1), 'demo');
const grown = loadOrThrow(specOf(2), 'demo, grown');

let withKey: World;
let applied: World;
let session: Session;

beforeAll(async () => {
  const first = await startSession();
  const PublicKeyMaterial = new TextEncoder().encode(
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ4b3wUWJm0r6Lq0m0mYH8mJ8v3xHq8nT1b6b3o2n5aA',
  );
  await first.ports.connection.clients.ec2.send(new ImportKeyPairCommand({ KeyName: 'all', PublicKeyMaterial }));
  withKey = structuredClone(first.aws.world);
  const planned = await planCluster(small, first.ports.toRead);
  expect(await follow(applyPlan(planned, first.ports.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
  applied = first.aws.world;
  await first.stop();
});
const begin = async (world: World): Promise<void> => {
  await session?.stop();
  session = await startSession({ world: structuredClone(world) });
};
beforeEach(() => begin(withKey));
afterEach(() => session.stop());

const plan = (loaded = small): Promise<Planned> => planCluster(loaded, session.ports.toRead);
const writesSince = (from: number): string[] =>
  session.aws.calls.slice(from).flatMap(({ write, service, operation }) => (write ? [`${service}:${operation}`] : []));
const locking = /^ssm:(Put|Delete)Parameter$/;
const parameters = () => session.aws.world.regions['us-east-1']!.ssm.parameters;

describe('of two applies at once', () => {
  it('one stops before it changes anything, and says who is at work and since when', async () => {
    const [one, other] = [await session.again(), await session.again()];
    const planned = await plan();
    const since = new Date(session.clock.now()).toISOString();
    const begun = session.aws.calls.length;
    const first = follow(applyPlan(planned, one.toWrite), planned.plan.steps.length);
    const { user, host, pid } = one.toWrite.owner;
    await session.clock.sleep(minutes(3));
    await expect(applyPlan(planned, other.toWrite).next()).rejects.toMatchObject({
      diagnostics: [
        {
          code: 'app.locked',
          detail: `${user} on ${host} (process ${pid}) changes cluster demo since ${since}`,
          fix: expect.stringMatching(/its lease ends at \d{4}-\d\d-\d\dT[\d:.]+Z/),
        },
      ],
    });
    expect(await first).toMatchObject({ outcome: 'done', failures: [] });
    expect(writesSince(begun).filter((call) => call === 'eks:CreateCluster')).toHaveLength(1);
    expect(Object.keys(parameters())).toEqual([]);
  });

  it('one that died leaves a lock that is taken over when its lease has run out, and not before', async () => {
    const dead = await session.again();
    const planned = await plan();
    mortal(dead, { at: 4, when: 'before', others: 0, holder: 'silent' });
    await expect(follow(applyPlan(planned, dead.toWrite), 0)).rejects.toThrow(Killed);
    const next = await session.again();
    await session.clock.sleep(seconds(100));
    await expect(applyPlan(await plan(), next.toWrite).next()).rejects.toMatchObject({
      diagnostics: [{ code: 'app.locked' }],
    });
    await session.clock.sleep(seconds(30));
    expect(await follow(applyPlan(await plan(), next.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
  });

  it('one that died at its very end leaves a lock that the next run clears though it has nothing to do, but not one that is held', async () => {
    await begin(applied);
    const cut = { when: 'before', others: 0, holder: 'silent' } as const;
    const { toWrite } = await session.again();
    await clearLock('demo', toWrite);
    expect(writesSince(0)).toEqual([]);
    const dead = await session.again();
    mortal(dead, { ...cut, at: 2 });
    await expect(follow(applyPlan(await plan(), dead.toWrite), 0)).rejects.toThrow(Killed);
    expect(Object.keys(parameters())).toHaveLength(1);
    await clearLock('demo', toWrite);
    expect(Object.keys(parameters())).toHaveLength(1);
    await session.clock.sleep(minutes(3));
    await clearLock('demo', toWrite);
    expect(Object.keys(parameters())).toEqual([]);
  });

  it('one whose lock was broken by hand stops, begins nothing more and leaves the new lock alone', async () => {
    const planned = await plan();
    let broken = 0;
    const stop = session.aws.onCall(({ operation }) => {
      if (operation !== 'CreateCluster') return;
      stop();
      broken = session.aws.calls.length;
      const [[name, parameter]] = Object.entries(parameters()) as [[string, object]];
      const hold = { owner: { user: 'ana', host: 'elsewhere', pid: 1, id: 'hers' } };
      const now = new Date(session.clock.now()).toISOString();
      const value = JSON.stringify({ ...hold, since: now, renewed: now, leaseSeconds: 120 });
      delete parameters()[name];
      void session.ports.connection.clients.ssm.send(
        new PutParameterCommand({ Name: name, Value: value, Type: 'String' }),
      );
      expect(parameter).toBeDefined();
    });
    await expect(follow(applyPlan(planned, (await session.again()).toWrite), 0)).rejects.toMatchObject({
      diagnostics: [{ code: 'app.lock-lost', fix: expect.stringMatching(/again/) }],
    });
    expect(
      writesSince(broken).filter((call) => /^(eks:Create(Addon|Nodegroup|AccessEntry)|autoscaling:)/.test(call)),
    ).toEqual([]);
    expect(Object.values(parameters())).toHaveLength(1);
  });
});

describe('a saved plan', () => {
  const saved = (planned: Planned) => {
    const text = JSON.stringify({
      apiVersion: 'quilla.dev/v1alpha1',
      kind: 'SavedPlan',
      plan: planned.plan,
      graph: planned.graph,
    });
    return readSavedPlan(text, 'plan.json');
  };
  const { ec2 } = { ec2: () => session.ports.connection.clients.ec2 };
  const ruleByHand = async (): Promise<void> => {
    const { securityGroupRules, tags } = session.aws.world.regions['us-east-1']!.ec2;
    const rule = Object.values(securityGroupRules).find(
      ({ id, isEgress }) => !isEgress && tags[id]?.[clusterTag] === 'demo',
    )!;
    await ec2().send(new RevokeSecurityGroupIngressCommand({ GroupId: rule.groupId, SecurityGroupRuleIds: [rule.id] }));
  };
  const vpcByHand = async (): Promise<void> => {
    const Tags = [
      { Key: clusterTag, Value: 'demo' },
      { Key: idTag, Value: 'vpc/other' },
    ];
    await ec2().send(
      new CreateVpcCommand({ CidrBlock: '10.9.0.0/16', TagSpecifications: [{ ResourceType: 'vpc', Tags }] }),
    );
  };

  it.each([
    ['a rule was deleted by hand', ruleByHand, /security-group-rule/],
    ['something was added that carries our tags', vpcByHand, /vpc\/other/],
  ])('is not run when %s since, before anything is written', async (_, byHand, named) => {
    await begin(applied);
    const agreed = saved(await plan(grown));
    await byHand();
    const from = session.aws.calls.length;
    await expect(follow(applyPlan(agreed, session.ports.toWrite), 0)).rejects.toMatchObject({
      diagnostics: [
        { code: 'plan.stale', detail: expect.stringMatching(named), fix: expect.stringMatching(/new plan/) },
      ],
    });
    expect(writesSince(from).filter((call) => !locking.test(call))).toEqual([]);
    expect(Object.keys(parameters())).toEqual([]);
  });

  it('of a destroy is not run when something was added since', async () => {
    await begin(applied);
    const { plan: agreed } = await planDestroy('demo', undefined, session.ports.toWrite);
    await vpcByHand();
    const from = session.aws.calls.length;
    await expect(follow(destroy({ plan: agreed, graph: undefined }, session.ports.toWrite), 0)).rejects.toMatchObject({
      diagnostics: [{ code: 'plan.stale' }],
    });
    expect(writesSince(from).filter((call) => !locking.test(call))).toEqual([]);
  });

  it.each([
    [
      'account',
      { account: '999999999999' },
      /account 999999999999 in us-east-1; the credentials are of 123456789012 in us-east-1/,
    ],
    [
      'region',
      { region: 'eu-west-1' },
      /account 123456789012 in eu-west-1; the credentials are of 123456789012 in us-east-1/,
    ],
  ])('of another %s is refused without a call', async (_, other, said) => {
    const planned = await plan();
    const from = session.aws.calls.length;
    const agreed = { ...planned, plan: { ...planned.plan, ...other } };
    await expect(applyPlan(agreed, session.ports.toWrite).next()).rejects.toMatchObject({
      diagnostics: [
        { code: 'plan.wrong-account', detail: expect.stringMatching(said), fix: expect.stringMatching(/credentials/) },
      ],
    });
    await expect(destroy({ plan: agreed.plan, graph: undefined }, session.ports.toWrite).next()).rejects.toMatchObject({
      diagnostics: [{ code: 'plan.wrong-account' }],
    });
    expect(session.aws.calls.length).toBe(from);
  });

  it('runs when nothing happened since', async () => {
    await begin(applied);
    const agreed = saved(await plan(grown));
    expect(agreed.plan.steps.length).toBeGreaterThan(0);
    expect(await follow(applyPlan(agreed, session.ports.toWrite), 0)).toMatchObject({ outcome: 'done', failures: [] });
    expect((await plan(grown)).plan.steps).toEqual([]);
  });
});

it('of two applies of a self-managed cluster one makes the keys, and the other stops before it writes anything', async () => {
  const { loaded } = scenario('development');
  const [one, other] = [await session.again(), await session.again()];
  const [planned, planAgain] = [await planCluster(loaded, one.toRead), await planCluster(loaded, other.toRead)];
  const first = follow(applyPlan(planned, one.toWrite), planned.plan.steps.length);
  await session.clock.sleep(seconds(30));
  await expect(applyPlan(planAgain, other.toWrite).next()).rejects.toMatchObject({
    diagnostics: [{ code: 'app.locked' }],
  });
  expect(await first).toMatchObject({ outcome: 'done', failures: [] });
  expect(keyProblems(session.aws.world)).toEqual([]);
});
