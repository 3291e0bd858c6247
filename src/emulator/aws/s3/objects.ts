import { createHash } from 'node:crypto';
import type {
  CopyObjectOutput,
  CopyObjectRequest,
  DeletedObject,
  DeleteObjectOutput,
  DeleteObjectRequest,
  DeleteObjectsOutput,
  DeleteObjectsRequest,
  GetObjectRequest,
  HeadObjectRequest,
  PutObjectOutput,
  PutObjectRequest,
  _Error as S3Error,
} from '@aws-sdk/client-s3';
import { AwsError, type Call, type Handlers, type Service } from '../../call.ts';
import { bucketNamed } from './buckets.ts';
import { checkedDigests, checksumMembers } from './checksums.ts';
import { invalidArgument, noSuchKey, preconditionFailed } from './errors.ts';
import { type Bucket, deleteMarker, type ObjectVersion } from './state.ts';
import { addVersion, currentVersion, findVersion, newVersionId, removeVersion, versionMember } from './versions.ts';

/** Conditional writes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html */
function checkWrite(
  current: ObjectVersion | undefined,
  key: string,
  { IfNoneMatch, IfMatch }: { IfNoneMatch?: string | undefined; IfMatch?: string | undefined },
): void {
  if (IfNoneMatch !== undefined) {
    if (IfNoneMatch !== '*')
      throw new AwsError('NotImplemented', 'A header you provided implies functionality that is not implemented', 501, {
        Header: 'If-None-Match',
      });
    if (current) throw preconditionFailed('If-None-Match');
  }
  if (IfMatch === undefined) return;
  if (!current) throw noSuchKey(key);
  if (IfMatch !== '*' && unquoted(IfMatch) !== unquoted(current.etag)) throw preconditionFailed('If-Match');
}

const unquoted = (etag: string): string => etag.replace(/^"|"$/g, '');

function putObject(input: PutObjectRequest, call: Call): PutObjectOutput {
  const bucket = bucketNamed(call, input.Bucket!);
  const key = input.Key!;
  if (Buffer.byteLength(key) > 1024)
    throw new AwsError('KeyTooLongError', 'Your key is too long', 400, { Size: Buffer.byteLength(key) });
  const body = (input.Body ?? new Uint8Array()) as Uint8Array;
  const checksums = checkedDigests(input as unknown as Readonly<Record<string, unknown>>, body);
  checkWrite(currentVersion(bucket, key), key, input);
  const version: ObjectVersion = {
    versionId: newVersionId(bucket, call),
    lastModified: call.now,
    etag: `"${createHash('md5').update(body).digest('hex')}"`,
    body: Buffer.from(body).toString('base64'),
    size: body.byteLength,
    ...definedText({
      contentType: input.ContentType ?? 'binary/octet-stream',
      cacheControl: input.CacheControl,
      contentEncoding: storedEncoding(input.ContentEncoding),
      contentDisposition: input.ContentDisposition,
    }),
    metadata: input.Metadata ?? {},
    ...encryptionOf(bucket, input),
    checksums,
    tags: Object.fromEntries(new URLSearchParams(input.Tagging ?? '')),
  };
  addVersion(bucket, key, version);
  return {
    ETag: version.etag,
    ...checksumMembers(checksums),
    ...encryptionMembers(version),
    ...versionMember(bucket, version.versionId),
  };
}

const definedText = <T extends Record<string, string | undefined>>(members: T): { [K in keyof T]?: string } =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined && value !== '')) as {
    [K in keyof T]?: string;
  };

/** `aws-chunked` is how the body came, not what it is. */
const storedEncoding = (encoding: string | undefined): string | undefined =>
  encoding
    ?.split(',')
    .map((each) => each.trim())
    .filter((each) => each !== 'aws-chunked')
    .join(',');

interface DefaultEncryption {
  readonly Rules?: readonly {
    readonly ApplyServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: string };
  }[];
}

