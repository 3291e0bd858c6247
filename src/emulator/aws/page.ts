import { AwsError } from '../call.ts';

export interface PageRequest {
  readonly token: string | undefined;
  /** What the caller asked for; the service's usual page where absent. */
  readonly size: number | undefined;
  readonly usual: number;
  /** The error of a token that this AWS never gave. */
  readonly invalidToken?: () => AwsError;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

const prefix = 'offset:';
const encode = (offset: number): string => Buffer.from(`${prefix}${offset}`).toString('base64');

function decode(token: string): number | undefined {
  const text = Buffer.from(token, 'base64').toString('latin1');
  const offset = text.startsWith(prefix) ? Number(text.slice(prefix.length)) : Number.NaN;
  return Number.isSafeInteger(offset) && offset > 0 ? offset : undefined;
}

/** One page of a list and the token of the next; an unknown token is an error, as with AWS. */
export function pageOf<T>(all: readonly T[], request: PageRequest): Page<T> {
  const start = request.token === undefined ? 0 : decode(request.token);
  if (start === undefined) {
    throw request.invalidToken?.() ?? new AwsError('InvalidParameterException', 'Invalid token.');
  }
  const end = start + (request.size ?? request.usual);
  return { items: all.slice(start, end), next: end < all.length ? encode(end) : undefined };
}
