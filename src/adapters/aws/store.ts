import {
  DeleteObjectCommand,
  GetBucketEncryptionCommand,
  GetPublicAccessBlockCommand,
  HeadBucketCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { defined } from '../../base/defined.ts';
import { storeLayout } from '../../model/store-layout.ts';
import { type CallContext, isAwsFailure } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { BucketFacts, StoreObject, StoreReader, StoreWriter } from '../../ports/store.ts';
import { allPages } from './all-pages.ts';
import { isVersioned, policyOf } from './bucket-settings.ts';
import type { Connection } from './connection.ts';
import { failedLater } from './failed-later.ts';
import { unlessGone } from './gone.ts';
import { bucketArn, getObject, listObjects, objectArn, putObject, removeObjects } from './s3.ts';

interface Statement {
  readonly Effect?: string;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly Resource?: unknown;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : [value]);
const isEverybody = (principal: unknown): boolean =>
  principal === '*' ||
  (typeof principal === 'object' && principal !== null && 'AWS' in principal && listOf(principal.AWS).includes('*'));

/** Whether a statement refuses everybody everything that comes without TLS, and nothing else must hold for that. */
function refusesPlain({ Effect, Principal, Action, Resource, Condition }: Statement, bucket: string): boolean {
  const conditions = Object.entries(Condition ?? {});
  const [[operator, keys] = ['', {}]] = conditions;
  const [[key, value] = ['', '']] = Object.entries(keys);
  return (
    Effect === 'Deny' &&
    isEverybody(Principal) &&
    listOf(Action).some((action) => action === 's3:*' || action === '*') &&
    listOf(Resource).some((arn) => String(arn).endsWith(`:${bucket}/*`) || arn === '*') &&
    conditions.length === 1 &&
    Object.keys(keys).length === 1 &&
    operator === 'Bool' &&
    key.toLowerCase() === 'aws:securetransport' &&
    String(value) === 'false'
  );
}

const isTlsOnly = (policy: string, bucket: string): boolean =>
  listOf((JSON.parse(policy) as { Statement?: unknown }).Statement ?? []).some((statement) =>
    refusesPlain(statement as Statement, bucket),
  );

/** The algorithm, `AES256` or `aws:kms`. */
async function encryptionOf({ clients, call }: Connection, Bucket: string): Promise<string | null> {
  try {
    const answer = await call('s3:GetEncryptionConfiguration', () =>
      clients.s3.send(new GetBucketEncryptionCommand({ Bucket })),
    );
    const [rule] = answer.ServerSideEncryptionConfiguration?.Rules ?? [];
    return rule?.ApplyServerSideEncryptionByDefault?.SSEAlgorithm ?? null;
  } catch (error) {
    if (!isAwsFailure(error) || error.code !== 'ServerSideEncryptionConfigurationNotFoundError') throw error;
    return null;
  }
}

/** All four switches: stricter than what a plan compares, since here one looks. */
async function isBlocked({ clients, call }: Connection, Bucket: string): Promise<boolean> {
  const answer = await unlessGone(
    call('s3:GetBucketPublicAccessBlock', () => clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
  );
  const block = answer?.PublicAccessBlockConfiguration;
  const switches = [
    block?.BlockPublicAcls,
    block?.IgnorePublicAcls,
    block?.BlockPublicPolicy,
    block?.RestrictPublicBuckets,
  ];
  return switches.every((on) => on === true);
}

/** S3 tells nobody whose a bucket is, but whether it is somebody's: `unknown` where it is not this account's. */
async function facts(connection: Connection, bucket: string, { scope }: CallContext): Promise<BucketFacts | undefined> {
  const { clients, call } = connection;
  const foreign = { versioning: false, encryption: null, publicAccessBlocked: false, tlsOnly: false, owner: 'unknown' };
  try {
    const input = { Bucket: bucket, ExpectedBucketOwner: scope.account };
    const there = await unlessGone(call('s3:ListBucket', () => clients.s3.send(new HeadBucketCommand(input))));
    if (there === undefined) return undefined;
  } catch (error) {
    // HEAD has no body, so that the status is all that there is: 403 of another account's, 301 of another region's.
    if (isAwsFailure(error, 'denied') || isAwsFailure(error, 'invalid')) return { bucket, ...foreign };
    throw error;
  }
  const [versioning, encryption, publicAccessBlocked, policy] = await Promise.all([
    isVersioned(connection, bucket),
    encryptionOf(connection, bucket),
    isBlocked(connection, bucket),
    policyOf(connection, bucket),
  ]);
  const tlsOnly = isTlsOnly(policy, bucket);
  return { bucket, versioning, encryption, publicAccessBlocked, tlsOnly, owner: scope.account };
}

async function list(connection: Connection, bucket: string, prefix: string): Promise<StoreObject[]> {
  const objects = await listObjects(connection, bucket, prefix);
  return (objects ?? []).map((object) => ({
    key: object.Key!,
    bytes: object.Size ?? 0,
    modified: (object.LastModified ?? new Date(0)).toISOString(),
  }));
}

/** Where a list of versions goes on, in one text: key and version of its last line. */
const nextOf = (page: ListObjectVersionsCommandOutput): string | undefined =>
  page.IsTruncated === true ? JSON.stringify([page.NextKeyMarker ?? '', page.NextVersionIdMarker ?? '']) : undefined;

async function versions({ clients, call }: Connection, Bucket: string, Prefix: string) {
  const pages = await unlessGone(
    allPages((token) => {
      const [KeyMarker, VersionIdMarker] = token === undefined ? [] : (JSON.parse(token) as [string, string]);
      const input = defined({ Bucket, Prefix, KeyMarker, VersionIdMarker });
      return call('s3:ListBucketVersions', () => clients.s3.send(new ListObjectVersionsCommand(input)));
    }, nextOf),
  );
  return {
    versions: (pages ?? []).flatMap((page) => page.Versions ?? []),
    markers: (pages ?? []).flatMap((page) => page.DeleteMarkers ?? []),
  };
}

async function deleted(connection: Connection, bucket: string, prefix: string): Promise<StoreObject[]> {
  const all = await versions(connection, bucket, prefix);
  const earlier = new Set(all.versions.map((version) => version.Key));
  return all.markers
    .filter((marker) => marker.IsLatest === true)
    .map((marker) => ({
      key: marker.Key!,
      bytes: 0,
      modified: (marker.LastModified ?? new Date(0)).toISOString(),
      recoverable: earlier.has(marker.Key),
    }));
}

/** Removes the latest marker until a version is the latest: times of versions are too coarse to tell which markers stand before it. */
async function recover(connection: Connection, bucket: string, key: string): Promise<void> {
  const { clients, call } = connection;
  for (;;) {
    const all = await versions(connection, bucket, key);
    if (!all.versions.some((version) => version.Key === key)) {
      throw failedLater('s3:DeleteObjectVersion', 'NoSuchVersion', `s3://${bucket}/${key} has no earlier version`);
    }
    const latest = all.markers.find((marker) => marker.Key === key && marker.IsLatest === true);
    if (latest === undefined) return;
    const input = { Bucket: bucket, Key: key, VersionId: latest.VersionId! };
    await unlessGone(call('s3:DeleteObjectVersion', () => clients.s3.send(new DeleteObjectCommand(input))));
  }
}

/** Reads a cluster's store. */
export const storeReader = (connection: Connection): StoreReader => ({
  facts: (bucket, context) => facts(connection, bucket, context),
  list: (bucket, prefix) => list(connection, bucket, prefix),
  deleted: (bucket, prefix) => deleted(connection, bucket, prefix),
  read: async (bucket, key) => (await getObject(connection, { bucket, key }))?.text,
});

/** What S3 removes in one call. */
const most = 1000;

async function remove(connection: Connection, bucket: string, keys: readonly string[]): Promise<void> {
  for (let from = 0; from < keys.length; from += most) {
    await removeObjects(
      connection,
      bucket,
      keys.slice(from, from + most).map((Key) => ({ Key })),
    );
  }
}

/** Changes a cluster's store. */
export const storeWriter = (connection: Connection): StoreWriter => ({
  remove: (bucket, keys) => remove(connection, bucket, keys),
  recover: (bucket, key) => recover(connection, bucket, key),
  write: (bucket, key, text) =>
    putObject(connection, { bucket, key }, text, {
      ContentType: key.endsWith('.json') ? 'application/json' : 'text/plain; charset=utf-8',
    }),
});

const onBuckets = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({ action: `s3:${action}`, resource: bucketArn('storeBuckets') }));

/** What each way to the store needs. No key material: only names of it. */
export const storePermissions = {
  facts: onBuckets(
    'ListBucket',
    'GetBucketVersioning',
    'GetEncryptionConfiguration',
    'GetBucketPublicAccessBlock',
    'GetBucketPolicy',
  ),
  list: onBuckets('ListBucket'),
  deleted: onBuckets('ListBucketVersions'),
  read: ['cluster/*.json', 'cluster/keys/public.json', 'seats/*', 'backups/*.json', 'break-glass/*'].map((key) => ({
    action: 's3:GetObject',
    resource: objectArn('storeBuckets', key),
  })),
  recover: [
    ...onBuckets('ListBucketVersions'),
    { action: 's3:DeleteObjectVersion', resource: objectArn('storeBuckets', `${storeLayout.keys}*`) },
  ],
  write: [{ action: 's3:PutObject', resource: objectArn('storeBuckets', `${storeLayout.breakGlass}*`) }],
  remove: [`${storeLayout.breakGlass}*`, storeLayout.spec].map((key) => ({
    action: 's3:DeleteObject',
    resource: objectArn('storeBuckets', key),
  })),
} as const satisfies Record<string, readonly Permission[]>;
