import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { WireRequest } from './request.ts';

/** Signature Version 4: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const algorithm = 'AWS4-HMAC-SHA256';

/** What a request says about its own signature. */
export interface Signature {
  readonly accessKeyId: string;
  /** `20261101` of the credential scope. */
  readonly day: string;
  readonly region: string;
  readonly service: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261101T120000Z`. */
  readonly date: string;
  readonly sessionToken?: string | undefined;
  /** Seconds for which a presigned URL is good; absent where the signature is in a header. */
  readonly expires?: number | undefined;
}

/** Reads the signature of a request, from its header or from its query. Undefined if it has none; an Error if it is not one. */
export function signatureOf(request: WireRequest): Signature | Error | undefined {
  const header = request.headers.authorization;
  if (header !== undefined) return fromHeader(header, request);
  const query = new URLSearchParams(request.query);
  return query.has('X-Amz-Signature') ? fromQuery(query) : undefined;
}

function fromHeader(header: string, request: WireRequest): Signature | Error {
  if (!header.startsWith(algorithm)) return new Error(`Unsupported AWS 'algorithm': '${header.split(' ')[0]}'.`);
  const parts = new Map(
    header
      .slice(algorithm.length)
      .split(',')
      .map((part) => splitOnce(part.trim(), '=')),
  );
  const missing = ['Credential', 'SignedHeaders', 'Signature'].filter((name) => !parts.get(name));
  if (missing.length > 0) {
    return new Error(missing.map((name) => `Authorization header requires '${name}' parameter.`).join(' '));
  }
  const date = request.headers['x-amz-date'];
  if (!date) return new Error("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  return scoped(parts.get('Credential')!, {
    signedHeaders: parts.get('SignedHeaders')!.split(';'),
    signature: parts.get('Signature')!,
    date,
    sessionToken: request.headers['x-amz-security-token'],
  });
}

function fromQuery(query: URLSearchParams): Signature | Error {
  if (query.get('X-Amz-Algorithm') !== algorithm) return new Error(`X-Amz-Algorithm only supports "${algorithm}"`);
  const expires = Number(query.get('X-Amz-Expires') ?? '900');
  if (!Number.isInteger(expires) || expires < 1 || expires > 604_800) {
    return new Error('X-Amz-Expires must be between 1 and 604800 seconds');
  }
  return scoped(query.get('X-Amz-Credential') ?? '', {
    signedHeaders: (query.get('X-Amz-SignedHeaders') ?? '').split(';'),
    signature: query.get('X-Amz-Signature')!,
    date: query.get('X-Amz-Date') ?? '',
    sessionToken: query.get('X-Amz-Security-Token') ?? undefined,
    expires,
  });
}

type Unscoped = Omit<Signature, 'accessKeyId' | 'day' | 'region' | 'service'>;

function scoped(credential: string, rest: Unscoped): Signature | Error {
  const [accessKeyId, day, region, service, terminator] = credential.split('/');
  if (!accessKeyId || !day || !region || !service || terminator !== 'aws4_request') {
    return new Error(
      `Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got '${credential}'.`,
    );
  }
  if (momentOf(rest.date) === undefined || !rest.date.startsWith(day)) {
    return new Error(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}' != '${rest.date}'.`,
    );
  }
  return { accessKeyId, day, region, service, ...rest };
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** Milliseconds since 1970 of `20261101T120000Z`. */
export function momentOf(date: string): number | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date);
  if (!parts) return undefined;
  const [year, month, day, hour, minute, second] = parts.slice(1).map(Number);
  return Date.UTC(year!, month! - 1, day!, hour!, minute!, second!);
}

/** Whether the secret made this signature for this request. */
export function isSignedBy(secretAccessKey: string, signature: Signature, request: WireRequest): boolean {
  const scope = scopeOf(signature);
  const toSign = [algorithm, signature.date, scope, sha256(canonicalRequest(signature, request))].join('\n');
  const expected = createHmac('sha256', signingKey(secretAccessKey, signature)).update(toSign).digest();
  const given = Buffer.from(signature.signature, 'hex');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

export const scopeOf = ({ day, region, service }: Signature): string => `${day}/${region}/${service}/aws4_request`;

/** The key that signs a day's requests to one service in one region. */
export function signingKey(secretAccessKey: string, { day, region, service }: Signature): Buffer {
  const steps = [day, region, service, 'aws4_request'];
  return steps.reduce<Buffer>(
    (key, step) => createHmac('sha256', key).update(step).digest(),
    Buffer.from(`AWS4${secretAccessKey}`),
  );
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex');

function canonicalRequest(signature: Signature, request: WireRequest): string {
  const headers = signature.signedHeaders.map((name) => `${name}:${canonicalHeader(request.headers[name])}\n`).join('');
  return [
    request.method,
    signature.service === 's3' ? request.path : canonicalPath(request.path),
    canonicalQuery(request.query),
    headers,
    signature.signedHeaders.join(';'),
    payloadHash(signature, request),
  ].join('\n');
}

const canonicalHeader = (value = ''): string => value.trim().replace(/ +/g, ' ');

/** Every service but S3 encodes the path once more and takes out `.`, `..` and empty segments. */
function canonicalPath(path: string): string {
  const segments: string[] = [];
  for (const segment of path.split('/')) {
    if (segment === '..') segments.pop();
    else if (segment !== '' && segment !== '.') segments.push(encode(segment));
  }
  const slash = path.endsWith('/') && segments.length > 0 ? '/' : '';
  return `/${segments.join('/')}${slash}`;
}

function canonicalQuery(query: string): string {
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => splitOnce(pair, '='));
  const encoded = pairs
    .map(([name, value]) => [encode(decode(name)), encode(decode(value))] as const)
    .filter(([name]) => name !== 'X-Amz-Signature');
  encoded.sort(([a, x], [b, y]) => (a === b ? compare(x, y) : compare(a, b)));
  return encoded.map(([name, value]) => `${name}=${value}`).join('&');
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** What stands for the body in the signature; presigned S3 URLs do not sign it. */
function payloadHash(signature: Signature, request: WireRequest): string {
  const declared = request.headers['x-amz-content-sha256'];
  if (declared !== undefined) return declared;
  if (signature.expires !== undefined && signature.service === 's3') return 'UNSIGNED-PAYLOAD';
  return sha256(request.body);
}
