import { createPublicKey, X509Certificate } from 'node:crypto';
import { PutUserPolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  ListObjectVersionsCommand,
  PutBucketTaggingCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyObjects } from '../../model/store-layout.ts';
import type { Settled } from '../../model/types.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { seatsTrial } from '../../testing/seats-trial.ts';
import { bucket } from './bucket.ts';
import { bucketObject } from './bucket-object.ts';
import { clusterKeys } from './cluster-keys.ts';
import { getObject } from './s3.ts';

let trial: AdapterTrial;
const begin = async (faults?: Parameters<typeof adapterTrial>[0]) => {
  trial = await adapterTrial(faults);
  await seatsTrial(trial);
};
beforeEach(() => begin());
afterEach(() => trial.stop());

const policy = (name: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Deny',
        Principal: '*',
        Action: 's3:*',
        Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
  });
const store: Settled<'bucket'> = {
  name: 'trial-store-1a2b3c4d',
  versioning: true,
  publicRead: false,
  policy: policy('trial-store-1a2b3c4d'),
  expiry: [{ prefix: 'backups/', days: 14 }],
  noncurrentDays: 30,
  tags: tagsFor('bucket/store'),
};
const s3 = () => trial.connection.clients.s3;

describe('buckets', () => {
  it('live as the graph asks', async () => {
    await trial
      .of(bucket)
      .life('bucket/store', store, [
        { expiry: [{ prefix: 'backups/', days: 7 }] },
        { noncurrentDays: null, expiry: [] },
        { publicRead: true },
        { publicRead: false, policy: policy('trial-store-1a2b3c4d').replace('Deny', 'Deny') },
        { tags: tagsFor('bucket/store', { team: 'a' }) },
      ]);
  });

  it('whose settings no run has brought to an end differ from whatever a spec asks, and are then brought to it', async () => {
    const issuer = { ...store, versioning: false, publicRead: true, expiry: [], noncurrentDays: null };
    const Tags = Object.entries(issuer.tags).map(([Key, Value]) => ({ Key, Value }));
    await trial.of(bucket).create('bucket/store', issuer);
    // What a run leaves that was cut before its last call: all is set but the note of it.
    await s3().send(new PutBucketTaggingCommand({ Bucket: store.name, Tagging: { TagSet: Tags } }));
    expect((await trial.of(bucket).find('bucket/store')).settled).not.toEqual(issuer);
    await trial.of(bucket).update('bucket/store', issuer);
    expect((await trial.of(bucket).find('bucket/store')).settled).toEqual(issuer);
  });

  it.each([
    ['a closed one that somebody opened by one switch', false, { BlockPublicAcls: false }],
    ['an open one that somebody closed', true, { BlockPublicPolicy: true, RestrictPublicBuckets: true }],
    ['an open one that is closed by one switch', true, { BlockPublicPolicy: false, RestrictPublicBuckets: true }],
  ])('show %s', async (_, publicRead, block) => {
    await trial.of(bucket).create('bucket/store', { ...store, publicRead });
    expect((await trial.of(bucket).find('bucket/store')).settled.publicRead).toBe(publicRead);
    const closed = {
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    };
    const PublicAccessBlockConfiguration = { ...closed, ...block };
    await s3().send(new PutPublicAccessBlockCommand({ Bucket: store.name, PublicAccessBlockConfiguration }));
    expect((await trial.of(bucket).find('bucket/store')).settled.publicRead).toBe(!publicRead);
  });

  it('are emptied of every version before they go', async () => {
    await trial.of(bucket).create('bucket/store', store);
    for (let n = 0; n < 3; n += 1) {
      await s3().send(new PutObjectCommand({ Bucket: store.name, Key: 'seats/a/started', Body: `${n}` }));
    }
    await s3().send(new DeleteObjectCommand({ Bucket: store.name, Key: 'seats/a/started' }));
    await trial.of(bucket).delete('bucket/store');
    await expect(s3().send(new ListObjectVersionsCommand({ Bucket: store.name }))).rejects.toMatchObject({
      name: 'NoSuchBucket',
    });
  });

  it('of somebody else are not touched', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: store.name }));
    await s3().send(new PutObjectCommand({ Bucket: store.name, Key: 'photo', Body: 'x' }));
    await expect(trial.of(bucket).create('bucket/store', store)).rejects.toMatchObject({
      reason: 'exists',
      message: expect.stringContaining('not touched'),
    });
    expect(await trial.of(bucket).list()).toEqual([]);
  });

  it('of ours, left by a run that was cut before the tags, are taken', async () => {
    await s3().send(new CreateBucketCommand({ Bucket: store.name }));
    await trial.of(bucket).create('bucket/store', store);
    await trial.of(bucket).create('bucket/store', store);
    expect((await trial.of(bucket).find('bucket/store')).settled).toEqual(store);
  });
});

