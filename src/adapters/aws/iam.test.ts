import {
  CreatePolicyVersionCommand,
  CreateRoleCommand,
  ListPolicyVersionsCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FaultPlan } from '../../emulator/faults.ts';
import type { Found } from '../../model/snapshot.ts';
import { iamPath } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import type { ReadContext } from '../../ports/aws.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { instanceProfile } from './instance-profile.ts';
import { policy } from './policy.ts';
import { role } from './role.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

const path = (tail: string): string => `${iamPath('us-east-1', 'trial')}${tail}/`;
const trust = (service: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
const allow = (action: string): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });
const managed = (name: string): string => `arn:aws:iam::aws:policy/${name}`;

const workers: Settled<'role'> = {
  name: 'trial-workers-0a1b2c3d',
  path: path('workers'),
  description: 'Nodes of trial',
  trustPolicy: trust('ec2.amazonaws.com'),
  policyArns: [managed('AmazonEKSWorkerNodePolicy')],
  permissionsBoundary: null,
  tags: tagsFor('role/workers'),
};

/** An account whose caller may not see all of IAM. */
const denied: FaultPlan = {
  rules: [{ kind: 'denied', service: 'iam', operation: 'GetAccountAuthorizationDetails' }],
};

/** What the details of the account leave untold. */
const untold = ({ description: _, ...told }: Settled<'role'>) => told;

describe('roles', () => {
  it('live as the graph asks, each field changed in place', async () => {
    await trial.stop();
    trial = await adapterTrial(denied);
    await trial
      .of(role)
      .life('role/workers', workers, [
        { description: 'More of them' },
        { trustPolicy: trust('eks.amazonaws.com') },
        { policyArns: [managed('AmazonEC2ContainerRegistryPullOnly')] },
        { permissionsBoundary: managed('PowerUserAccess') },
        { permissionsBoundary: null },
        { tags: tagsFor('role/workers', { team: 'a' }) },
        { tags: tagsFor('role/workers') },
      ]);
  });

  it('go with the inline policies that others wrote into them', async () => {
    const roles = trial.of(role);
    await roles.create('role/workers', workers);
    const input = { RoleName: workers.name, PolicyName: 'theirs', PolicyDocument: allow('s3:GetObject') };
    await trial.connection.clients.iam.send(new PutRolePolicyCommand(input));
    await roles.delete('role/workers');
    expect(await roles.list()).toEqual([]);
  });

  it('made by a call whose answer was lost are taken and brought in line', async () => {
    const roles = trial.of(role);
    const first = await roles.create('role/workers', { ...workers, policyArns: [] });
    expect(await roles.create('role/workers', workers)).toEqual(first);
    expect((await roles.find('role/workers')).settled).toEqual(untold(workers));
  });

  it('of another owner are neither listed nor touched', async () => {
    const input = { RoleName: workers.name, Path: workers.path, AssumeRolePolicyDocument: workers.trustPolicy };
    await trial.connection.clients.iam.send(new CreateRoleCommand(input));
    const roles = trial.of(role);
    expect(await roles.list()).toEqual([]);
    await expect(roles.create('role/workers', workers)).rejects.toMatchObject({ reason: 'conflict', code: 'NotOurs' });
  });

  it.each([
    { who: 'who may see the account', faults: undefined, calls: 1 },
    { who: 'who may not, after the refusal: one for all and two for each', faults: denied, calls: 6 },
  ])('cost $calls calls for one $who', async ({ faults, calls }) => {
    await trial.stop();
    trial = await adapterTrial(faults);
    const roles = trial.of(role);
    await roles.create('role/workers', workers);
    const others = { ...workers, name: 'trial-others-0a1b2c3d', path: path('others'), tags: tagsFor('role/others') };
    await roles.create('role/others', others);
    expect(await roles.callsPerList()).toBe(calls);
  });
});

describe('the details of an account', () => {
  it('show roles and policies as reading by path does, but for descriptions', async () => {
    await trial.of(role).create('role/workers', { ...workers, permissionsBoundary: managed('PowerUserAccess') });
    const second = { ...workers, name: 'trial-second', path: path('second'), tags: tagsFor('role/second') };
    await trial.of(role).create('role/second', { ...second, policyArns: [], trustPolicy: trust('eks.amazonaws.com') });
    const allowed = { name: 'trial-use', path: path('use'), description: 'Use', tags: tagsFor('policy/use') };
    await trial.of(policy).create('policy/use', { ...allowed, document: allow('kms:Decrypt') });
    await trial.of(policy).create('policy/use', { ...allowed, document: allow('kms:Encrypt') });
    const [roles, policies] = [await trial.of(role).list(), await trial.of(policy).list()];
    const refusing: ReadContext = {
      ...trial.reading(),
      once: (question, ask) =>
        question === 'iam:GetAccountAuthorizationDetails'
          ? (Promise.resolve(undefined) as ReturnType<typeof ask>)
          : ask(),
    };
    const byPath = await role.reader(trial.connection).list(refusing);
    expect(roles).toHaveLength(2);
    const sorted = (found: readonly Found<'role'>[]) => [...found].sort((a, b) => a.id.localeCompare(b.id));
    expect(sorted(roles)).toEqual(
      sorted(byPath).map((one) => ({ ...one, settled: untold(one.settled as Settled<'role'>) })),
    );
    expect(policies).toEqual(await policy.reader(trial.connection).list(refusing));
    expect(policies[0]?.settled.document).toBe(allow('kms:Encrypt'));
  });

  it('are one question for both, and leave out what stands elsewhere', async () => {
    const elsewhere = { RoleName: 'theirs', AssumeRolePolicyDocument: workers.trustPolicy };
    await trial.connection.clients.iam.send(new CreateRoleCommand(elsewhere));
    await trial.of(role).create('role/workers', workers);
    const from = trial.asked.length;
    const context = trial.reading();
    expect(await role.reader(trial.connection).list(context)).toHaveLength(1);
    expect(await policy.reader(trial.connection).list(context)).toEqual([]);
    expect(trial.asked.slice(from)).toEqual(['iam:GetAccountAuthorizationDetails']);
  });
});

