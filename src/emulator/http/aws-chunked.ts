import { createHmac } from 'node:crypto';
import { AwsError } from '../call.ts';
import type { Authenticated } from './authenticate.ts';
import type { WireRequest } from './request.ts';
import { scopeOf, sha256, signingKey } from './sigv4.ts';

/**
 * Takes the chunks out of an aws-chunked body and checks their signatures where they have some.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeChunked(request: WireRequest, authenticated: Authenticated): Uint8Array {
  const kind = request.headers['x-amz-content-sha256'] ?? '';
  if (!kind.startsWith('STREAMING-')) return request.body;
  const signed = kind.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
  let previous = authenticated.signature.signature;
  const chunks: Uint8Array[] = [];
  for (const { data, signature } of chunksOf(Buffer.from(request.body))) {
    if (signed) {
      const expected = chunkSignature(authenticated, previous, data);
      if (signature !== expected)
        throw new AwsError('SignatureDoesNotMatch', 'The signature of a chunk does not match its content.', 403);
      previous = expected;
    }
    chunks.push(data);
  }
  const body = Buffer.concat(chunks);
  const declared = request.headers['x-amz-decoded-content-length'];
  if (declared !== undefined && Number(declared) !== body.length) {
    throw new AwsError(
      'IncompleteBody',
      'You did not provide the number of bytes specified by the Content-Length HTTP header.',
    );
  }
  return body;
}

interface Chunk {
  readonly data: Buffer;
  readonly signature?: string | undefined;
}

/** `1000;chunk-signature=...\r\n` and the data, until a chunk of no length; trailers after that are not read. */
function* chunksOf(body: Buffer): Generator<Chunk> {
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const head = /^([0-9a-fA-F]+)(?:;chunk-signature=([0-9a-f]{64}))?$/.exec(
      body.toString('latin1', at, Math.max(end, at)),
    );
    if (end < 0 || !head)
      throw new AwsError('InvalidChunkSizeError', 'The body is not made of chunks as aws-chunked asks.', 403);
    const length = Number.parseInt(head[1]!, 16);
    yield { data: body.subarray(end + 2, end + 2 + length), signature: head[2] };
    if (length === 0) return;
    at = end + 2 + length + 2;
  }
}

function chunkSignature({ signature, secretAccessKey }: Authenticated, previous: string, data: Uint8Array): string {
  const toSign = [
    'AWS4-HMAC-SHA256-PAYLOAD',
    signature.date,
    scopeOf(signature),
    previous,
    sha256(''),
    sha256(data),
  ].join('\n');
  return createHmac('sha256', signingKey(secretAccessKey, signature)).update(toSign).digest('hex');
}
