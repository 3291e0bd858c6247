import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import type { Bucket, ObjectVersion } from '../../aws/s3/state.ts';
import type { Turn } from '../../call.ts';
import { blockedToService } from '../network-path.ts';
import { type Deed, machineMay } from './rights.ts';
import type { Machine } from './step.ts';

/** An object that a machine wants from its store, or why it does not get it, in the words of the AWS CLI. */
export type Fetched = { readonly text: string } | { readonly why: string };

const bucketOf = (turn: Turn, name: string): Bucket | undefined => turn.world.s3.buckets[name];

/** The latest version of an object, unless it was deleted. */
export function latestObject(turn: Turn, store: string, key: string): ObjectVersion | undefined {
  const latest = bucketOf(turn, store)?.objects[key]?.[0];
  return latest?.deleteMarker === true ? undefined : latest;
}

/** The object as it stood at a time; undefined where it was not there, or where that version is not kept. */
export function objectAt(turn: Turn, { store, key }: Place, at: number): ObjectVersion | undefined {
  const version = bucketOf(turn, store)?.objects[key]?.find(({ lastModified }) => lastModified <= at);
  return version?.deleteMarker === true ? undefined : version;
}

export interface Place {
  readonly store: string;
  readonly key: string;
}

export const textOf = (version: ObjectVersion): string => Buffer.from(version.body, 'base64').toString();

const objectArn = (turn: Turn, { store, key }: Place): string => `arn:${turn.world.partition}:s3:::${store}/${key}`;

const kmsDeed = (action: string, key: string): Deed => ({ action, resource: key });

/** Why the machine cannot reach the bucket at all. */
export function blockedToStore(turn: Turn, instance: InstanceRecord, store: string): string | undefined {
  const blocked = blockedToService(turn, instance, 's3');
  if (blocked !== undefined) return `it cannot reach S3: ${blocked}`;
  return bucketOf(turn, store) === undefined
    ? `An error occurred (NoSuchBucket): there is no bucket ${store}`
    : undefined;
}

/** Reads an object with the machine's rights. */
export function fetchObject(turn: Turn, instance: InstanceRecord, place: Place): Fetched {
  const blocked = blockedToStore(turn, instance, place.store);
  if (blocked !== undefined) return { why: blocked };
  const deed = { action: 's3:GetObject', resource: objectArn(turn, place) };
  if (!machineMay(turn, instance, deed)) {
    return { why: `An error occurred (AccessDenied): the role may not s3:GetObject ${place.store}/${place.key}` };
  }
  const version = latestObject(turn, place.store, place.key);
  if (version === undefined) return { why: absence(turn, instance, place) };
  if (version.kmsKeyId !== undefined && !machineMay(turn, instance, kmsDeed('kms:Decrypt', version.kmsKeyId))) {
    return { why: `An error occurred (AccessDenied): the role may not kms:Decrypt with ${version.kmsKeyId}` };
  }
  return { text: textOf(version) };
}

/** Who may not list a bucket is not told that an object is absent: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions */
function absence(turn: Turn, instance: InstanceRecord, { store: name, key }: Place): string {
  const resource = `arn:${turn.world.partition}:s3:::${name}`;
  return machineMay(turn, instance, { action: 's3:ListBucket', resource, context: { 's3:prefix': key } })
    ? `An error occurred (NoSuchKey): ${name} holds no ${key}`
    : `An error occurred (AccessDenied): the role may not s3:ListBucket ${name}, without which S3 does not say whether it holds ${key}`;
}

/** Where an object of `cluster/keys/` lies. */
export const keyObject = (name: string): string => `cluster/keys/${name}`;

/** Reads a key of the machine's cluster, or says why not as the script does. */
export function fetchKey({ turn, instance, config: { store: name } }: Machine, key: string): Fetched {
  const fetched = fetchObject(turn, instance, { store: name, key: keyObject(key) });
  return 'why' in fetched ? { why: `the store ${name} gives no ${keyObject(key)}: ${fetched.why}` } : fetched;
}

type NewObject = Place & { readonly text: string; readonly contentType?: string };

/** Why the machine may not write an object; undefined where it may. */
function blockedToWrite(turn: Turn, instance: InstanceRecord, place: Place): string | undefined {
  const blocked = blockedToStore(turn, instance, place.store);
  if (blocked !== undefined) return blocked;
  return machineMay(turn, instance, { action: 's3:PutObject', resource: objectArn(turn, place) })
    ? undefined
    : `An error occurred (AccessDenied): the role may not s3:PutObject ${place.store}/${place.key}`;
}

/** Writes an object with the machine's rights; why it could not, else. */
export function writeObject(turn: Turn, instance: InstanceRecord, wanted: NewObject): string | undefined {
  const blocked = blockedToWrite(turn, instance, wanted);
  if (blocked === undefined) store(turn, wanted);
  return blocked;
}

/**
 * Writes an object only where there is none (`If-None-Match: *`), with the machine's rights.
 * `made` is false where it was there.
 */
export function writeOnce(
  turn: Turn,
  instance: InstanceRecord,
  wanted: NewObject,
): { readonly made: boolean } | { readonly why: string } {
  const blocked = blockedToWrite(turn, instance, wanted);
  if (blocked !== undefined) return { why: blocked };
  if (latestObject(turn, wanted.store, wanted.key) !== undefined) return { made: false };
  store(turn, wanted);
  return { made: true };
}

function store(turn: Turn, { store: name, key, text, contentType = 'application/json' }: NewObject): void {
  const bucket = bucketOf(turn, name)!;
  const body = Buffer.from(text);
  const version: ObjectVersion = {
    versionId: bucket.versioning === 'Enabled' ? turn.newToken(32) : 'null',
    lastModified: turn.now,
    etag: `"${turn.newToken(32)}"`,
    body: body.toString('base64'),
    size: body.length,
    contentType,
    metadata: {},
    serverSideEncryption: 'AES256',
    checksums: {},
    tags: {},
  };
  bucket.objects[key] = [version, ...(bucket.versioning === 'Enabled' ? (bucket.objects[key] ?? []) : [])];
}
