import { AwsError, type Call, type Handlers } from '../../call.ts';
import { bucketNamed, ownerOf } from './buckets.ts';
import { noSuchKey } from './errors.ts';

/** A request about one configuration of a bucket: S3 has one operation to put, one to get and one to delete each. */
type Input = Readonly<Record<string, unknown>> & { readonly Bucket: string };

interface Configuration {
  /** The key in the bucket's state. */
  readonly name: string;
  /** The member of the request and of the answer that holds it. */
  readonly member: string;
  readonly put?: string;
  readonly get: string;
  readonly remove?: string;
  /** What a bucket without one answers: an error, or a value. */
  readonly unset: { readonly error: readonly [code: string, message: string] } | { readonly value: object };
}

const encryptionRules = {
  Rules: [{ ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'AES256' }, BucketKeyEnabled: false }],
};

/** Configurations whose document is one member of request and answer. */
const configurations: readonly Configuration[] = [
  {
    name: 'encryption',
    member: 'ServerSideEncryptionConfiguration',
    put: 'PutBucketEncryption',
    get: 'GetBucketEncryption',
    remove: 'DeleteBucketEncryption',
    unset: { value: { ServerSideEncryptionConfiguration: encryptionRules } },
  },
  {
    name: 'publicAccessBlock',
    member: 'PublicAccessBlockConfiguration',
    put: 'PutPublicAccessBlock',
    get: 'GetPublicAccessBlock',
    remove: 'DeletePublicAccessBlock',
    unset: { error: ['NoSuchPublicAccessBlockConfiguration', 'The public access block configuration was not found'] },
  },
  {
    name: 'ownershipControls',
    member: 'OwnershipControls',
    put: 'PutBucketOwnershipControls',
    get: 'GetBucketOwnershipControls',
    remove: 'DeleteBucketOwnershipControls',
    unset: { error: ['OwnershipControlsNotFoundError', 'The bucket ownership controls were not found'] },
  },
  {
    name: 'objectLock',
    member: 'ObjectLockConfiguration',
    get: 'GetObjectLockConfiguration',
    unset: {
      error: ['ObjectLockConfigurationNotFoundError', 'Object Lock configuration does not exist for this bucket'],
    },
  },
  {
    name: 'replication',
    member: 'ReplicationConfiguration',
    get: 'GetBucketReplication',
    unset: { error: ['ReplicationConfigurationNotFoundError', 'The replication configuration was not found'] },
  },
  {
    name: 'cors',
    member: 'CORSConfiguration',
    get: 'GetBucketCors',
    unset: { error: ['NoSuchCORSConfiguration', 'The CORS configuration does not exist'] },
  },
  {
    name: 'website',
    member: 'WebsiteConfiguration',
    get: 'GetBucketWebsite',
    unset: { error: ['NoSuchWebsiteConfiguration', 'The specified bucket does not have a website configuration'] },
  },
  { name: 'logging', member: 'LoggingEnabled', get: 'GetBucketLogging', unset: { value: {} } },
  { name: 'accelerate', member: 'Status', get: 'GetBucketAccelerateConfiguration', unset: { value: {} } },
  {
    name: 'notification',
    member: 'NotificationConfiguration',
    get: 'GetBucketNotificationConfiguration',
    unset: { value: {} },
  },
  {
    name: 'requestPayment',
    member: 'Payer',
    get: 'GetBucketRequestPayment',
    unset: { value: { Payer: 'BucketOwner' } },
  },
];

const handlersOf = (configuration: Configuration): Handlers => ({
  [configuration.get]: (input: Input, call: Call) => read(configuration, input, call),
  ...(configuration.put && { [configuration.put]: (input: Input, call: Call) => write(configuration, input, call) }),
  ...(configuration.remove && {
    [configuration.remove]: (input: Input, call: Call) => remove(configuration, input, call),
  }),
});

function read({ name, member, unset }: Configuration, { Bucket }: Input, call: Call): object {
  const value = bucketNamed(call, Bucket).configurations[name];
  if (value !== undefined) return { [member]: value };
  if ('value' in unset) return unset.value;
  const [code, message] = unset.error;
  throw new AwsError(code, message, 404, { BucketName: Bucket });
}

function write({ name, member }: Configuration, input: Input, call: Call): undefined {
  bucketNamed(call, input.Bucket).configurations[name] = input[member];
}

function remove({ name }: Configuration, { Bucket }: Input, call: Call): undefined {
  delete bucketNamed(call, Bucket).configurations[name];
}