describe('policies', () => {
  it('made by a call whose answer was lost stay in the one version that they have', async () => {
    const one = { name: 'trial-one-0a1b2c3d', path: path('one'), description: 'One', document: allow('s3:GetObject') };
    const settled: Settled<'policy'> = { ...one, tags: tagsFor('policy/one') };
    const policies = trial.of(policy);
    await policies.create('policy/one', settled);
    const { arn } = await policies.create('policy/one', settled);
    const versions = async () =>
      (await trial.connection.clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn: arn }))).Versions;
    expect(await versions()).toHaveLength(1);
    await policies.create('policy/one', { ...settled, document: allow('s3:PutObject') });
    expect(await versions()).toHaveLength(2);
  });

  const keyUse: Settled<'policy'> = {
    name: 'trial-key-use-0a1b2c3d',
    path: path('key-use'),
    description: 'Use of the key',
    document: allow('kms:Decrypt'),
    tags: tagsFor('policy/key-use'),
  };

  it('are found by their path with the document that was asked for, through more changes than IAM keeps versions', async () => {
    const policies = trial.of(policy);
    const observed = await policies.create('policy/key-use', keyUse);
    for (const n of [1, 2, 3, 4, 5, 6, 7]) {
      const document = allow(`kms:Action${n}`);
      const found = await policies.find('policy/key-use');
      const writer = policy.writer(trial.connection);
      await writer.update({ found, settled: { ...keyUse, document }, changed: ['document'] }, trial.context);
      const after = await policies.find('policy/key-use');
      expect(after.observed).toEqual(observed);
      expect(after.settled).toEqual({ name: keyUse.name, path: keyUse.path, document });
    }
    const last = await policies.find('policy/key-use');
    await policies.deleteFound(last);
    expect(await policies.list()).toEqual([]);
    await policies.deleteFound(last);
  });

  it('show what somebody else made of them', async () => {
    const policies = trial.of(policy);
    const { arn } = await policies.create('policy/key-use', keyUse);
    const input = { PolicyArn: arn, PolicyDocument: allow('*'), SetAsDefault: true };
    await trial.connection.clients.iam.send(new CreatePolicyVersionCommand(input));
    expect((await policies.find('policy/key-use')).settled.document).toBe(allow('*'));
  });

  it('that exist from a lost answer are given the document asked for', async () => {
    const policies = trial.of(policy);
    await policies.create('policy/key-use', { ...keyUse, document: allow('kms:Encrypt') });
    await policies.create('policy/key-use', keyUse);
    expect((await policies.find('policy/key-use')).settled.document).toBe(keyUse.document);
  });
});

describe('instance profiles', () => {
  const profile: Settled<'instance-profile'> = {
    name: 'trial-workers-0a1b2c3d',
    path: path('workers'),
    roleName: workers.name,
  };

  it('live as the graph asks, with another role in place', async () => {
    const roles = trial.of(role);
    await roles.create('role/workers', workers);
    const other = { ...workers, name: 'trial-other', path: path('other'), tags: tagsFor('role/other') };
    await roles.create('role/other', other);
    await trial.of(instanceProfile).life('instance-profile/workers', profile, [{ roleName: other.name }]);
  });

  it('left without a role by a killed run show that they differ, and are repaired', async () => {
    await trial.of(role).create('role/workers', workers);
    const profiles = trial.of(instanceProfile);
    await profiles.create('instance-profile/workers', profile);
    const found = await profiles.find('instance-profile/workers');
    const bare = { ...found, settled: { ...found.settled, roleName: '' } };
    const writer = instanceProfile.writer(trial.connection);
    await writer.update({ found: bare, settled: profile, changed: ['roleName'] }, trial.context);
    expect((await profiles.find('instance-profile/workers')).settled.roleName).toBe(workers.name);
    // The list, and one for the tags of each.
    expect(await profiles.callsPerList()).toBe(2);
  });
});
