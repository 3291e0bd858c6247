import type { Found } from '../../model/snapshot.ts';
import { keyObjects, type PublicKeys } from '../../model/store-layout.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { AwsFailure, type CallContext, type ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { KeyPlace } from '../keys/key-material.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf, notesThere } from './hull.ts';
import { bucketArn, getObject, listObjects, objectArn, putObject, putOnce, removeObjects, storeObjects } from './s3.ts';

type Keys = Settled<'cluster-keys'>;
type Where = Pick<Keys, 'bucket' | 'prefix'>;

/** Written before the first key; and, once all are there, as `made`: from then on a missing one is a loss. */
const toNote = (id: string, { bucket, prefix }: Where, made: boolean): string =>
  `${id} ${bucket}/${prefix}${made ? ' made' : ''}`;
function fromNote(text: string): Where & { readonly id: string; readonly made: boolean } {
  const [id = '', place = '', made] = text.split(' ');
  const slash = place.indexOf('/');
  return { id, bucket: place.slice(0, slash), prefix: place.slice(slash + 1), made: made === 'made' };
}

const isSecret = (name: string): boolean => keyObjects.find((object) => object.name === name)?.secret !== false;
const typeOf = (name: string): string => (name.endsWith('.json') ? 'application/json' : 'application/x-pem-file');

const placeOf = (connection: Connection, { bucket, prefix }: Where): KeyPlace => {
  const at = (name: string) => ({ bucket, key: `${prefix}${name}` });
  return {
    read: async (name) => (await getObject(connection, at(name)))?.text,
    once: (name, text) => putOnce(connection, at(name), text, typeOf(name)),
    replace: (name, text) => putObject(connection, at(name), text, { ContentType: typeOf(name) }),
  };
};

const observedOf = (keys: PublicKeys): Observed<'cluster-keys'> => ({
  caCertificate: keys.caCertificate,
  serviceAccountJwks: JSON.stringify(keys.serviceAccountJwks),
  expires: Object.values(keys.expires).sort()[0] ?? '',
});

/** `public.json`, or what it would say where it was lost and the public objects are there. */
async function publicPart(connection: Connection, where: Where, context: CallContext): Promise<PublicKeys | undefined> {
  const place = placeOf(connection, where);
  const text = await place.read('public.json');
  if (text !== undefined) return JSON.parse(text) as PublicKeys;
  const { authorities, publicKeys } = await import('../keys/key-material.ts');
  const names = authorities.map(({ object }) => `${object}.crt`);
  const [publicKey, ...certificates] = await Promise.all(['sa.pub', ...names].map((name) => place.read(name)));
  if (publicKey === undefined || certificates.some((pem) => pem === undefined)) return undefined;
  return publicKeys(
    names.map((name, i) => [name, certificates[i]!] as const),
    publicKey,
    context.clock.now(),
  );
}

/**
 * Notes of what is there. What was exported bears none: there keys are made once all of them are found; but for those of a run that noted
 * that it began and not that it ended, which the next one completes.
 */
async function madeOf(connection: Connection, context: ReadContext): Promise<ReturnType<typeof fromNote>[]> {
  const notes = (await notesOf(connection, context, 'cluster-keys')).map(fromNote);
  const made = notes.filter((note) => note.made);
  if (context.scope.exported === undefined) return made;
  const there = (await notesThere(connection, context, 'cluster-keys')).map(fromNote);
  const isNoted = ({ bucket, prefix }: Where) => there.some((one) => one.bucket === bucket && one.prefix === prefix);
  const whole = await Promise.all(
    notes.map(async (note) => {
      if (note.made || isNoted(note)) return [];
      const objects = await storeObjects(connection, context, note.bucket);
      const keys = new Set(objects?.map(({ Key }) => Key));
      return keyObjects.every(({ name }) => keys.has(`${note.prefix}${name}`)) ? [note] : [];
    }),
  );
  return [...made, ...whole.flat()];
}

async function list(connection: Connection, context: ReadContext): Promise<Found<'cluster-keys'>[]> {
  const notes = await madeOf(connection, context);
  const found = await Promise.all(
    notes.map(async ({ id, bucket, prefix }): Promise<Found<'cluster-keys'>> => {
      const where = { bucket, prefix };
      const [objects, keys] = await Promise.all([
        storeObjects(connection, context, where.bucket),
        publicPart(connection, where, context),
      ]);
      const ours = (objects ?? []).filter(({ Key }) => Key?.startsWith(where.prefix));
      const names = ours.map((object) => object.Key!.slice(where.prefix.length)).sort();
      const nothing = { caCertificate: '', serviceAccountJwks: '{"keys":[]}', expires: '' };
      return {
        kind: 'cluster-keys',
        id,
        name: `${where.bucket}/${where.prefix}`,
        state: 'ready',
        settled: { bucket: where.bucket, prefix: where.prefix, objects: names },
        observed: keys === undefined ? nothing : observedOf(keys),
      };
    }),
  );
  return found;
}