function putVersioning(input: Input, call: Call): undefined {
  const bucket = bucketNamed(call, input.Bucket);
  const { Status } = (input.VersioningConfiguration ?? {}) as { Status?: string };
  if (Status !== 'Enabled' && Status !== 'Suspended') {
    throw new AwsError('IllegalVersioningConfigurationException', 'The Versioning element must be specified', 400);
  }
  bucket.versioning = Status;
}

function getVersioning({ Bucket }: Input, call: Call): object {
  const { versioning } = bucketNamed(call, Bucket);
  return versioning === undefined ? {} : { Status: versioning };
}

type TagSet = readonly { readonly Key: string; readonly Value: string }[];

/** The tags of a Tagging document. Throws InvalidTag for a key given twice. */
export function tagsFrom(tagging: unknown): Record<string, string> {
  const set = ((tagging ?? {}) as { TagSet?: TagSet }).TagSet ?? [];
  if (new Set(set.map(({ Key }) => Key)).size < set.length) {
    throw new AwsError('InvalidTag', 'Cannot provide multiple Tags with the same key', 400);
  }
  return Object.fromEntries(set.map(({ Key, Value }) => [Key, Value]));
}

export const tagSet = (tags: Readonly<Record<string, string>>): TagSet =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

function getTagging({ Bucket }: Input, call: Call): object {
  const { tags } = bucketNamed(call, Bucket);
  if (Object.keys(tags).length === 0)
    throw new AwsError('NoSuchTagSet', 'The TagSet does not exist', 404, { BucketName: Bucket });
  return { TagSet: tagSet(tags) };
}

function putTagging(input: Input, call: Call): undefined {
  bucketNamed(call, input.Bucket).tags = tagsFrom(input.Tagging);
}

function deleteTagging({ Bucket }: Input, call: Call): undefined {
  bucketNamed(call, Bucket).tags = {};
}

/** From which size on objects move to another class where no rule says so: https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html */
const usualTransitionSize = 'all_storage_classes_128K';
const transitionSizes: readonly unknown[] = [usualTransitionSize, 'varies_by_storage_class'];

function putLifecycle(input: Input, call: Call): object {
  const { configurations } = bucketNamed(call, input.Bucket);
  const { TransitionDefaultMinimumObjectSize: size = usualTransitionSize } = input;
  if (!transitionSizes.includes(size)) {
    const message = 'Invalid value for the header x-amz-transition-default-minimum-object-size';
    throw new AwsError('InvalidArgument', message, 400);
  }
  configurations.lifecycle = {
    ...(input.LifecycleConfiguration as object),
    ...(size === usualTransitionSize ? {} : { TransitionDefaultMinimumObjectSize: size }),
  };
  return { TransitionDefaultMinimumObjectSize: size };
}

function getLifecycle({ Bucket }: Input, call: Call): object {
  const { lifecycle } = bucketNamed(call, Bucket).configurations;
  if (lifecycle !== undefined)
    return { TransitionDefaultMinimumObjectSize: usualTransitionSize, ...(lifecycle as object) };
  throw new AwsError('NoSuchLifecycleConfiguration', 'The lifecycle configuration does not exist', 404, {
    BucketName: Bucket,
  });
}

function deleteLifecycle({ Bucket }: Input, call: Call): undefined {
  delete bucketNamed(call, Bucket).configurations.lifecycle;
}

/** With BucketOwnerEnforced ownership there is but one grant: the owner's. */
function bucketAcl({ Bucket }: Input, call: Call): object {
  bucketNamed(call, Bucket);
  return ownersAcl(call);
}

function objectAcl({ Bucket, Key }: Input, call: Call): object {
  const bucket = bucketNamed(call, Bucket);
  if (!Object.hasOwn(bucket.objects, String(Key))) throw noSuchKey(String(Key));
  return ownersAcl(call);
}

const ownersAcl = (call: Call): object => ({
  Owner: ownerOf(call),
  Grants: [{ Grantee: { ...ownerOf(call), Type: 'CanonicalUser' }, Permission: 'FULL_CONTROL' }],
});

export const configurationHandlers: Handlers = {
  ...Object.assign({}, ...configurations.map(handlersOf)),
  PutBucketVersioning: putVersioning,
  GetBucketVersioning: getVersioning,
  GetBucketTagging: getTagging,
  PutBucketTagging: putTagging,
  DeleteBucketTagging: deleteTagging,
  PutBucketLifecycleConfiguration: putLifecycle,
  GetBucketLifecycleConfiguration: getLifecycle,
  DeleteBucketLifecycle: deleteLifecycle,
  GetBucketAcl: bucketAcl,
  GetObjectAcl: objectAcl,
};
