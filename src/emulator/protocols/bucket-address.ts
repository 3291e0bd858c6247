import type { WireRequest } from '../http/request.ts';

/** Which bucket a request is about, and the path within it, still percent-encoded. */
export interface BucketAddress {
  readonly bucket?: string;
  readonly path: string;
}

/**
 * Reads both ways of naming a bucket: in the host (`keys.localhost:4566`, `keys.s3.us-east-1.localhost`) and in the path.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
 */
export function bucketOf({ headers, path }: Pick<WireRequest, 'headers' | 'path'>): BucketAddress {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  const virtual = /^(.+?)\.(?:s3[.-](?:[a-z0-9-]+\.)?)?(?:localhost|amazonaws\.com)$/.exec(host);
  const bucket = virtual?.[1];
  if (bucket && bucket !== 's3' && !bucket.startsWith('s3.') && !bucket.startsWith('s3-'))
    return { bucket, path: path || '/' };
  const [, first = '', rest = '/'] = /^\/([^/]*)(\/.*)?$/.exec(path) ?? [];
  if (first === '') return { path: '/' };
  return { bucket: decodeURIComponent(first), path: rest };
}