/** What the request asks for, else the bucket's default, else AES256. */
function encryptionOf(
  bucket: Bucket,
  input: PutObjectRequest,
): Pick<ObjectVersion, 'serverSideEncryption' | 'kmsKeyId'> {
  const standard = (bucket.configurations.encryption as DefaultEncryption | undefined)?.Rules?.[0]
    ?.ApplyServerSideEncryptionByDefault;
  const serverSideEncryption = input.ServerSideEncryption ?? standard?.SSEAlgorithm ?? 'AES256';
  const kmsKeyId = input.SSEKMSKeyId ?? standard?.KMSMasterKeyID;
  return { serverSideEncryption, ...(serverSideEncryption !== 'AES256' && kmsKeyId !== undefined && { kmsKeyId }) };
}

const encryptionMembers = ({ serverSideEncryption, kmsKeyId }: ObjectVersion): object => ({
  ServerSideEncryption: serverSideEncryption,
  ...(kmsKeyId !== undefined && { SSEKMSKeyId: kmsKeyId }),
});

/** Conditional reads: 304 and 412 as HTTP has them. */
function checkRead({ etag, lastModified }: ObjectVersion, input: GetObjectRequest | HeadObjectRequest): void {
  if (input.IfMatch !== undefined && unquoted(input.IfMatch) !== unquoted(etag)) throw preconditionFailed('If-Match');
  const notModified = input.IfNoneMatch !== undefined && unquoted(input.IfNoneMatch) === unquoted(etag);
  const notSince =
    input.IfModifiedSince !== undefined && Math.floor(lastModified / 1000) * 1000 <= input.IfModifiedSince.getTime();
  if (notModified || (input.IfNoneMatch === undefined && notSince))
    throw new AwsError('NotModified', 'Not Modified', 304);
}

/** Who may not list a bucket is not told that an object is absent: https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html#API_GetObject_Permissions */
function hideAbsence(call: Call, bucket: Bucket, input: GetObjectRequest | HeadObjectRequest): void {
  if (input.VersionId !== undefined || currentVersion(bucket, input.Key!) !== undefined) return;
  call.authorize?.('s3:ListBucket', `arn:aws:s3:::${bucket.name}`, { 's3:prefix': input.Key! });
}

function readObject(
  input: GetObjectRequest | HeadObjectRequest,
  call: Call,
): Record<string, unknown> & { Body: Buffer } {
  const bucket = bucketNamed(call, input.Bucket!);
  hideAbsence(call, bucket, input);
  const version = findVersion(bucket, input.Key!, input.VersionId);
  if (version.deleteMarker)
    throw new AwsError('MethodNotAllowed', 'The specified method is not allowed against this resource.', 405);
  checkRead(version, input);
  const whole = Buffer.from(version.body, 'base64');
  const range = rangeOf(input.Range, whole.length);
  return {
    Body: range ? whole.subarray(range.first, range.last + 1) : whole,
    ...(range && { ContentRange: `bytes ${range.first}-${range.last}/${whole.length}` }),
    ContentLength: range ? range.last + 1 - range.first : whole.length,
    AcceptRanges: 'bytes',
    ETag: version.etag,
    LastModified: new Date(version.lastModified),
    ContentType: version.contentType,
    CacheControl: version.cacheControl,
    ContentEncoding: version.contentEncoding,
    ContentDisposition: version.contentDisposition,
    Metadata: version.metadata,
    ...(Object.keys(version.tags).length > 0 && { TagCount: Object.keys(version.tags).length }),
    ...encryptionMembers(version),
    ...(input.ChecksumMode === 'ENABLED' && !range && checksumMembers(version.checksums)),
    ...versionMember(bucket, version.versionId),
  };
}

function rangeOf(
  range: string | undefined,
  size: number,
): { readonly first: number; readonly last: number } | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(range ?? '');
  if (!parts || (parts[1] === '' && parts[2] === '')) return undefined;
  const [from, to] = [parts[1]!, parts[2]!];
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (first > last) throw new AwsError('InvalidRange', 'The requested range is not satisfiable', 416);
  return { first, last };
}

function headObject(input: HeadObjectRequest, call: Call): object {
  const { Body: _, ...rest } = readObject(input, call);
  return rest;
}