describe('documents', () => {
  it('live as the graph asks', async () => {
    await trial.of(bucket).create('bucket/store', store);
    const state: Settled<'bucket-object'> = {
      bucket: store.name,
      key: 'cluster/state.json',
      contentType: 'application/json',
      content: '{"format":1}',
    };
    await trial.of(bucketObject).life('bucket-object/state', state, [{ content: '{"format":1,"cluster":"trial"}' }]);
  });

  it('that are named by their digest are seen and not read, and are missed when they are gone', async () => {
    await trial.of(bucket).create('bucket/store', store);
    const [Bucket, Key] = [store.name, 'cluster/seat-0123456789abcdef.json'];
    const program = { bucket: Bucket, key: Key, contentType: 'application/json', content: '{"gzip":""}' };
    await trial.of(bucketObject).create('bucket-object/seat-program', program);
    expect(await trial.of(bucketObject).list()).toMatchObject([{ settled: { bucket: Bucket, key: Key } }]);
    expect((await trial.of(bucketObject).list())[0]!.settled.content).toBeUndefined();
    await s3().send(new DeleteObjectCommand({ Bucket, Key }));
    expect(await trial.of(bucketObject).list()).toEqual([]);
  });
});

const keys: Settled<'cluster-keys'> = {
  bucket: store.name,
  prefix: 'cluster/keys/',
  objects: keyObjects.map(({ name }) => name).sort(),
};
const text = async (name: string): Promise<string> =>
  (await getObject(trial.connection, { bucket: store.name, key: `cluster/keys/${name}` }))!.text;
const drop = (name: string) => s3().send(new DeleteObjectCommand({ Bucket: store.name, Key: `cluster/keys/${name}` }));
const all = async (): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all(keys.objects.map(async (name) => [name, await text(name)] as const)));

