import { AwsError } from '../../call.ts';

/** One page of a list and the token for the next. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

const tokenOf = (offset: number): string => Buffer.from(JSON.stringify({ v: 1, offset })).toString('base64');

function offsetOf(token: string): number {
  try {
    const read: unknown = JSON.parse(Buffer.from(token, 'base64').toString('utf8'));
    const offset = (read as { offset?: unknown } | null)?.offset;
    if (typeof offset === 'number' && Number.isInteger(offset) && offset >= 0) return offset;
  } catch {
    // Not ours: told below.
  }
  throw new AwsError('InvalidNextToken', 'The specified NextToken is not valid.');
}

/** Cuts a page by MaxResults and NextToken, everything where neither is given; `limits` are the smallest and largest page that the operation allows. */
export function page<T>(
  items: readonly T[],
  input: { readonly MaxResults?: number | undefined; readonly NextToken?: string | undefined },
  limits: { readonly min: number; readonly max: number } = { min: 5, max: 1000 },
): Page<T> {
  const { MaxResults: size, NextToken: token } = input;
  if (size !== undefined && (size < limits.min || size > limits.max)) {
    const why = `Value ( ${size} ) for parameter maxResults is invalid. Expecting a value between ${limits.min} and ${limits.max}.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  const from = token === undefined || token === '' ? 0 : offsetOf(token);
  const to = from + (size ?? items.length);
  const cut = items.slice(from, to);
  return to < items.length ? { items: cut, nextToken: tokenOf(to) } : { items: cut };
}
