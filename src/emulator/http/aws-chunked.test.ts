import { describe, expect, it } from 'vitest';
import type { Authenticated } from './authenticate.ts';
import { decodeChunked } from './aws-chunked.ts';

// The example of https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html, word for word.
const authenticated: Authenticated = {
  principal: { arn: 'arn:aws:iam::123456789012:user/admin', userId: 'A', accessKeyId: 'AKIAIOSFODNN7EXAMPLE' },
  service: 's3',
  region: 'us-east-1',
  secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
  signature: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    day: '20130524',
    date: '20130524T000000Z',
    region: 'us-east-1',
    service: 's3',
    signedHeaders: [],
    signature: '4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9',
  },
};
const chunks: readonly (readonly [number, string])[] = [
  [65_536, 'ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648'],
  [1024, '0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497'],
  [0, 'b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9'],
];

const requestOf = (body: string, headers: Record<string, string>) => ({
  method: 'PUT',
  path: '/k',
  query: '',
  headers,
  body: Buffer.from(body),
});
const signed = (fill = 'a') =>
  chunks
    .map(([length, signature]) => `${length.toString(16)};chunk-signature=${signature}\r\n${fill.repeat(length)}\r\n`)
    .join('');

describe('aws-chunked bodies', () => {
  const headers = {
    'x-amz-content-sha256': 'STREAMING-AWS4-HMAC-SHA256-PAYLOAD',
    'x-amz-decoded-content-length': '66560',
  };

  it('are put together when each chunk is signed', () => {
    expect(Buffer.from(decodeChunked(requestOf(signed(), headers), authenticated)).toString()).toBe('a'.repeat(66_560));
  });

  it('are refused when a chunk was changed or the length is another', () => {
    expect(() => decodeChunked(requestOf(signed('b'), headers), authenticated)).toThrow(
      'The signature of a chunk does not match',
    );
    const short = { ...headers, 'x-amz-decoded-content-length': '7' };
    expect(() => decodeChunked(requestOf(signed(), short), authenticated)).toThrow('number of bytes');
    expect(() => decodeChunked(requestOf('nonsense', headers), authenticated)).toThrow('not made of chunks');
  });

  it('may be unsigned with a trailer', () => {
    const unsigned = { 'x-amz-content-sha256': 'STREAMING-UNSIGNED-PAYLOAD-TRAILER' };
    const body = '5\r\nhello\r\n0\r\nx-amz-checksum-crc32:NhCmhg==\r\n\r\n';
    expect(Buffer.from(decodeChunked(requestOf(body, unsigned), authenticated)).toString()).toBe('hello');
  });

  it('are left alone when they are not chunked', () => {
    const request = requestOf('plain', { 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' });
    expect(decodeChunked(request, authenticated)).toBe(request.body);
  });
});
