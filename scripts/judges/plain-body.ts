import type { IncomingHttpHeaders } from 'node:http';

/** The content of a request's body: without the chunks, chunk signatures and trailers of `aws-chunked`. */
export function plainBody(headers: IncomingHttpHeaders, body: Buffer): Buffer {
  if (!String(headers['x-amz-content-sha256'] ?? '').startsWith('STREAMING-')) return body;
  const chunks: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const length = Number.parseInt(body.toString('latin1', at, end), 16);
    if (end < 0 || Number.isNaN(length)) throw new Error('a body of aws-chunked that has no chunks');
    if (length === 0) break;
    chunks.push(body.subarray(end + 2, end + 2 + length));
    at = end + 2 + length + 2;
  }
  return Buffer.concat(chunks);
}
