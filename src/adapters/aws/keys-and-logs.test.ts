import { CreateLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DescribeKeyCommand } from '@aws-sdk/client-kms';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hours, minutes } from '../../base/duration.ts';
import { kmsAliasPrefix } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { kmsAlias } from './kms-alias.ts';
import { kmsKey } from './kms-key.ts';
import { logGroup } from './log-group.ts';

let trial: AdapterTrial;
beforeEach(async () => {
  trial = await adapterTrial();
});
afterEach(() => trial.stop());

const keyPolicy = (actions: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Principal: { AWS: 'arn:aws:iam::123456789012:root' }, Action: actions, Resource: '*' },
    ],
  });
const key: Settled<'kms-key'> = {
  description: 'Secrets of trial',
  keyPolicy: keyPolicy('kms:*'),
  rotation: true,
  tags: tagsFor('kms-key/secrets'),
};
/** After this the tagging service knows of what is new. */
const known = minutes(1);

const stateOf = async (KeyId: string) =>
  (await trial.connection.clients.kms.send(new DescribeKeyCommand({ KeyId }))).KeyMetadata!;

describe('KMS keys', () => {
  it('live as the graph asks and count as gone while KMS waits to delete them', async () => {
    await trial
      .of(kmsKey, known)
      .life('kms-key/secrets', key, [
        { description: 'Secrets of all' },
        { keyPolicy: JSON.stringify({ ...JSON.parse(keyPolicy('kms:*')), Id: 'changed' }) },
        { rotation: false },
        { rotation: true, tags: tagsFor('kms-key/secrets', { team: 'a' }) },
        { tags: tagsFor('kms-key/secrets') },
      ]);
  });

  it('are kept thirty days, but seven when they are younger than a day', async () => {
    const keys = trial.of(kmsKey);
    const young = await keys.create('kms-key/secrets', key);
    await trial.aws.clock.sleep(known);
    await keys.delete('kms-key/secrets');
    const old = await keys.create('kms-key/secrets', key);
    await trial.aws.clock.sleep(hours(25));
    const now = trial.aws.clock.now();
    await keys.delete('kms-key/secrets');
    const days = async (KeyId: string, from: number) =>
      Math.round(((await stateOf(KeyId)).DeletionDate!.getTime() - from) / 86_400_000);
    expect(await days(young.keyId, now - hours(25).ms)).toBe(7);
    expect(await days(old.keyId, now)).toBe(30);
  });

  it('cost six calls a list with their alias', async () => {
    await trial.of(kmsKey).create('kms-key/secrets', key);
    await trial.aws.clock.sleep(known);
    // Whether there are seats, tags, aliases, and of the key: metadata, policy, rotation.
    expect(await trial.of(kmsKey).callsPerList()).toBe(6);
  });
});

describe('the creation of a KMS key', () => {
  const ours = () =>
    Object.values(trial.aws.world.regions['us-east-1']!.kms.keys).filter(({ keyManager }) => keyManager === 'CUSTOMER');

  it('makes no second one when a run ended before the alias, though no list shows the first yet', async () => {
    const keys = trial.of(kmsKey);
    const first = await keys.create('kms-key/secrets', { ...key, rotation: false, description: 'Before' });
    expect(await keys.list()).toEqual([]);
    expect(await keys.create('kms-key/secrets', key)).toEqual(first);
    expect(ours()).toHaveLength(1);
    await trial.aws.clock.sleep(known);
    expect((await keys.find('kms-key/secrets')).settled).toEqual(key);
  });

  it('makes no second one after an answer that was lost', async () => {
    const rule = { kind: 'lost-response', service: 'kms', operation: 'CreateKey', times: 1 } as const;
    await trial.stop();
    trial = await adapterTrial({ rules: [rule] });
    const keys = trial.of(kmsKey);
    await expect(keys.create('kms-key/secrets', key)).rejects.toMatchObject({ uncertain: true });
    await keys.create('kms-key/secrets', key);
    expect(ours()).toHaveLength(1);
  });

  it('leaves the keys of others and of other ids alone', async () => {
    const keys = trial.of(kmsKey);
    const other = await keys.create('kms-key/other', { ...key, tags: tagsFor('kms-key/other') });
    await keys.create('kms-key/foreign', { ...key, tags: { ...key.tags, 'quilla.dev/cluster': 'other' } });
    const made = await keys.create('kms-key/secrets', key);
    expect(made.keyId).not.toBe(other.keyId);
    expect(ours()).toHaveLength(3);
  });
});

describe('KMS aliases', () => {
  it('live as the graph asks, with another key in place', async () => {
    const keys = trial.of(kmsKey);
    const [one, two] = [await keys.create('kms-key/a', key), await keys.create('kms-key/b', key)];
    const name = `${kmsAliasPrefix('us-east-1', 'trial')}secrets`;
    const aliases = trial.of(kmsAlias);
    await aliases.life('kms-alias/secrets', { name, keyId: one.keyId }, [{ keyId: two.keyId }]);
    await aliases.create('kms-alias/secrets', { name, keyId: two.keyId });
    await aliases.create('kms-alias/secrets', { name, keyId: one.keyId });
    expect((await aliases.find('kms-alias/secrets')).settled.keyId).toBe(one.keyId);
    // The aliases; and whether there are seats and whose keys they name, which an observation asks anyway (one of them is too new to be tagged).
    expect(await aliases.callsPerList()).toBe(4);
  });
});

describe('log groups', () => {
  const group: Settled<'log-group'> = {
    name: '/aws/eks/trial/cluster',
    retentionDays: 90,
    tags: tagsFor('log-group/control-plane'),
  };

  it('live as the graph asks', async () => {
    await trial
      .of(logGroup)
      .life('log-group/control-plane', group, [
        { retentionDays: 7 },
        { retentionDays: null },
        { retentionDays: 30, tags: tagsFor('log-group/control-plane', { team: 'a' }) },
        { tags: tagsFor('log-group/control-plane') },
      ]);
  });

  it('that EKS made, without a tag, are taken', async () => {
    await trial.connection.clients.logs.send(new CreateLogGroupCommand({ logGroupName: group.name }));
    const groups = trial.of(logGroup);
    await groups.create('log-group/control-plane', group);
    expect((await groups.find('log-group/control-plane')).settled).toEqual(group);
  });

  it('with tags of others are left alone, and the message says how to keep or delete them', async () => {
    const tags = { owner: 'audit' };
    await trial.connection.clients.logs.send(new CreateLogGroupCommand({ logGroupName: group.name, tags }));
    const groups = trial.of(logGroup);
    expect(await groups.list()).toEqual([]);
    await expect(groups.create('log-group/control-plane', group)).rejects.toMatchObject({
      reason: 'conflict',
      message: expect.stringContaining('aws logs delete-log-group'),
    });
  });

  it('made by a call whose answer was lost are taken', async () => {
    const groups = trial.of(logGroup);
    await groups.create('log-group/control-plane', { ...group, retentionDays: null });
    await groups.create('log-group/control-plane', group);
    expect((await groups.find('log-group/control-plane')).settled).toEqual(group);
    await trial.aws.clock.sleep(known);
    // Whether there are seats, the groups, their tags.
    expect(await groups.callsPerList()).toBe(3);
  });
});
