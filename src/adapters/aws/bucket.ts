import {
  CreateBucketCommand,
  type CreateBucketCommandInput,
  DeleteBucketCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
} from '@aws-sdk/client-s3';
import { defined } from '../../base/defined.ts';
import { minutes } from '../../base/duration.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed } from '../../model/types.ts';
import { AwsFailure, type CallContext, isAwsFailure, type ReadContext, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import {
  type BucketFields,
  bucketTags,
  configure,
  disownBucket,
  isOpen,
  isVersioned,
  policyOf,
  settingsOf,
} from './bucket-settings.ts';
import type { Connection } from './connection.ts';
import { fromTagMap, idOf, toTagList } from './found.ts';
import { forget, hullPermissions, note, notePermissions, notesOf, textsOf } from './hull.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';
import { bucketArn, objectArn, removeObjects } from './s3.ts';
import { tagOwner } from './tag-owner.ts';
import { type RawTags, taggedResourcesPermission, tagsOr } from './tagged-resources.ts';

const arnOf = ({ partition }: Scope, name: string): string => `arn:${partition}:s3:::${name}`;

const observedOf = (scope: Scope, name: string): Observed<'bucket'> => ({ bucketName: name, arn: arnOf(scope, name) });

/** What `isForeign` knows a bucket of another account by, or of another region of this one. */
const foreignCodes = /AccessDenied|PermanentRedirect|AuthorizationHeaderMalformed|Forbidden|^301$/;

/** Undefined: no such bucket; `foreign`: another account's, or in another region. */
async function tagsOf(connection: Connection, Bucket: string): Promise<RawTags | 'foreign' | undefined> {
  try {
    return await bucketTags(connection, Bucket);
  } catch (error) {
    if (!isAwsFailure(error)) throw error;
    if (error.reason === 'not-found') return undefined;
    if (foreignCodes.test(error.code)) return 'foreign';
    throw error;
  }
}

async function toFound(connection: Connection, name: string, context: ReadContext): Promise<Found<'bucket'>[]> {
  const ask = () => tagsOf(connection, name);
  const raw = await tagsOr(connection, context, { arn: arnOf(context.scope, name), ask });
  if (raw === undefined || raw === 'foreign') return [];
  const tags = fromTagMap(raw);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const kept = await settingsOf(connection, name, { raw, scope: context.scope });
  const [publicRead, policy, versioning] = await Promise.all([
    isOpen(connection, name, kept.publicRead),
    policyOf(connection, name),
    kept.versioning ? isVersioned(connection, name) : false,
  ]);
  const settled = { name, ...kept, publicRead, policy, versioning, tags };
  return [{ kind: 'bucket', id, name, state: 'ready', settled, observed: observedOf(context.scope, name) }];
}

const taken = (name: string, why: string): AwsFailure =>
  new AwsFailure({
    reason: 'exists',
    operation: 's3:CreateBucket',
    code: 'BucketAlreadyExists',
    message: `The bucket ${name} ${why}, so it is not touched. Names of buckets are unique in all of AWS: delete it if it is yours, or choose another cluster name.`,
  });

async function isEmpty({ clients, call }: Connection, Bucket: string): Promise<boolean> {
  const answer = await call('s3:ListBucket', () => clients.s3.send(new ListObjectsV2Command({ Bucket, MaxKeys: 1 })));
  return (answer.Contents ?? []).length === 0;
}

async function make({ clients, call, region }: Connection, settled: BucketFields): Promise<void> {
  const CreateBucketConfiguration: CreateBucketCommandInput['CreateBucketConfiguration'] = {
    // The first region is the one that must not be named.
    ...(region === 'us-east-1' ? {} : { LocationConstraint: region as 'eu-west-1' }),
    Tags: toTagList(settled.tags),
  };
  const input = { Bucket: settled.name, CreateBucketConfiguration };
  try {
    await call('s3:CreateBucket', () => clients.s3.send(new CreateBucketCommand(input)));
  } catch (error) {
    // Everywhere but in the first region S3 answers so to a call of ours that is repeated because its answer was lost.
    if (isAwsFailure(error) && error.code === 'BucketAlreadyOwnedByYou') return;
    if (!isAwsFailure(error) || error.code !== 'BucketAlreadyExists') throw error;
    throw taken(settled.name, 'belongs to another account');
  }
}

/** Whether a bucket of the name is there that is ours, or that nobody can miss: without a tag and empty. Fails where it is somebody's. */
async function mayTake(connection: Connection, name: string, scope: Scope): Promise<boolean> {
  const raw = await tagsOf(connection, name);
  if (raw === undefined) return false;
  if (raw === 'foreign') throw taken(name, 'belongs to another account or lies in another region');
  if (idOf(fromTagMap(raw), scope) !== undefined) return true;
  if (Object.keys(raw).length === 0 && (await isEmpty(connection, name))) return true;
  throw taken(name, "exists already and is not tagged as this cluster's");
}

async function create(connection: Connection, settled: BucketFields, context: CallContext) {
  const { name } = settled;
  const isThere = await mayTake(connection, name, context.scope);
  await note(connection, 'bucket', name, context);
  if (!isThere) await make(connection, settled);
  const all = ['publicRead', 'policy', 'versioning', 'expiry', 'noncurrentDays', 'tags'];
  const withoutNothing = settled.versioning || isThere ? all : all.filter((field) => field !== 'versioning');
  await whenKnown(`bucket ${name}`, context, () => configure(connection, settled, withoutNothing, context));
  return observedOf(context.scope, name);
}

/** Goes through all versions and markers once, whatever lists still show of those that were removed. */
async function empty(connection: Connection, Bucket: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  let page: ListObjectVersionsCommandOutput | undefined;
  do {
    const after = defined({ KeyMarker: page?.NextKeyMarker, VersionIdMarker: page?.NextVersionIdMarker });
    const input = { Bucket, MaxKeys: 1000, ...after };
    page = await call('s3:ListBucketVersions', () => clients.s3.send(new ListObjectVersionsCommand(input)));
    await removeObjects(connection, Bucket, [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])]);
    context.onWait('emptying it');
  } while (page.IsTruncated === true);
}