function deleteObject({ Bucket: name, Key, VersionId, IfMatch }: DeleteObjectRequest, call: Call): DeleteObjectOutput {
  const bucket = bucketNamed(call, name!);
  const key = Key!;
  checkWrite(currentVersion(bucket, key), key, { IfMatch });
  if (VersionId !== undefined) {
    const removed = removeVersion(bucket, key, VersionId);
    return { VersionId, ...(removed?.deleteMarker && { DeleteMarker: true }) };
  }
  if (bucket.versioning === undefined) {
    removeVersion(bucket, key, 'null');
    return {};
  }
  const marker = deleteMarker(newVersionId(bucket, call), call.now);
  addVersion(bucket, key, marker);
  return { DeleteMarker: true, VersionId: marker.versionId };
}

function deleteObjects({ Bucket: name, Delete }: DeleteObjectsRequest, call: Call): DeleteObjectsOutput {
  const objects = Delete?.Objects ?? [];
  if (objects.length > 1000)
    throw new AwsError(
      'MalformedXML',
      'The XML you provided was not well-formed or did not validate against our published schema',
      400,
    );
  const answers = objects.map(({ Key, VersionId }) => deleteOne({ Bucket: name, Key, VersionId }, call));
  const errors = answers.filter((answer): answer is S3Error => 'Code' in answer);
  return {
    ...(Delete?.Quiet ? {} : { Deleted: answers.filter((answer) => !('Code' in answer)) }),
    ...(errors.length > 0 && { Errors: errors }),
  };
}

/** Each object is a question of its own, and its answer stands beside the others': https://docs.aws.amazon.com/AmazonS3/latest/API/API_DeleteObjects.html */
function deleteOne(input: DeleteObjectRequest, call: Call): DeletedObject | S3Error {
  const { Bucket: name, Key, VersionId } = input;
  bucketNamed(call, name!);
  try {
    call.authorize?.(deletion(VersionId), `arn:aws:s3:::${name}/${Key}`);
  } catch (error) {
    if (!(error instanceof AwsError) || error.code !== 'AccessDenied') throw error;
    return { Key, VersionId, Code: error.code, Message: error.message };
  }
  const { DeleteMarker, VersionId: version } = deleteObject(input, call);
  if (VersionId !== undefined)
    return { Key, VersionId, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: VersionId }) };
  return { Key, ...(DeleteMarker && { DeleteMarker, DeleteMarkerVersionId: version }) };
}

const deletion = (versionId: string | undefined): string =>
  versionId === undefined ? 's3:DeleteObject' : 's3:DeleteObjectVersion';

/** What deletions touch: with a version they are another action, and of many objects each is asked for by itself. */
export const touchedByDeletion: NonNullable<Service['touched']> = (operation, { Bucket, Key, VersionId }) => {
  if (operation === 'DeleteObjects') return [];
  if (operation !== 'DeleteObject') return undefined;
  return [{ action: deletion(VersionId as string | undefined), resource: `arn:aws:s3:::${Bucket}/${Key}` }];
};

function copyObject(input: CopyObjectRequest, call: Call): CopyObjectOutput {
  const target = bucketNamed(call, input.Bucket!);
  const [path = '', query = ''] = input.CopySource!.split('?', 2);
  const parts = /^\/?([^/]+)\/(.+)$/.exec(decodeURIComponent(path));
  if (!parts) throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  const [, sourceBucket, sourceKey] = parts;
  const source = findVersion(
    bucketNamed(call, sourceBucket!),
    sourceKey!,
    new URLSearchParams(query).get('versionId') ?? undefined,
  );
  checkWrite(currentVersion(target, input.Key!), input.Key!, input);
  const replaced = input.MetadataDirective === 'REPLACE';
  const copy: ObjectVersion = {
    ...source,
    versionId: newVersionId(target, call),
    lastModified: call.now,
    ...(replaced && { metadata: input.Metadata ?? {}, ...definedText({ contentType: input.ContentType }) }),
    tags:
      input.TaggingDirective === 'REPLACE'
        ? Object.fromEntries(new URLSearchParams(input.Tagging ?? ''))
        : { ...source.tags },
  };
  addVersion(target, input.Key!, copy);
  return {
    CopyObjectResult: { ETag: copy.etag, LastModified: new Date(copy.lastModified) },
    ...encryptionMembers(copy),
    ...versionMember(target, copy.versionId),
  };
}

export const objectHandlers: Handlers = {
  PutObject: putObject,
  GetObject: readObject,
  HeadObject: headObject,
  DeleteObject: deleteObject,
  DeleteObjects: deleteObjects,
  CopyObject: copyObject,
};
