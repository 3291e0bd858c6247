import { X509Certificate } from 'node:crypto';
import { CreateBucketCommand, DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { keyObjects } from '../../model/store-layout.ts';
import { type AdapterTrial, adapterTrial, tagsFor } from '../../testing/adapter-trial.ts';
import { seatsTrial } from '../../testing/seats-trial.ts';
import { certificateIssuer, issuerPermissions } from '../keys/issuer.ts';
import { bucket } from './bucket.ts';
import { clusterKeys } from './cluster-keys.ts';
import { storePermissions, storeReader, storeWriter } from './store.ts';

let trial: AdapterTrial;
const name = 'trial-store-1a2b3c4d';
const policyWith = (condition: object): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: {
      Effect: 'Deny',
      Principal: '*',
      Action: 's3:*',
      Resource: [`arn:aws:s3:::${name}`, `arn:aws:s3:::${name}/*`],
      Condition: condition,
    },
  });
const make = (policy: string) =>
  trial.of(bucket).create('bucket/store', {
    name,
    versioning: true,
    publicRead: false,
    policy,
    expiry: [],
    noncurrentDays: null,
    tags: tagsFor('bucket/store'),
  });
const tlsOnly = policyWith({ Bool: { 'aws:SecureTransport': 'false' } });
const reader = () => storeReader(trial.connection);
const writer = () => storeWriter(trial.connection);

/** What was called while something was done. */
async function called<T>(work: () => Promise<T>): Promise<{ readonly result: T; readonly operations: Set<string> }> {
  const from = trial.asked.length;
  const result = await work();
  return { result, operations: new Set(trial.asked.slice(from)) };
}

beforeEach(async () => {
  trial = await adapterTrial();
  await seatsTrial(trial);
});
afterEach(() => trial.stop());

describe('the store', () => {
  it('that is locked down says so, with no call that is not declared', async () => {
    await make(tlsOnly);
    const { result, operations } = await called(() => reader().facts(name, trial.context));
    expect(result).toEqual({
      bucket: name,
      versioning: true,
      encryption: 'AES256',
      publicAccessBlocked: true,
      tlsOnly: true,
      owner: trial.context.scope.account,
    });
    expect([...operations].filter((one) => !storePermissions.facts.some(({ action }) => action === one))).toEqual([]);
  });

  it.each([
    [
      'that also needs an address',
      { Bool: { 'aws:SecureTransport': 'false' }, IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } },
    ],
    ['that refuses TLS', { Bool: { 'aws:SecureTransport': 'true' } }],
  ])('is not TLS only by a policy %s', async (_, condition) => {
    await make(policyWith(condition));
    expect(await reader().facts(name, trial.context)).toMatchObject({ tlsOnly: false });
  });

  it('of nobody’s making is told as it stands, and one that is not there as undefined', async () => {
    expect(await reader().facts(name, trial.context)).toBeUndefined();
    await trial.connection.clients.s3.send(new CreateBucketCommand({ Bucket: name }));
    expect(await reader().facts(name, trial.context)).toMatchObject({ versioning: false, tlsOnly: false });
  });

  it('lists, writes and reads texts', async () => {
    await make(tlsOnly);
    await writer().write(name, 'break-glass/1.json', '{"user":"ana"}', trial.context);
    expect(await reader().read(name, 'break-glass/1.json', trial.context)).toBe('{"user":"ana"}');
    expect(await reader().read(name, 'break-glass/2.json', trial.context)).toBeUndefined();
    expect(await reader().list(name, 'break-glass/', trial.context)).toMatchObject([
      { key: 'break-glass/1.json', bytes: 14 },
    ]);
  });

  it('names what was deleted and brings it back', async () => {
    await make(tlsOnly);
    await writer().write(name, 'cluster/spec.json', 'one', trial.context);
    await trial.connection.clients.s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'cluster/spec.json' }));
    await trial.connection.clients.s3.send(new DeleteObjectCommand({ Bucket: name, Key: 'cluster/spec.json' }));
    expect(await reader().deleted(name, 'cluster/', trial.context)).toMatchObject([
      { key: 'cluster/spec.json', recoverable: true },
    ]);
    await writer().recover(name, 'cluster/spec.json', trial.context);
    expect(await reader().read(name, 'cluster/spec.json', trial.context)).toBe('one');
    expect(await reader().deleted(name, 'cluster/', trial.context)).toEqual([]);
    await expect(writer().recover(name, 'cluster/other', trial.context)).rejects.toMatchObject({
      reason: 'not-found',
    });
  });
});

describe('a certificate for a person', () => {
  beforeEach(async () => {
    await make(tlsOnly);
  });
  const issue = (now: number) =>
    certificateIssuer(trial.connection, () => now).adminCertificate(
      { bucket: name, user: 'ana+admin, O=x', hours: 2 },
      trial.context,
    );

  it('is signed by the cluster’s CA, for that user, for that long, as a client', async () => {
    const objects = keyObjects.map((object) => object.name);
    const made = await trial.of(clusterKeys).create('cluster-keys', { bucket: name, prefix: 'cluster/keys/', objects });
    const now = trial.aws.clock.now() + 1000;
    const { result, operations } = await called(() => issue(now));
    const certificate = new X509Certificate(result.certificate);
    const ca = new X509Certificate(Buffer.from(made.caCertificate, 'base64'));
    expect(certificate.verify(ca.publicKey)).toBe(true);
    expect(certificate.checkIssued(ca)).toBe(true);
    expect(certificate.toLegacyObject().subject).toMatchObject({ CN: 'ana+admin, O=x', O: 'system:masters' });
    expect(certificate.keyUsage).toEqual(['1.3.6.1.5.5.7.3.2']);
    expect(certificate.ca).toBe(false);
    expect(Math.abs(certificate.validToDate.getTime() - (now + 7_200_000))).toBeLessThan(1000);
    expect(Math.abs(certificate.validFromDate.getTime() - (now - 300_000))).toBeLessThan(1000);
    expect(result.serial.toLowerCase()).toBe(certificate.serialNumber.toLowerCase());
    expect([...operations].every((one) => issuerPermissions.some(({ action }) => action === one))).toBe(true);
  });

  it('is not issued where the CA’s key is gone, and the message says where to look', async () => {
    await expect(issue(0)).rejects.toMatchObject({
      reason: 'not-found',
      message: expect.stringContaining('quilla store verify'),
    });
  });
});
