import { type Duration, formatDuration, seconds } from '../base/duration.ts';
import type { PublishedFile, Publisher } from '../ports/publisher.ts';

export interface PublisherOptions {
  /** Stands for `https://`: `BASE/HOST/PATH`, as the embedded AWS has it under `/_embedded/publishers`. */
  readonly baseUrl?: string | undefined;
  readonly timeout?: Duration;
  readonly signal?: AbortSignal;
}

/** A list of checksums of a release has some kilobytes; what is longer is something else. */
const longest = 1024 * 1024;

const fileName = (url: string): string => decodeURIComponent(new URL(url).pathname).split('/').at(-1) ?? '';

/**
 * The digest of a file in a publisher's checksum file: alone on its line (`.sha256`), or with the file's name behind it, as sha256sum writes
 * it (`.sha256sum`, `checksums.txt`). A digest beside another file's name is not this file's.
 */
export function digestIn(text: string, url: string): string | undefined {
  const lines = text.split('\n').flatMap((line) => {
    const match = /^([0-9a-f]{64})(?:\s+\*?(\S.*?))?\s*$/i.exec(line.trim());
    return match === null ? [] : [{ digest: match[1]!.toLowerCase(), name: match[2]?.split('/').at(-1) }];
  });
  const wanted = fileName(url);
  const named = lines.find(({ name }) => name === wanted);
  const alone = lines.length === 1 && lines[0]!.name === undefined ? lines[0] : undefined;
  return (named ?? alone)?.digest;
}

function addressOf(url: string, baseUrl: string | undefined): URL {
  const address = new URL(url);
  if (address.protocol !== 'https:') throw new Error(`${url} is not an https address`);
  return baseUrl === undefined
    ? address
    : new URL(`${baseUrl.replace(/\/$/, '')}/${address.host}${address.pathname}${address.search}`);
}

async function textAt(url: string, { baseUrl, timeout = seconds(20), signal }: PublisherOptions): Promise<string> {
  const limit = AbortSignal.timeout(timeout.ms);
  const ends = signal === undefined ? limit : AbortSignal.any([signal, limit]);
  try {
    const answer = await fetch(addressOf(url, baseUrl), { signal: ends, headers: { accept: 'text/plain, */*' } });
    if (baseUrl === undefined && !answer.url.startsWith('https://'))
      throw new Error(`leads to ${answer.url}, which is not an https address`);
    if (!answer.ok) throw new Error(`answered ${answer.status} ${answer.statusText}`.trim());
    const text = await answer.text();
    if (text.length > longest) throw new Error('is too long for a checksum file');
    return text;
  } catch (error) {
    signal?.throwIfAborted();
    if (limit.aborted) throw new Error(`${url} did not answer within ${formatDuration(timeout)}`);
    // What fetch throws says no more than that it failed; why is the cause.
    const { message, cause } = error as Error & { cause?: { message?: string } };
    throw new Error(`${url}: ${cause?.message ?? message}`, { cause: error });
  }
}

/** Publishers of programs over HTTPS. Each checksum file is read once, however many files it tells of. */
export const publisher = (options: PublisherOptions = {}): Publisher => ({
  async digests(files: readonly PublishedFile[]) {
    const texts = new Map<string, Promise<string>>();
    const read = (url: string): Promise<string> => {
      const text = texts.get(url) ?? textAt(url, options);
      texts.set(url, text);
      return text;
    };
    const digests = new Map<string, string>();
    const refused = new Map<string, string>();
    await Promise.all(
      files.map(async ({ url, checksumUrl }) => {
        try {
          const digest = digestIn(await read(checksumUrl), url);
          if (digest === undefined) refused.set(url, `${checksumUrl} holds no sha256 of ${fileName(url)}`);
          else digests.set(url, digest);
        } catch (error) {
          options.signal?.throwIfAborted();
          refused.set(url, error instanceof Error ? error.message : String(error));
        }
      }),
    );
    return { digests, refused };
  },
});
