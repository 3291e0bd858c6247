import type {
  ListObjectsOutput,
  ListObjectsRequest,
  ListObjectsV2Output,
  ListObjectsV2Request,
  ListObjectVersionsOutput,
  ListObjectVersionsRequest,
} from '@aws-sdk/client-s3';
import type { Call, Handlers } from '../../call.ts';
import { bucketNamed, ownerOf } from './buckets.ts';
import { invalidArgument } from './errors.ts';
import type { Bucket, ObjectVersion } from './state.ts';
import { currentVersion } from './versions.ts';

interface Wanted {
  readonly prefix: string;
  readonly delimiter: string | undefined;
  /** Only what comes after this key or common prefix. */
  readonly after: string;
  readonly max: number;
}

interface Listed {
  readonly keys: readonly string[];
  readonly prefixes: readonly string[];
  readonly truncated: boolean;
  /** The last key or common prefix on the page. */
  readonly last: string | undefined;
}

/** Keys in byte order; those that go on after the delimiter are rolled up into one common prefix. */
function list(keys: readonly string[], { prefix, delimiter, after, max }: Wanted): Listed {
  const entries = new Map<string, 'key' | 'prefix'>();
  for (const key of keys) {
    if (!key.startsWith(prefix)) continue;
    const cut = delimiter ? key.indexOf(delimiter, prefix.length) : -1;
    if (cut >= 0) entries.set(key.slice(0, cut + delimiter!.length), 'prefix');
    else entries.set(key, 'key');
  }
  const sorted = [...entries].filter(
    ([name]) => name > after && !(delimiter && after.endsWith(delimiter) && name.startsWith(after)),
  );
  sorted.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const page = sorted.slice(0, max);
  return {
    keys: page.filter(([, kind]) => kind === 'key').map(([name]) => name),
    prefixes: page.filter(([, kind]) => kind === 'prefix').map(([name]) => name),
    truncated: page.length < sorted.length,
    last: page.at(-1)?.[0],
  };
}

const pageSize = (max: number | undefined): number => {
  if (max !== undefined && max < 0)
    throw invalidArgument('Argument maxKeys must be an integer between 0 and 2147483647');
  return Math.min(max ?? 1000, 1000);
};

/** botocore asks for percent-encoded keys, since XML cannot hold every character. */
const encoderOf = (type: string | undefined) => (text: string) =>
  type === 'url' ? encodeURIComponent(text).replaceAll('%2F', '/') : text;

const presentKeys = (bucket: Bucket): string[] =>
  Object.keys(bucket.objects).filter((key) => currentVersion(bucket, key));

const summaryOf = (key: string, version: ObjectVersion) => ({
  Key: key,
  LastModified: new Date(version.lastModified),
  ETag: version.etag,
  Size: version.size,
  StorageClass: 'STANDARD' as const,
});

function listObjectsV2(input: ListObjectsV2Request, call: Call): ListObjectsV2Output {
  const bucket = bucketNamed(call, input.Bucket!);
  const encode = encoderOf(input.EncodingType);
  const after = input.ContinuationToken === undefined ? input.StartAfter : tokenText(input.ContinuationToken);
  const max = pageSize(input.MaxKeys);
  const listed = list(presentKeys(bucket), {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: after ?? '',
    max,
  });
  const owner = input.FetchOwner ? { Owner: ownerOf(call) } : {};
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    ...(input.StartAfter && { StartAfter: encode(input.StartAfter) }),
    ...(input.ContinuationToken && { ContinuationToken: input.ContinuationToken }),
    MaxKeys: max,
    KeyCount: listed.keys.length + listed.prefixes.length,
    IsTruncated: listed.truncated,
    ...(listed.truncated && { NextContinuationToken: Buffer.from(`key:${listed.last}`).toString('base64url') }),
    Contents: listed.keys.map((key) => ({ ...summaryOf(encode(key), currentVersion(bucket, key)!), ...owner })),
    CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

function tokenText(token: string): string {
  const text = Buffer.from(token, 'base64url').toString();
  if (!text.startsWith('key:')) throw invalidArgument('The continuation token provided is incorrect');
  return text.slice('key:'.length);
}

function listObjects(input: ListObjectsRequest, call: Call): ListObjectsOutput {
  const bucket = bucketNamed(call, input.Bucket!);
  const encode = encoderOf(input.EncodingType);
  const max = pageSize(input.MaxKeys);
  const listed = list(presentKeys(bucket), {
    prefix: input.Prefix ?? '',
    delimiter: input.Delimiter,
    after: input.Marker ?? '',
    max,
  });
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    Marker: encode(input.Marker ?? ''),
    ...(input.Delimiter && { Delimiter: encode(input.Delimiter) }),
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    MaxKeys: max,
    IsTruncated: listed.truncated,
    ...(listed.truncated && input.Delimiter && { NextMarker: encode(listed.last ?? '') }),
    Contents: listed.keys.map((key) => ({
      ...summaryOf(encode(key), currentVersion(bucket, key)!),
      Owner: ownerOf(call),
    })),
    CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

/** All versions of a key come together on one page: this AWS does not break pages within a key. */
function listVersions(input: ListObjectVersionsRequest, call: Call): ListObjectVersionsOutput {
  const bucket = bucketNamed(call, input.Bucket!);
  const encode = encoderOf(input.EncodingType);
  const max = pageSize(input.MaxKeys);
  const wanted = { prefix: input.Prefix ?? '', delimiter: input.Delimiter, after: input.KeyMarker ?? '', max };
  const listed = list(Object.keys(bucket.objects), wanted);
  const all = listed.keys.flatMap((key) =>
    bucket.objects[key]!.map((version, index) => ({ key, version, latest: index === 0 })),
  );
  const common = ({ key, version, latest }: (typeof all)[number]) => ({
    Key: encode(key),
    VersionId: version.versionId,
    IsLatest: latest,
    LastModified: new Date(version.lastModified),
    Owner: ownerOf(call),
  });
  return {
    Name: bucket.name,
    Prefix: encode(input.Prefix ?? ''),
    KeyMarker: encode(input.KeyMarker ?? ''),
    VersionIdMarker: input.VersionIdMarker ?? '',
    ...(input.EncodingType && { EncodingType: input.EncodingType }),
    MaxKeys: max,
    IsTruncated: listed.truncated,
    ...(listed.truncated && { NextKeyMarker: encode(listed.last ?? '') }),
    Versions: all
      .filter(({ version }) => !version.deleteMarker)
      .map((each) => ({ ...common(each), ETag: each.version.etag, Size: each.version.size, StorageClass: 'STANDARD' })),
    DeleteMarkers: all.filter(({ version }) => version.deleteMarker).map(common),
    CommonPrefixes: listed.prefixes.map((prefix) => ({ Prefix: encode(prefix) })),
  };
}

export const listingHandlers: Handlers = {
  ListObjectsV2: listObjectsV2,
  ListObjects: listObjects,
  ListObjectVersions: listVersions,
};
