import { noSuchBucket } from '../aws/s3/errors.ts';
import { isOpenToEverybody } from '../aws/s3/public-access.ts';
import { AwsError, type Call } from '../call.ts';
import { protocols } from '../protocols/index.ts';
import type { LoadedService } from '../protocols/protocol.ts';
import type { Turns } from '../turns.ts';
import type { WireRequest, WireResponse } from './request.ts';

/** Whether a request without a signature may be for an object of S3: a browser, or whoever reads an issuer's documents. */
export const mayBeAnonymous = ({ method, headers, query }: WireRequest): boolean =>
  (method === 'GET' || method === 'HEAD') &&
  headers.authorization === undefined &&
  headers['x-amz-target'] === undefined &&
  !/(^|&)(Action|X-Amz-)/.test(query);

const denied = (): AwsError => new AwsError('AccessDenied', 'Access Denied', 403);

/** Answers with an object that everybody may read. Throws S3's errors; an object that is not there looks like one that is closed. */
function read(request: WireRequest, requestId: string, given: { loaded: LoadedService; turns: Turns }): WireResponse {
  const { loaded, turns } = given;
  const { operation, input } = protocols.restXml.read(loaded, request);
  const { Bucket: name, Key: key } = input as { readonly Bucket?: string; readonly Key?: string };
  if (!['GetObject', 'HeadObject'].includes(operation.name) || name === undefined || key === undefined) throw denied();
  const bucket = turns.world.s3.buckets[name];
  if (bucket === undefined) throw turns.world.s3.foreignBuckets.includes(name) ? denied() : noSuchBucket(name);
  if (!isOpenToEverybody(bucket, key) || bucket.objects[key]?.[0]?.deleteMarker !== undefined || !bucket.objects[key])
    throw denied();
  const principal = { arn: 'anonymous', userId: 'anonymous', accessKeyId: '' };
  const turn = turns.at(bucket.region, turns.world.now);
  const call: Call = Object.assign(Object.defineProperties({}, Object.getOwnPropertyDescriptors(turn)) as typeof turn, {
    principal,
    requestId,
    operation: operation.name,
  });
  const output = loaded.service.handlers[operation.name]!(input, call);
  return protocols.restXml.answer(loaded, operation, { output, requestId });
}

/** An unsigned read of S3: only of what a bucket's policy opens to everybody. */
export function answerAnonymous(
  request: WireRequest,
  requestId: string,
  given: { readonly loaded: LoadedService; readonly turns: Turns },
): WireResponse {
  try {
    return read(request, requestId, given);
  } catch (cause) {
    if (cause instanceof AwsError) return protocols.restXml.error(given.loaded, cause, { requestId, request });
    throw cause;
  }
}
