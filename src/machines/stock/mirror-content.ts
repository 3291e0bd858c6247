import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Bytes of a file, the last included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/**
 * What a `Range` header asks of so many bytes: `all` where there is none that can be given in one piece, `none` where nothing is there.
 * https://www.rfc-editor.org/rfc/rfc9110#name-range
 */
export function spanOf(header: string | undefined, size: number): Span | 'all' | 'none' {
  const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '') ?? [];
  if (first === undefined || last === undefined || (first === '' && last === '')) return 'all';
  if (first === '')
    return last === '0' || size === 0 ? 'none' : { from: Math.max(0, size - Number(last)), to: size - 1 };
  const [from, to] = [Number(first), last === '' ? size - 1 : Math.min(Number(last), size - 1)];
  if (last !== '' && Number(last) < from) return 'all';
  return from >= size ? 'none' : { from, to };
}

/** Turns every bit of the first byte: of the same size, and with another digest. */
function spoiled(): Transform {
  let begun = false;
  return new Transform({
    transform(part: Buffer, _encoding, done) {
      if (begun || part.length === 0) return done(null, part);
      begun = true;
      const other = Buffer.from(part);
      other[0] = other[0]! ^ 0xff;
      done(null, other);
    },
  });
}

export interface Content {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether other bytes than those of the file go out. */
  readonly spoil: boolean;
}

/** Streams a file, or the part of it that was asked for; of HEAD the headers alone. */
export async function sendContent(request: IncomingMessage, response: ServerResponse, content: Content): Promise<void> {
  const { size } = await stat(content.path);
  const span = spanOf(request.headers.range, size);
  if (span === 'none') {
    response.writeHead(416, { 'content-range': `bytes */${size}`, 'content-length': 0 }).end();
    return;
  }
  const { from, to } = span === 'all' ? { from: 0, to: size - 1 } : span;
  response.writeHead(span === 'all' ? 200 : 206, {
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    ...(span !== 'all' && { 'content-range': `bytes ${from}-${to}/${size}` }),
    ...content.headers,
  });
  if (request.method === 'HEAD' || size === 0) {
    response.end();
    return;
  }
  const source = createReadStream(content.path, { start: from, end: to, highWaterMark: 1 << 20 });
  await (content.spoil ? pipeline(source, spoiled(), response) : pipeline(source, response));
}