describe('cluster keys', () => {
  beforeEach(async () => {
    await trial.of(bucket).create('bucket/store', store);
  });

  it('live as the graph asks', async () => {
    await trial.of(clusterKeys).life('cluster-keys', keys);
  });

  it('that may not be deleted are told, and not forgotten', async () => {
    await trial.of(clusterKeys).create('cluster-keys', keys);
    const Resource = `arn:aws:s3:::${store.name}/cluster/keys/ca.key`;
    const PolicyDocument = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Action: 's3:DeleteObject', Resource }],
    });
    const input = { UserName: 'admin', PolicyName: 'not', PolicyDocument };
    await trial.connection.clients.iam.send(new PutUserPolicyCommand(input));
    await expect(trial.of(clusterKeys).delete('cluster-keys')).rejects.toMatchObject({ reason: 'denied' });
    expect(await trial.of(clusterKeys).find('cluster-keys')).toMatchObject({ settled: { objects: ['ca.key'] } });
  });

  it('are authorities as kubeadm makes them, for ten years', async () => {
    const made = await trial.of(clusterKeys).create('cluster-keys', keys);
    for (const [object, name] of [
      ['ca', 'kubernetes'],
      ['etcd-ca', 'etcd-ca'],
      ['front-proxy-ca', 'front-proxy-ca'],
    ]) {
      const certificate = new X509Certificate(await text(`${object}.crt`));
      expect(certificate.subject).toBe(`CN=${name}`);
      expect(certificate.ca).toBe(true);
      expect(certificate.publicKey.asymmetricKeyDetails).toMatchObject({ namedCurve: 'prime256v1' });
      const days = (certificate.validToDate.getTime() - trial.aws.clock.now()) / 86_400_000;
      expect(days).toBeGreaterThan(3640);
      expect(days).toBeLessThan(3660);
      expect(certificate.verify(certificate.publicKey)).toBe(true);
    }
    expect(createPublicKey(await text('sa.pub')).asymmetricKeyDetails).toMatchObject({ modulusLength: 2048 });
    expect(Buffer.from(await text('secrets.key'), 'base64')).toHaveLength(32);
    expect(Buffer.from(made.caCertificate, 'base64').toString()).toBe(await text('ca.crt'));
    const [jwk] = JSON.parse(made.serviceAccountJwks).keys;
    expect(createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'pem' })).toBe(
      await text('sa.pub'),
    );
  });

  it('stay as they are when they are made a second time', async () => {
    const first = await trial.of(clusterKeys).create('cluster-keys', keys);
    const before = await all();
    expect(await trial.of(clusterKeys).create('cluster-keys', keys)).toEqual(first);
    expect(await all()).toEqual(before);
  });

  it('are completed where a run was cut', async () => {
    await trial.of(clusterKeys).create('cluster-keys', keys);
    const before = await all();
    for (const name of ['public.json', 'ca.crt', 'sa.pub', 'secrets.key', 'authenticator.crt']) await drop(name);
    await trial.of(clusterKeys).create('cluster-keys', keys);
    const after = await all();
    expect(after['ca.key']).toBe(before['ca.key']);
    expect(after['sa.pub']).toBe(before['sa.pub']);
    expect(new X509Certificate(after['ca.crt']!).publicKey.equals(createPublicKey(before['ca.key']!))).toBe(true);
  });

  it('are not made anew beside a certificate whose key is lost', async () => {
    await trial.of(clusterKeys).create('cluster-keys', keys);
    await drop('ca.key');
    await expect(trial.of(clusterKeys).create('cluster-keys', keys)).rejects.toMatchObject({
      code: 'KeyLost',
      message: expect.stringContaining('cluster/keys/ca.key'),
    });
  });

  it('that were lost are made again where that can be done, and named where not', async () => {
    const made = await trial.of(clusterKeys).create('cluster-keys', keys);
    const before = await all();
    for (const name of ['public.json', 'sa.pub', 'authenticator.key']) await drop(name);
    const found = await trial.of(clusterKeys).find('cluster-keys');
    expect(found.settled.objects).toEqual(
      keys.objects.filter((name) => !['public.json', 'sa.pub', 'authenticator.key'].includes(name)),
    );
    expect(await trial.of(clusterKeys).update('cluster-keys', keys)).toEqual(made);
    const after = await all();
    expect(after['sa.pub']).toBe(before['sa.pub']);
    expect(after['authenticator.crt']).not.toBe(before['authenticator.crt']);
    await drop('secrets.key');
    await expect(trial.of(clusterKeys).update('cluster-keys', keys)).rejects.toMatchObject({
      code: 'KeyLost',
      message: expect.stringContaining('secrets.key'),
    });
  });

  it('are still told of where only public.json is gone', async () => {
    const made = await trial.of(clusterKeys).create('cluster-keys', keys);
    await drop('public.json');
    expect((await trial.of(clusterKeys).find('cluster-keys')).observed).toEqual(made);
  });

  it('all gone are a loss and no cluster to be made', async () => {
    await trial.of(clusterKeys).create('cluster-keys', keys);
    for (const name of keys.objects) await drop(name);
    expect((await trial.of(clusterKeys).find('cluster-keys')).settled.objects).toEqual([]);
  });
});

describe('answers that are lost', () => {
  it('make no second key', async () => {
    await trial.stop();
    await begin({ rules: [{ kind: 'lost-response', service: 's3', operation: 'PutObject', times: 4 }] });
    await trial.of(bucket).create('bucket/store', store);
    await trial.of(clusterKeys).create('cluster-keys', keys);
    const after = await all();
    expect(new X509Certificate(after['ca.crt']!).publicKey.equals(createPublicKey(after['ca.key']!))).toBe(true);
  });
});
