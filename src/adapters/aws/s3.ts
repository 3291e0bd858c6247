import {
  DeleteObjectsCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type _Object as S3Object,
} from '@aws-sdk/client-s3';
import { seconds } from '../../base/duration.ts';
import { storeLayout } from '../../model/store-layout.ts';
import { AwsFailure, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';

/** Where an object lies. */
export interface ObjectPlace {
  readonly bucket: string;
  readonly key: string;
}

/** An object's text and type; undefined where it, or its bucket, is not there. */
export async function getObject(
  { clients, call }: Connection,
  { bucket, key }: ObjectPlace,
): Promise<{ readonly text: string; readonly contentType: string } | undefined> {
  const answer = await unlessGone(
    call('s3:GetObject', async () => {
      const object = await clients.s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      // Read inside the call: a body that breaks off is asked for again like an answer that did not come.
      return { text: (await object.Body?.transformToString('utf-8')) ?? '', contentType: object.ContentType ?? '' };
    }),
  );
  return answer;
}

type PutOptions = Pick<PutObjectCommandInput, 'ContentType' | 'IfNoneMatch'>;

export async function putObject(
  { clients, call }: Connection,
  { bucket, key }: ObjectPlace,
  text: string,
  options: PutOptions = {},
): Promise<void> {
  const input = { Bucket: bucket, Key: key, Body: text, ...options };
  await call('s3:PutObject', () => clients.s3.send(new PutObjectCommand(input)));
}

/**
 * Writes only where nothing stands, and gives what stands there then: this text or an earlier one.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 */
export async function putOnce(
  connection: Connection,
  place: ObjectPlace,
  text: string,
  ContentType: string,
): Promise<string> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      await putObject(connection, place, text, { ContentType, IfNoneMatch: '*' });
      return text;
    } catch (error) {
      // Two writers at the same moment: S3 asks the second to try again.
      const isRace = isAwsFailure(error) && error.code === 'ConditionalRequestConflict' && attempt < 5;
      if (!isRace && !isAwsFailure(error, 'exists')) throw error;
    }
    const there = await getObject(connection, place);
    if (there !== undefined) return there.text;
    await connection.clock.sleep(seconds(1));
  }
}

/** The objects under a prefix as a list shows them; undefined where there is no such bucket. */
export async function listObjects(
  { clients, call }: Connection,
  bucket: string,
  prefix: string,
): Promise<S3Object[] | undefined> {
  const pages = await unlessGone(
    allPages(
      (ContinuationToken) =>
        call('s3:ListBucket', () =>
          clients.s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken })),
        ),
      (page) => page.NextContinuationToken,
    ),
  );
  return pages?.flatMap((page) => page.Contents ?? []);
}

/** What lies under `cluster/` of a store: one question of an observation, whoever asks. Undefined: no such bucket. */
export const storeObjects = (connection: Connection, context: ReadContext, bucket: string) =>
  context.once(`s3:ListObjectsV2 ${bucket}`, () => listObjects(connection, bucket, storeLayout.cluster));

/** Removes up to a thousand objects or, where ids are given, versions; S3 answers for each, and the first that stays is the failure. */
export async function removeObjects(
  { clients, call }: Connection,
  Bucket: string,
  objects: readonly { readonly Key?: string | undefined; readonly VersionId?: string | undefined }[],
): Promise<void> {
  const Objects = objects.map(({ Key, VersionId }) => ({ Key, ...(VersionId === undefined ? {} : { VersionId }) }));
  if (Objects.length === 0) return;
  const operation = Objects.some((object) => 'VersionId' in object) ? 's3:DeleteObjectVersion' : 's3:DeleteObject';
  const input = { Bucket, Delete: { Objects, Quiet: true } };
  const answer = await call(operation, () => clients.s3.send(new DeleteObjectsCommand(input)));
  const [error] = answer.Errors ?? [];
  if (error === undefined) return;
  throw new AwsFailure({
    reason: error.Code === 'AccessDenied' ? 'denied' : 'conflict',
    operation,
    code: error.Code ?? 'Unknown',
    message: `${Bucket}/${error.Key}: ${error.Message ?? 'S3 gives no reason'}`,
  });
}

/** Lists of bucket names for permissions: described at `Permission`. */
type Buckets = 'storeBuckets' | 'issuerBuckets' | 'ownBuckets';

/** ARNs of S3 hold no region and no account: only the bucket's name keeps the others of the account out. */
export const bucketArn = (buckets: Buckets): string => `arn:\${partition}:s3:::\${${buckets}}`;
/** `objectArn('storeBuckets', 'cluster/keys/*')`. */
export const objectArn = (buckets: Buckets, key: string): string => `${bucketArn(buckets)}/${key}`;
