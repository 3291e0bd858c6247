import { createHash, randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** What an image or a chart is made of. https://github.com/opencontainers/image-spec/blob/main/descriptor.md */
export interface Descriptor {
  readonly mediaType: string;
  /** `sha256:` and hexadecimal. */
  readonly digest: string;
  /** Bytes. */
  readonly size: number;
}

/** Content by its digest, as files in the form of an OCI image layout (`blobs/sha256/HEX`). */
export interface Blobs {
  pathOf(digest: string): string;
  /** Keeps content; what is there already stays. */
  put(mediaType: string, content: NodeJS.ReadableStream | Buffer | string): Promise<Descriptor>;
  /** A blob that is JSON: an image's manifest or its configuration. */
  json<T>(digest: string): Promise<T>;
}

/** Passes content on, and counts and digests it. */
export function measured(): { readonly stream: Transform; readonly seen: () => { digest: string; size: number } } {
  const hash = createHash('sha256');
  let size = 0;
  const stream = new Transform({
    transform(part: Buffer, _encoding, done) {
      hash.update(part);
      size += part.length;
      done(null, part);
    },
  });
  return { stream, seen: () => ({ digest: `sha256:${hash.digest('hex')}`, size }) };
}

const isStream = (content: NodeJS.ReadableStream | Buffer | string): content is NodeJS.ReadableStream =>
  typeof content !== 'string' && !Buffer.isBuffer(content);

/** Blobs below `folder`. */
export function blobsIn(folder: string): Blobs {
  const place = join(folder, 'blobs', 'sha256');
  const pathOf = (digest: string): string => join(place, digest.replace(/^sha256:/, ''));
  return {
    pathOf,
    async put(mediaType, content) {
      await mkdir(place, { recursive: true });
      // Under its own name only when it is whole.
      const half = join(place, `.${randomUUID()}`);
      const { stream, seen } = measured();
      try {
        await pipeline(
          isStream(content) ? content : Readable.from([Buffer.from(content)]),
          stream,
          createWriteStream(half),
        );
        const { digest, size } = seen();
        await rename(half, pathOf(digest));
        return { mediaType, digest, size };
      } finally {
        await rm(half, { force: true });
      }
    },
    json: async (digest) => JSON.parse(await readFile(pathOf(digest), 'utf8')),
  };
}
