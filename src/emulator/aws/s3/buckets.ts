import type {
  CreateBucketOutput,
  CreateBucketRequest,
  DeleteBucketRequest,
  GetBucketLocationOutput,
  GetBucketLocationRequest,
  HeadBucketOutput,
  HeadBucketRequest,
  ListBucketsOutput,
  ListBucketsRequest,
} from '@aws-sdk/client-s3';
import { AwsError, type Call, type Handlers } from '../../call.ts';
import { noSuchBucket } from './errors.ts';
import type { Bucket } from './state.ts';

const isForeign = (call: Call, name: string): boolean => call.world.s3.foreignBuckets.includes(name);

/** The bucket of a request. Throws AccessDenied for one of another account, NoSuchBucket, or tells the region where it is. */
export function bucketNamed(call: Call, name: string): Bucket {
  const { buckets } = call.world.s3;
  const bucket = Object.hasOwn(buckets, name) ? buckets[name] : undefined;
  if (!bucket) throw isForeign(call, name) ? new AwsError('AccessDenied', 'Access Denied', 403) : noSuchBucket(name);
  if (bucket.region === call.region) return bucket;
  const message = `The authorization header is malformed; the region '${call.region}' is wrong; expecting '${bucket.region}'`;
  throw new AwsError('AuthorizationHeaderMalformed', message, 400, { Region: bucket.region });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function checkName(name: string): void {
  const valid =
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) &&
    !name.includes('..') &&
    !/^\d+\.\d+\.\d+\.\d+$/.test(name) &&
    !name.startsWith('xn--');
  if (!valid) throw new AwsError('InvalidBucketName', 'The specified bucket is not valid.', 400, { BucketName: name });
}

/** What every new bucket has since April 2023: https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html */
const safeDefaults = (): Record<string, unknown> => ({
  publicAccessBlock: {
    BlockPublicAcls: true,
    IgnorePublicAcls: true,
    BlockPublicPolicy: true,
    RestrictPublicBuckets: true,
  },
  ownershipControls: { Rules: [{ ObjectOwnership: 'BucketOwnerEnforced' }] },
});

function createBucket(input: CreateBucketRequest, call: Call): CreateBucketOutput {
  const name = input.Bucket!;
  checkName(name);
  const { buckets } = call.world.s3;
  const constraint = input.CreateBucketConfiguration?.LocationConstraint;
  if ((constraint ?? 'us-east-1') !== call.region) {
    const message = `The ${constraint ?? 'unspecified'} location constraint is incompatible for the region specific endpoint this request was sent to.`;
    throw new AwsError('IllegalLocationConstraintException', message, 400);
  }
  if (isForeign(call, name)) {
    const why =
      'The requested bucket name is not available. The bucket namespace is shared by all users of the system. Please select a different name and try again.';
    throw new AwsError('BucketAlreadyExists', why, 409, { BucketName: name });
  }
  const existing = buckets[name];
  if (existing && existing.region === 'us-east-1' && call.region === 'us-east-1') return { Location: `/${name}` };
  if (existing) {
    const message = 'Your previous request to create the named bucket succeeded and you already own it.';
    throw new AwsError('BucketAlreadyOwnedByYou', message, 409, { BucketName: name });
  }
  const tags = (input.CreateBucketConfiguration?.Tags ?? []).map(({ Key, Value }) => [Key!, Value!] as const);
  buckets[name] = {
    name,
    region: call.region,
    creationDate: call.now,
    configurations: safeDefaults(),
    tags: Object.fromEntries(tags),
    objects: {},
  };
  return { Location: call.region === 'us-east-1' ? `/${name}` : `http://${name}.s3.amazonaws.com/` };
}

function deleteBucket({ Bucket: name }: DeleteBucketRequest, call: Call): undefined {
  const bucket = bucketNamed(call, name!);
  if (Object.keys(bucket.objects).length > 0) {
    const versioned = bucket.versioning === undefined ? '' : '. You must delete all versions in the bucket.';
    throw new AwsError('BucketNotEmpty', `The bucket you tried to delete is not empty${versioned}`, 409, {
      BucketName: name,
    });
  }
  delete call.world.s3.buckets[name!];
}

function listBuckets(
  { Prefix, BucketRegion, MaxBuckets, ContinuationToken }: ListBucketsRequest,
  call: Call,
): ListBucketsOutput {
  const wanted = Object.values(call.world.s3.buckets)
    .filter(({ name, region }) => name.startsWith(Prefix ?? '') && (BucketRegion ?? region) === region)
    .filter(
      ({ name }) => ContinuationToken === undefined || name > Buffer.from(ContinuationToken, 'base64url').toString(),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = wanted.slice(0, MaxBuckets ?? 10_000);
  const last = page.at(-1);
  return {
    Buckets: page.map(({ name, region, creationDate }) => ({
      Name: name,
      BucketRegion: region,
      CreationDate: new Date(creationDate),
    })),
    Owner: ownerOf(call),
    ...(Prefix !== undefined && { Prefix }),
    ...(last && page.length < wanted.length && { ContinuationToken: Buffer.from(last.name).toString('base64url') }),
  };
}

/** The account's canonical user id. S3 has stopped to give a name beside it: https://docs.aws.amazon.com/AmazonS3/latest/API/API_Owner.html */
export const ownerOf = ({ account }: Call): { ID: string } => ({
  ID: Buffer.from(`canonical user of ${account}`).toString('hex').padEnd(64, '0').slice(0, 64),
});

/** HEAD has no body, so a missing bucket is a bare 404. */
function headBucket({ Bucket: name }: HeadBucketRequest, call: Call): HeadBucketOutput {
  const { region } = bucketNamed(call, name!);
  return { BucketRegion: region, AccessPointAlias: false };
}

/** us-east-1 is the empty location. */
function getLocation({ Bucket: name }: GetBucketLocationRequest, call: Call): GetBucketLocationOutput {
  const bucket = call.world.s3.buckets[name!];
  if (!bucket) throw isForeign(call, name!) ? new AwsError('AccessDenied', 'Access Denied', 403) : noSuchBucket(name!);
  return bucket.region === 'us-east-1'
    ? {}
    : { LocationConstraint: bucket.region as NonNullable<GetBucketLocationOutput['LocationConstraint']> };
}

export const bucketHandlers: Handlers = {
  CreateBucket: createBucket,
  DeleteBucket: deleteBucket,
  ListBuckets: listBuckets,
  HeadBucket: headBucket,
  GetBucketLocation: getLocation,
};
