import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import type { Found } from '../../model/snapshot.ts';
import { storeLayout } from '../../model/store-layout.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf } from './hull.ts';
import { bucketArn, getObject, objectArn, putObject, storeObjects } from './s3.ts';

type Document = Settled<'bucket-object'>;

const locationOf = ({ bucket, key }: Pick<Document, 'bucket' | 'key'>): Observed<'bucket-object'> => ({
  location: `${bucket}/${key}`,
});

/** Names of buckets hold no slash and ids no space, so that a note can be taken apart again. */
const toNote = (id: string, { bucket, key }: Pick<Document, 'bucket' | 'key'>): string => `${id} ${bucket}/${key}`;

function fromNote(text: string): { readonly id: string; readonly bucket: string; readonly key: string } {
  const space = text.indexOf(' ');
  const slash = text.indexOf('/', space);
  return { id: text.slice(0, space), bucket: text.slice(space + 1, slash), key: text.slice(slash + 1) };
}

/**
 * The program of the seats is named by its digest, and a seat takes no other one: that it is there says what is in it. The list that
 * finds the keys shows it, so that a plan reads it not.
 */
async function programThere(
  connection: Connection,
  noted: string,
  context: ReadContext,
): Promise<Found<'bucket-object'>[]> {
  const { id, bucket, key } = fromNote(noted);
  const objects = await storeObjects(connection, context, bucket);
  if (objects?.some(({ Key }) => Key === key) !== true) return [];
  const observed = locationOf({ bucket, key });
  return [{ kind: 'bucket-object', id, name: observed.location, state: 'ready', settled: { bucket, key }, observed }];
}

async function toFound(connection: Connection, noted: string, context: ReadContext): Promise<Found<'bucket-object'>[]> {
  const { id, bucket, key } = fromNote(noted);
  if (key.startsWith(storeLayout.program)) return programThere(connection, noted, context);
  const object = await getObject(connection, { bucket, key });
  if (object === undefined) return [];
  const observed = locationOf({ bucket, key });
  const settled = { bucket, key, contentType: object.contentType, content: object.text };
  return [{ kind: 'bucket-object', id, name: observed.location, state: 'ready', settled, observed }];
}

const put = (connection: Connection, settled: Document): Promise<void> =>
  putObject(connection, settled, settled.content, { ContentType: settled.contentType });

async function remove(connection: Connection, found: Found<'bucket-object'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const place = { bucket: found.settled.bucket!, key: found.settled.key! };
  const input = { Bucket: place.bucket, Key: place.key };
  await unlessGone(call('s3:DeleteObject', () => clients.s3.send(new DeleteObjectCommand(input))));
  await forget(connection, 'bucket-object', toNote(found.id, place), context);
}

/** Documents that the graph holds: the store's and the issuer's, none of which is under `cluster/keys/`. */
const onDocuments = (action: string): Permission[] =>
  [
    objectArn('storeBuckets', 'cluster/*.json'),
    objectArn('issuerBuckets', '.well-known/*'),
    objectArn('issuerBuckets', 'openid/*'),
  ].map((resource) => ({ action: `s3:${action}`, resource }));

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
export const bucketObject: Adapter<'bucket-object'> = {
  permissions: {
    // Without the right to list, S3 says of an object that is not there that it is forbidden.
    read: [
      ...hullPermissions,
      ...onDocuments('GetObject'),
      { action: 's3:ListBucket', resource: bucketArn('storeBuckets') },
      { action: 's3:ListBucket', resource: bucketArn('issuerBuckets') },
    ],
    create: [...notePermissions, ...onDocuments('PutObject')],
    update: onDocuments('PutObject'),
    delete: [...notePermissions, ...onDocuments('DeleteObject')],
  },

  reader: (connection) => ({
    async list(context) {
      const notes = await notesOf(connection, context, 'bucket-object');
      return (await Promise.all(notes.map((noted) => toFound(connection, noted, context)))).flat();
    },
    notes: ({ id, settled: { bucket, key } }) =>
      allKnown(bucket, key) ? [toNote(id, { bucket: bucket!, key: key! })] : [],
  }),

  writer: (connection) => ({
    async create({ id, settled }, context) {
      await note(connection, 'bucket-object', toNote(id, settled), context);
      await put(connection, settled);
      return locationOf(settled);
    },

    async update({ found, settled }) {
      await put(connection, settled);
      return found.observed;
    },

    delete: (found, context) => remove(connection, found, context),
  }),
};