/** Empties the bucket and deletes it; whoever still writes to it makes it wait. */
const remove = (connection: Connection, name: string, context: CallContext): Promise<void> =>
  deleteWhenFree(
    `bucket ${name}`,
    context,
    async () => {
      await empty(connection, name, context);
      await connection.call('s3:DeleteBucket', () =>
        connection.clients.s3.send(new DeleteBucketCommand({ Bucket: name })),
      );
    },
    { deadline: minutes(30) },
  );

const onBuckets = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({ action: `s3:${action}`, resource: bucketArn('ownBuckets') }));
const settings = [
  'GetBucketTagging',
  'PutBucketPublicAccessBlock',
  'PutBucketPolicy',
  'PutBucketVersioning',
  'PutLifecycleConfiguration',
  'PutBucketTagging',
];

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_CreateBucket.html */
export const bucket: Adapter<'bucket'> = {
  permissions: {
    read: [
      ...hullPermissions,
      taggedResourcesPermission,
      ...onBuckets('GetBucketTagging', 'GetBucketPublicAccessBlock', 'GetBucketPolicy', 'GetBucketVersioning'),
    ],
    create: [
      ...notePermissions,
      ...onBuckets('CreateBucket', 'ListBucket', ...settings),
      { action: 's3:TagResource', resource: bucketArn('ownBuckets') },
    ],
    update: onBuckets(...settings),
    own: onBuckets('GetLifecycleConfiguration'),
    delete: [
      ...notePermissions,
      ...onBuckets('ListBucketVersions', 'DeleteBucket'),
      ...['s3:DeleteObject', 's3:DeleteObjectVersion'].map((action) => ({
        action,
        resource: objectArn('ownBuckets', '*'),
      })),
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const names = await notesOf(connection, context, 'bucket');
      return (await Promise.all(names.map((name) => toFound(connection, name, context)))).flat();
    },
    notes: ({ settled: { name } }) => textsOf(name),
  }),

  owner: (connection) => ({
    // With what was read of its settings, so that they are noted from now on.
    own: tagOwner(bucket.writer(connection)).own,
    disown: (found) => disownBucket(connection, found.name),
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }, context) {
      await configure(connection, settled, changed, context);
      return found.observed;
    },

    async delete(found, context) {
      await remove(connection, found.name, context);
      await forget(connection, 'bucket', found.name, context);
    },
  }),
};
