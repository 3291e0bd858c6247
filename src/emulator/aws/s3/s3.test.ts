import { Agent } from 'node:http';
import * as s3Api from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { beforeEach, describe, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';

let aws: AwsUnderTest;
let s3: s3Api.S3;

beforeEach(async () => {
  aws = await startForTest();
  s3 = new s3Api.S3({ ...aws.settings(), forcePathStyle: true });
  await s3.createBucket({ Bucket: 'keys' });
  return () => aws.stop();
});

const put = (Key: string, Body: string, more = {}) => s3.putObject({ Bucket: 'keys', Key, Body, ...more });
const read = async (Key: string, more = {}) =>
  (await s3.getObject({ Bucket: 'keys', Key, ...more })).Body!.transformToString();

describe('S3 objects', () => {
  it('come back as they were put, with their metadata and checksum', async () => {
    const given = { ContentType: 'text/plain', Metadata: { owner: 'ada' } };
    const { ETag } = await put('a/b c+ü.txt', 'hello', given);
    // printf hello | md5sum
    expect(ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const got = await s3.getObject({ Bucket: 'keys', Key: 'a/b c+ü.txt', ChecksumMode: 'ENABLED' });
    expect(await got.Body!.transformToString()).toBe('hello');
    expect(got).toMatchObject({
      ContentType: 'text/plain',
      Metadata: { owner: 'ada' },
      ContentLength: 5,
      ServerSideEncryption: 'AES256',
    });
    // The SDK checks this itself; from zlib.crc32('hello') = 0x3610a686.
    expect(got.ChecksumCRC32).toBe('NhCmhg==');
    const head = await s3.headObject({ Bucket: 'keys', Key: 'a/b c+ü.txt' });
    expect([head.ContentLength, head.ETag]).toEqual([5, ETag]);
  });

  it('are told apart when absent', async () => {
    await expect(s3.getObject({ Bucket: 'keys', Key: 'no' })).rejects.toMatchObject({
      name: 'NoSuchKey',
      message: 'The specified key does not exist.',
    });
    await expect(s3.headObject({ Bucket: 'keys', Key: 'no' })).rejects.toMatchObject({
      name: 'NotFound',
      $metadata: { httpStatusCode: 404 },
    });
    await expect(s3.getObject({ Bucket: 'none', Key: 'no' })).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });

  it('are written once under If-None-Match, and over what was read under If-Match', async () => {
    const first = await put('lock', 'one', { IfNoneMatch: '*' });
    await expect(put('lock', 'two', { IfNoneMatch: '*' })).rejects.toMatchObject({
      name: 'PreconditionFailed',
      $metadata: { httpStatusCode: 412 },
    });
    await put('lock', 'three', { IfMatch: first.ETag });
    await expect(put('lock', 'four', { IfMatch: first.ETag })).rejects.toMatchObject({ name: 'PreconditionFailed' });
    await expect(put('absent', 'x', { IfMatch: first.ETag })).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('lock')).toBe('three');
  });

  it('keep their versions, and a marker where they were deleted', async () => {
    await s3.putBucketVersioning({ Bucket: 'keys', VersioningConfiguration: { Status: 'Enabled' } });
    const one = await put('k', 'one');
    const two = await put('k', 'two');
    expect(one.VersionId).not.toBe(two.VersionId);
    const deleted = await s3.deleteObject({ Bucket: 'keys', Key: 'k' });
    expect(deleted.DeleteMarker).toBe(true);
    await expect(read('k')).rejects.toMatchObject({ name: 'NoSuchKey' });
    expect(await read('k', { VersionId: one.VersionId })).toBe('one');
    const listed = await s3.listObjectVersions({ Bucket: 'keys' });
    expect(listed.Versions!.map(({ VersionId, IsLatest }) => [VersionId, IsLatest])).toEqual([
      [two.VersionId, false],
      [one.VersionId, false],
    ]);
    expect(listed.DeleteMarkers).toMatchObject([{ IsLatest: true, VersionId: deleted.VersionId }]);
    // S3 gives no display names since November 2025.
    expect(listed.Versions![0]!.Owner).toEqual({ ID: expect.stringMatching(/^[0-9a-f]{64}$/) });
    await expect(s3.deleteBucket({ Bucket: 'keys' })).rejects.toMatchObject({ name: 'BucketNotEmpty' });
    const Objects = [...listed.Versions!, ...listed.DeleteMarkers!].map(({ Key, VersionId }) => ({
      Key: Key!,
      VersionId: VersionId!,
    }));
    expect((await s3.deleteObjects({ Bucket: 'keys', Delete: { Objects } })).Deleted).toHaveLength(3);
    await s3.deleteBucket({ Bucket: 'keys' });
    await expect(s3.headBucket({ Bucket: 'keys' })).rejects.toMatchObject({ name: 'NotFound' });
  });

  it('are listed by prefix and delimiter, page by page', async () => {
    for (const key of ['a/1', 'a/2', 'a/b/3', 'c', 'd&<é>']) await put(key, key);
    const rolled = await s3.listObjectsV2({ Bucket: 'keys', Prefix: 'a/', Delimiter: '/' });
    expect(rolled.Contents!.map(({ Key }) => Key)).toEqual(['a/1', 'a/2']);
    expect(rolled.CommonPrefixes).toEqual([{ Prefix: 'a/b/' }]);
    const keys: string[] = [];
    for await (const page of s3Api.paginateListObjectsV2({ client: s3, pageSize: 2 }, { Bucket: 'keys' })) {
      keys.push(...(page.Contents ?? []).map(({ Key }) => Key!));
    }
    expect(keys).toEqual(['a/1', 'a/2', 'a/b/3', 'c', 'd&<é>']);
  });

  it('are read in part, copied and tagged', async () => {
    await put('whole', '0123456789');
    expect(await read('whole', { Range: 'bytes=2-4' })).toBe('234');
    await s3.copyObject({ Bucket: 'keys', Key: 'copy', CopySource: 'keys/whole' });
    expect(await read('copy')).toBe('0123456789');
    await s3.putObjectTagging({ Bucket: 'keys', Key: 'copy', Tagging: { TagSet: [{ Key: 'a', Value: 'b' }] } });
    expect((await s3.getObjectTagging({ Bucket: 'keys', Key: 'copy' })).TagSet).toEqual([{ Key: 'a', Value: 'b' }]);
  });

  it('are refused when their digest is not theirs', async () => {
    await expect(put('k', 'hello', { ChecksumSHA256: 'AAAA' })).rejects.toMatchObject({ name: 'BadDigest' });
  });
});

describe('S3 buckets', () => {
  it('are safe from the start', async () => {
    expect((await s3.getPublicAccessBlock({ Bucket: 'keys' })).PublicAccessBlockConfiguration).toEqual({
      BlockPublicAcls: true,
      IgnorePublicAcls: true,
      BlockPublicPolicy: true,
      RestrictPublicBuckets: true,
    });
    const { ServerSideEncryptionConfiguration } = await s3.getBucketEncryption({ Bucket: 'keys' });
    expect(ServerSideEncryptionConfiguration!.Rules![0]!.ApplyServerSideEncryptionByDefault!.SSEAlgorithm).toBe(
      'AES256',
    );
    expect((await s3.getBucketVersioning({ Bucket: 'keys' })).Status).toBeUndefined();
  });

  it('keep what they are told', async () => {
    await s3.putBucketTagging({ Bucket: 'keys', Tagging: { TagSet: [{ Key: 'quilla.dev/cluster', Value: 'k8s' }] } });
    expect((await s3.getBucketTagging({ Bucket: 'keys' })).TagSet).toEqual([
      { Key: 'quilla.dev/cluster', Value: 'k8s' },
    ]);
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Deny',
          Principal: '*',
          Action: 's3:*',
          Resource: 'arn:aws:s3:::keys/*',
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        },
      ],
    });
    await expect(s3.getBucketPolicy({ Bucket: 'keys' })).rejects.toMatchObject({ name: 'NoSuchBucketPolicy' });
    await s3.putBucketPolicy({ Bucket: 'keys', Policy });
    expect((await s3.getBucketPolicy({ Bucket: 'keys' })).Policy).toBe(Policy);
    await s3.putBucketEncryption({
      Bucket: 'keys',
      ServerSideEncryptionConfiguration: {
        Rules: [
          {
            ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: 'alias/k8s' },
            BucketKeyEnabled: true,
          },
        ],
      },
    });
    expect((await put('k', 'x')).ServerSideEncryption).toBe('aws:kms');
    await s3.deletePublicAccessBlock({ Bucket: 'keys' });
    await expect(s3.getPublicAccessBlock({ Bucket: 'keys' })).rejects.toMatchObject({
      name: 'NoSuchPublicAccessBlockConfiguration',
    });
  });

  it('tell from which size on their objects move to another class, as they were told or as is usual', async () => {
    const LifecycleConfiguration = {
      Rules: [{ ID: 'old', Status: 'Enabled', Filter: { Prefix: '' }, Expiration: { Days: 7 } }],
    } satisfies s3Api.BucketLifecycleConfiguration;
    const told = async (more = {}) => {
      const Bucket = 'keys';
      const set = await s3.putBucketLifecycleConfiguration({ Bucket, LifecycleConfiguration, ...more });
      const now = await s3.getBucketLifecycleConfiguration({ Bucket });
      expect(now.Rules).toMatchObject(LifecycleConfiguration.Rules);
      return [set.TransitionDefaultMinimumObjectSize, now.TransitionDefaultMinimumObjectSize];
    };
    expect(await told()).toEqual(['all_storage_classes_128K', 'all_storage_classes_128K']);
    const other = { TransitionDefaultMinimumObjectSize: 'varies_by_storage_class' };
    expect(await told(other)).toEqual(['varies_by_storage_class', 'varies_by_storage_class']);
    await expect(told({ TransitionDefaultMinimumObjectSize: 'none' })).rejects.toMatchObject({
      name: 'InvalidArgument',
    });
  });

  it('are of one region', async () => {
    const eu = new s3Api.S3({ ...aws.settings('eu-west-1'), forcePathStyle: true });
    await eu.createBucket({ Bucket: 'europe', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } });
    expect((await eu.getBucketLocation({ Bucket: 'europe' })).LocationConstraint).toBe('eu-west-1');
    await expect(
      eu.createBucket({ Bucket: 'europe', CreateBucketConfiguration: { LocationConstraint: 'eu-west-1' } }),
    ).rejects.toMatchObject({
      name: 'BucketAlreadyOwnedByYou',
    });
    const elsewhere = { Bucket: 'other', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' as const } };
    await expect(eu.createBucket(elsewhere)).rejects.toMatchObject({ name: 'IllegalLocationConstraintException' });
    await expect(s3.putObject({ Bucket: 'europe', Key: 'k', Body: 'x' })).rejects.toMatchObject({
      name: 'AuthorizationHeaderMalformed',
    });
    expect((await s3.listBuckets({})).Buckets!.map(({ Name }) => Name)).toEqual(['europe', 'keys']);
  });

  it('are found by host name as well', async () => {
    // Not every machine resolves names under localhost.
    const httpAgent = new Agent({ lookup: (_, __, found) => found(null, [{ address: '127.0.0.1', family: 4 }]) });
    const endpoint = aws.endpoint.replace('127.0.0.1', 'localhost');
    const byHost = new s3Api.S3({ ...aws.settings(), endpoint, requestHandler: new NodeHttpHandler({ httpAgent }) });
    await byHost.putObject({ Bucket: 'keys', Key: 'by/host', Body: 'here' });
    expect(await read('by/host')).toBe('here');
  });

  it('have sound names', async () => {
    const raw = new s3Api.S3({ ...aws.settings(), forcePathStyle: true });
    await expect(raw.createBucket({ Bucket: 'Not_Valid' })).rejects.toMatchObject({ name: 'InvalidBucketName' });
  });
});
