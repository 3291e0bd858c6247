import {
  DeleteBucketLifecycleCommand,
  DeleteBucketTaggingCommand,
  GetBucketLifecycleConfigurationCommand,
  GetBucketPolicyCommand,
  GetBucketTaggingCommand,
  GetBucketVersioningCommand,
  GetPublicAccessBlockCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
  PutBucketPolicyCommand,
  PutBucketTaggingCommand,
  PutBucketVersioningCommand,
  PutPublicAccessBlockCommand,
} from '@aws-sdk/client-s3';
import type { BucketExpiry } from '../../model/kinds/bucket.ts';
import { exportedTag, keptTagPrefix } from '../../model/tags.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type Scope } from '../../ports/aws.ts';
import type { Connection } from './connection.ts';
import { foreignTags, fromTagMap, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import type { RawTags } from './tagged-resources.ts';
import { oncePropagated } from './when-free.ts';

export type BucketFields = Settled<'bucket'>;
type Kept = Pick<BucketFields, 'publicRead' | 'versioning' | 'expiry' | 'noncurrentDays'>;

/**
 * What was set last, on the bucket: S3 tells each setting in a call of its own, and a plan asks only for those by which data leaks or is
 * lost, or pods lose their roles (access, policy, versioning where it is on). Rules of expiry change when the spec does.
 */
const settingsTag = `${keptTagPrefix}settings`;

/** All tags of a bucket; fails where it is not there. */
export async function bucketTags(
  { clients, call }: Pick<Connection, 'clients' | 'call'>,
  Bucket: string,
): Promise<RawTags> {
  try {
    const answer = await call('s3:GetBucketTagging', () => clients.s3.send(new GetBucketTaggingCommand({ Bucket })));
    return Object.fromEntries((answer.TagSet ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
  } catch (error) {
    if (isAwsFailure(error) && error.code === 'NoSuchTagSet') return {};
    throw error;
  }
}

/** `versioned private noncurrent:30 backups/:14`: what tags may hold. */
const toKept = ({ publicRead, versioning, expiry, noncurrentDays }: Kept): string =>
  [
    versioning ? 'versioned' : 'plain',
    publicRead ? 'public' : 'private',
    ...(noncurrentDays === null ? [] : [`noncurrent:${noncurrentDays}`]),
    ...expiry.map(({ prefix, days }) => `${prefix}:${days}`),
  ].join(' ');

/**
 * Where the tag is missing no run came to its end: what S3 does by itself, and days that no spec has, so that all of it is set once more,
 * whatever of it was set.
 */
function keptSettings(tags: Readonly<Record<string, string>>): Kept {
  const [mode, access, ...rest] = (tags[settingsTag] ?? 'plain private noncurrent:0').split(' ');
  const parts = rest.map((part): BucketExpiry => {
    const at = part.lastIndexOf(':');
    return { prefix: part.slice(0, at), days: Number(part.slice(at + 1)) };
  });
  const noncurrent = parts.find(({ prefix }) => prefix === 'noncurrent');
  return {
    publicRead: access === 'public',
    versioning: mode === 'versioned',
    noncurrentDays: noncurrent?.days ?? null,
    expiry: parts.filter((part) => part !== noncurrent),
  };
}

/**
 * Whether the public is let in as far as `asked` means it: one that should be open is not where anything of its policy is blocked, as
 * whoever guards an account likes to do, and one that should be closed is open where just one of the four switches is off.
 */
export async function isOpen({ clients, call }: Connection, Bucket: string, asked: boolean): Promise<boolean> {
  const answer = await unlessGone(
    call('s3:GetBucketPublicAccessBlock', () => clients.s3.send(new GetPublicAccessBlockCommand({ Bucket }))),
  );
  const block = answer?.PublicAccessBlockConfiguration;
  const policies = [block?.BlockPublicPolicy === true, block?.RestrictPublicBuckets === true];
  if (asked) return policies.every((isBlocked) => !isBlocked);
  return [...policies, block?.BlockPublicAcls === true, block?.IgnorePublicAcls === true].includes(false);
}

/** The rules that `lifecycleRules` would write, read back. */
async function expiryOf(
  { clients, call }: Connection,
  Bucket: string,
): Promise<Pick<Kept, 'expiry' | 'noncurrentDays'>> {
  const answer = await unlessGone(
    call('s3:GetLifecycleConfiguration', () => clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket }))),
  );
  const rules = (answer?.Rules ?? []).filter(({ Status }) => Status === 'Enabled');
  const expiry = rules.flatMap(({ Filter, Expiration }): BucketExpiry[] =>
    Expiration?.Days === undefined ? [] : [{ prefix: Filter?.Prefix ?? '', days: Expiration.Days }],
  );
  const noncurrentDays = rules.flatMap((rule) => rule.NoncurrentVersionExpiration?.NoncurrentDays ?? [])[0] ?? null;
  return { expiry: expiry.sort((a, b) => (a.prefix < b.prefix ? -1 : 1)), noncurrentDays };
}

