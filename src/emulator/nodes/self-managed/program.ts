import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { Hindrance, Machine } from './step.ts';
import { fetchObject } from './store-objects.ts';
import { programDigest } from './user-data-parts.ts';

/** The part of a seat's script that does not fit into user data lies in the store; the script knows its digest. */
export function fetchProgram({ turn, instance, config }: Machine): Hindrance | undefined {
  const digest = programDigest(instance.userData);
  if (digest === undefined) return undefined;
  const key = `cluster/seat-${digest.slice(0, 16)}.json`;
  const fetched = fetchObject(turn, instance, { store: config.store, key });
  if ('why' in fetched) return { why: fetched.why };
  return digestOf(fetched.text) === digest ? undefined : { why: `${key} is not what this script was made with` };
}

function digestOf(text: string): string | undefined {
  try {
    const { gzip } = JSON.parse(text) as { readonly gzip: string };
    return createHash('sha256')
      .update(gunzipSync(Buffer.from(gzip, 'base64')))
      .digest('hex');
  } catch {
    return undefined;
  }
}
