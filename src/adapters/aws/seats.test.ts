import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { type Seats, seatsTrial } from '../../testing/seats-trial.ts';
import { adapters } from './index.ts';
import { kmsGrant } from './kms-grant.ts';
import { kmsKey } from './kms-key.ts';
import { networkInterface } from './network-interface.ts';
import { securityGroup } from './security-group.ts';
import { volume } from './volume.ts';

let trial: AdapterTrial;
let seats: Seats;
beforeEach(async () => {
  trial = await adapterTrial();
  seats = await seatsTrial(trial);
});
afterEach(() => trial.stop());

const data: Settled<'volume'> = {
  zone: 'us-east-1a',
  encrypted: true,
  kmsKeyArn: null,
  size: 20,
  volumeType: 'gp3',
  iops: null,
  throughput: null,
  tags: tagsFor('volume/etcd-a'),
};

describe('volumes', () => {
  it('live as the graph asks, and grow while they stand', async () => {
    await trial
      .of(volume)
      .life('volume/etcd-a', data, [{ size: 40 }, { tags: tagsFor('volume/etcd-a', { team: 'a' }) }]);
  });

  it('live with performance that was asked for, and under a key of one’s own', async () => {
    const { arn } = await trial.of(kmsKey).create('kms-key/volumes', {
      description: 'Volumes',
      keyPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      rotation: false,
      tags: tagsFor('kms-key/volumes'),
    });
    await trial.of(volume).life('volume/etcd-a', { ...data, kmsKeyArn: arn, iops: 4000, throughput: 200 });
    await trial.of(volume).life('volume/etcd-a', { ...data, volumeType: 'io2', iops: 1000 }, [{ iops: 2000 }]);
  });

  it('are made once where the answer is lost', async () => {
    await trial.stop();
    const rule = { kind: 'lost-response', service: 'ec2', operation: 'CreateVolume', times: 1 } as const;
    trial = await adapterTrial({ rules: [rule] });
    await seatsTrial(trial);
    await trial.of(volume).create('volume/etcd-a', data);
    expect(await trial.of(volume).list()).toHaveLength(1);
  });
});

describe('network interfaces', () => {
  const face = (): Settled<'network-interface'> => ({
    subnetId: seats.subnetIds[0]!,
    description: 'Seat a of trial',
    securityGroupIds: [seats.groupId],
    sourceDestCheck: true,
    tags: tagsFor('network-interface/seat-a'),
  });

  it('live as the graph asks and keep their address', async () => {
    await trial
      .of(networkInterface)
      .life('network-interface/seat-a', face(), [
        { description: 'Seat a' },
        { sourceDestCheck: false },
        { tags: tagsFor('network-interface/seat-a', { team: 'a' }) },
      ]);
  });

  it('are made with the check off where the pods’ addresses are not theirs', async () => {
    await trial.of(networkInterface).life('network-interface/seat-a', { ...face(), sourceDestCheck: false });
  });
});

describe('grants of keys', () => {
  it('live as the graph asks, one however often it is made', async () => {
    const { arn } = await trial.of(kmsKey).create('kms-key/volumes', {
      description: 'Volumes',
      keyPolicy: JSON.stringify({ Version: '2012-10-17', Statement: [] }),
      rotation: false,
      tags: tagsFor('kms-key/volumes'),
    });
    const grant: Settled<'kms-grant'> = {
      keyArn: arn,
      name: 'trial-auto-scaling',
      granteeArn: `arn:aws:iam::${trial.context.scope.account}:role/aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling`,
      operations: ['CreateGrant', 'Decrypt', 'GenerateDataKeyWithoutPlaintext'],
    };
    const grants = trial.of(kmsGrant);
    const made = await grants.create('kms-grant/auto-scaling', grant);
    expect(await grants.create('kms-grant/auto-scaling', grant)).toEqual(made);
    expect(await grants.list()).toHaveLength(1);
    await grants.delete('kms-grant/auto-scaling');
    await grants.life('kms-grant/auto-scaling', grant);
  });
});

describe('notes on the group of seats', () => {
  it('are no tags of it, and outlive a change of tags', async () => {
    const grants = trial.of(securityGroup);
    const before = (await grants.list())[0]!;
    await trial.of(volume).create('volume/etcd-a', data);
    expect(before.settled.tags).toEqual(tagsFor('security-group/seats'));
  });
});

describe('a cluster without a control plane of its own', () => {
  it('is asked for nothing more than its security groups', async () => {
    await trial.stop();
    trial = await adapterTrial();
    const reading = trial.reading();
    await adapters['security-group'].reader(trial.connection).list(reading);
    const asked = trial.asked.length;
    const kinds = [
      'volume',
      'network-interface',
      'load-balancer',
      'target-group',
      'listener',
      'hosted-zone',
      'dns-record',
      'bucket',
      'bucket-object',
      'cluster-keys',
      'queue',
      'event-rule',
      'lifecycle-hook',
      'kms-grant',
    ] as const;
    for (const kind of kinds) expect(await adapters[kind].reader(trial.connection).list(reading)).toEqual([]);
    expect(trial.asked.slice(asked)).toEqual([]);
  });
});