/** What was set last; of a bucket that was exported and bears no note of it, what S3 tells. */
export async function settingsOf(
  connection: Connection,
  name: string,
  { raw, scope }: { readonly raw: Readonly<Record<string, string>>; readonly scope: Scope },
): Promise<Kept> {
  if (scope.exported === undefined || settingsTag in raw) return keptSettings(raw);
  const [publicRead, versioning, rules] = await Promise.all([
    isOpen(connection, name, false),
    isVersioned(connection, name),
    expiryOf(connection, name),
  ]);
  return { publicRead, versioning, ...rules };
}

/** `{}` where it has none. */
export async function policyOf({ clients, call }: Connection, Bucket: string): Promise<string> {
  const answer = await unlessGone(
    call('s3:GetBucketPolicy', () => clients.s3.send(new GetBucketPolicyCommand({ Bucket }))),
  );
  return answer?.Policy ?? '{}';
}

export async function isVersioned({ clients, call }: Connection, Bucket: string): Promise<boolean> {
  const answer = await call('s3:GetBucketVersioning', () =>
    clients.s3.send(new GetBucketVersioningCommand({ Bucket })),
  );
  return answer.Status === 'Enabled';
}

async function setAccess({ clients, call }: Connection, { name, publicRead }: BucketFields): Promise<void> {
  const PublicAccessBlockConfiguration = {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: !publicRead,
    RestrictPublicBuckets: !publicRead,
  };
  const input = { Bucket: name, PublicAccessBlockConfiguration };
  await call('s3:PutBucketPublicAccessBlock', () => clients.s3.send(new PutPublicAccessBlockCommand(input)));
}

async function setPolicy({ clients, call }: Connection, { name, policy }: BucketFields, context: CallContext) {
  await oncePropagated(`principals of the policy of bucket ${name}`, context, () =>
    call('s3:PutBucketPolicy', () => clients.s3.send(new PutBucketPolicyCommand({ Bucket: name, Policy: policy }))),
  );
}

async function setVersioning({ clients, call }: Connection, { name, versioning }: BucketFields): Promise<void> {
  const VersioningConfiguration = { Status: versioning ? 'Enabled' : 'Suspended' } as const;
  await call('s3:PutBucketVersioning', () =>
    clients.s3.send(new PutBucketVersioningCommand({ Bucket: name, VersioningConfiguration })),
  );
}

/** Only what expires loses its earlier versions: a key that somebody deleted can be brought back for as long as the bucket is there. */
function lifecycleRules({ expiry, noncurrentDays }: BucketFields): LifecycleRule[] {
  const earlier = noncurrentDays === null ? {} : { NoncurrentVersionExpiration: { NoncurrentDays: noncurrentDays } };
  return expiry.map(
    ({ prefix, days }): LifecycleRule => ({
      ID: `expire ${prefix}`,
      Status: 'Enabled',
      Filter: { Prefix: prefix },
      Expiration: { Days: days },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 },
      ...earlier,
    }),
  );
}

async function setLifecycle({ clients, call }: Connection, settled: BucketFields): Promise<void> {
  const Bucket = settled.name;
  const Rules = lifecycleRules(settled);
  await (Rules.length === 0
    ? call('s3:PutLifecycleConfiguration', () => clients.s3.send(new DeleteBucketLifecycleCommand({ Bucket })))
    : call('s3:PutLifecycleConfiguration', () =>
        clients.s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } })),
      ));
}

/** Replaces all tags at once, and so notes what the settings are: after them, or a cut would hide a change that was not made. */
async function setTags({ clients, call }: Connection, settled: BucketFields): Promise<void> {
  // Readers do not tell this one, and Terraform would put it back.
  const { [exportedTag]: cluster } = await bucketTags({ clients, call }, settled.name);
  const exported = cluster === undefined ? {} : { [exportedTag]: cluster };
  const input = {
    Bucket: settled.name,
    Tagging: { TagSet: toTagList({ ...exported, ...settled.tags, [settingsTag]: toKept(settled) }) },
  };
  await call('s3:PutBucketTagging', () => clients.s3.send(new PutBucketTaggingCommand(input)));
}

/** Leaves a bucket just the tags that are not ours. */
export async function disownBucket({ clients, call }: Connection, Bucket: string): Promise<void> {
  const tags = foreignTags(await bucketTags({ clients, call }, Bucket));
  const TagSet = toTagList(fromTagMap(tags));
  // The same permission is for both, and S3 takes no empty list.
  await call('s3:PutBucketTagging', () =>
    TagSet.length === 0
      ? clients.s3.send(new DeleteBucketTaggingCommand({ Bucket }))
      : clients.s3.send(new PutBucketTaggingCommand({ Bucket, Tagging: { TagSet } })),
  );
}

/** Makes the named settings what they should be; access before the policy, which S3 refuses while it blocks the public. */
export async function configure(
  connection: Connection,
  settled: BucketFields,
  changed: readonly string[],
  context: CallContext,
): Promise<void> {
  const of = (...fields: readonly (keyof BucketFields)[]): boolean => fields.some((field) => changed.includes(field));
  if (of('publicRead')) await setAccess(connection, settled);
  if (of('policy')) await setPolicy(connection, settled, context);
  if (of('versioning')) await setVersioning(connection, settled);
  if (of('expiry', 'noncurrentDays')) await setLifecycle(connection, settled);
  if (of('tags', 'publicRead', 'versioning', 'expiry', 'noncurrentDays')) await setTags(connection, settled);
}