const lost = ({ bucket, prefix }: Where, names: readonly string[], why: string): AwsFailure =>
  new AwsFailure({
    reason: 'conflict',
    operation: 's3:PutObject',
    code: 'KeyLost',
    message: `${names.map((name) => `s3://${bucket}/${prefix}${name}`).join(', ')}: ${why}. A new one would be of another cluster, so none is made. Bring it back: \`quilla store verify\` says whether an earlier version stands behind a delete marker; else copy it from a seat that runs (/etc/kubernetes/pki), or restore the cluster from a backup.`,
  });

async function complete(connection: Connection, where: Where, context: CallContext): Promise<PublicKeys> {
  const { completeKeys, KeyLost } = await import('../keys/key-material.ts');
  try {
    return await completeKeys(placeOf(connection, where), context.clock.now());
  } catch (error) {
    if (error instanceof KeyLost) throw lost(where, [error.object], error.message);
    throw error;
  }
}

async function create(connection: Connection, id: string, settled: Keys, context: CallContext) {
  await note(connection, 'cluster-keys', toNote(id, settled, false), context);
  const keys = await complete(connection, settled, context);
  await note(connection, 'cluster-keys', toNote(id, settled, true), context);
  return observedOf(keys);
}

/** Makes again what can be made again. */
async function restore(connection: Connection, settled: Keys, there: readonly string[], context: CallContext) {
  const missing = settled.objects.filter((name) => !there.includes(name));
  const never = missing.filter((name) => keyObjects.find((object) => object.name === name)?.remake === 'never');
  if (never.length > 0) throw lost(settled, never, 'it is gone, and cannot be made again');
  const { remakeAuthenticator, remakeServiceAccountPublicKey } = await import('../keys/key-material.ts');
  const place = placeOf(connection, settled);
  if (missing.includes('sa.pub')) await remakeServiceAccountPublicKey(place);
  if (missing.some((name) => name.startsWith('authenticator.'))) {
    await remakeAuthenticator(place, context.clock.now());
  }
  return observedOf(await complete(connection, settled, context));
}

/** Which seats have started: without the keys of the cluster that they started, these marks would keep the next one from starting. */
const marks = 'seats/';

/**
 * Every version of them goes when the bucket goes; from a bucket that stays only the latest ones, so that a mistake can be undone.
 * Backups stay there: they are the user's.
 */
async function remove(connection: Connection, found: Found<'cluster-keys'>, context: CallContext): Promise<void> {
  const where = { bucket: found.settled.bucket!, prefix: found.settled.prefix! };
  const lists = await Promise.all([where.prefix, marks].map((prefix) => listObjects(connection, where.bucket, prefix)));
  const objects = lists.flatMap((list) => list ?? []).map(({ Key }) => ({ Key }));
  await unlessGone(removeObjects(connection, where.bucket, objects));
  for (const made of [true, false]) {
    await forget(connection, 'cluster-keys', toNote(found.id, where, made), context);
  }
}

const onKeys = (action: string, names: readonly string[] = ['*']): Permission[] =>
  names.map((name) => ({ action: `s3:${action}`, resource: objectArn('storeBuckets', `cluster/keys/${name}`) }));
const listing: Permission = { action: 's3:ListBucket', resource: bucketArn('storeBuckets') };
const publicNames = keyObjects.map(({ name }) => name).filter((name) => !isSecret(name));

/** https://kubernetes.io/docs/setup/best-practices/certificates/ */
export const clusterKeys: Adapter<'cluster-keys'> = {
  permissions: {
    read: [...hullPermissions, listing, ...onKeys('GetObject', publicNames)],
    create: [...notePermissions, listing, ...onKeys('PutObject'), ...onKeys('GetObject')],
    update: [listing, ...onKeys('PutObject'), ...onKeys('GetObject')],
    delete: [
      ...notePermissions,
      listing,
      ...onKeys('DeleteObject'),
      { action: 's3:DeleteObject', resource: objectArn('storeBuckets', `${marks}*`) },
    ],
  },
  reader: (connection) => ({
    list: (context) => list(connection, context),
    notes: ({ id, name, settled: { bucket, prefix } }) => {
      if (!allKnown(bucket, prefix)) return [];
      const where = { bucket: bucket!, prefix: prefix! };
      // That all are there comes first: with only the other note a cut would leave keys that count as begun.
      return [...(name === undefined ? [] : [toNote(id, where, true)]), toNote(id, where, false)];
    },
  }),
  writer: (connection) => ({
    create: ({ id, settled }, context) => create(connection, id, settled, context),
    update: ({ found, settled }, context) => restore(connection, settled, found.settled.objects ?? [], context),
    delete: (found, context) => remove(connection, found, context),
  }),
};
