import type { WireRequest } from '../http/request.ts';
import { scalarFromText, scalarText } from './scalar.ts';
import { kindOf, membersOf, type Shape } from './shape.ts';

/** https://smithy.io/2.0/spec/http-bindings.html */
interface Bindings {
  readonly httpHeader?: string;
  readonly httpPrefixHeaders?: string;
  readonly httpQuery?: string;
  readonly httpQueryParams?: number;
  readonly httpLabel?: number;
  readonly httpPayload?: number;
  readonly httpResponseCode?: number;
}

const bindingsOf = (member: Shape): Bindings => member.getMergedTraits() as Bindings;

/** Members that neither the path, the query nor a header carries: they are in the body. */
export function bodyMembers(shape: Shape): readonly (readonly [string, Shape])[] {
  return membersOf(shape).filter(([, member]) => {
    const { httpHeader, httpPrefixHeaders, httpQuery, httpQueryParams, httpLabel, httpResponseCode } =
      bindingsOf(member);
    return !(httpHeader || httpPrefixHeaders || httpQuery || httpQueryParams || httpLabel || httpResponseCode);
  });
}

/** The member that is the whole body, if there is one. */
export const payloadMember = (shape: Shape): readonly [string, Shape] | undefined =>
  membersOf(shape).find(([, member]) => bindingsOf(member).httpPayload);

/** Reads what path, query and headers say of an input. */
export function readBindings(
  shape: Shape,
  request: WireRequest,
  labels: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const query = new URLSearchParams(request.query);
  const input: Record<string, unknown> = {};
  for (const [name, member] of membersOf(shape)) {
    const value = readBinding(name, member, { query, headers: request.headers, labels });
    if (value !== undefined) input[name] = value;
  }
  return input;
}

interface Sources {
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

function readBinding(name: string, member: Shape, { query, headers, labels }: Sources): unknown {
  const { httpHeader, httpPrefixHeaders, httpQuery, httpQueryParams, httpLabel } = bindingsOf(member);
  if (httpLabel) return labels[name] === undefined ? undefined : scalarFromText(member, labels[name], name);
  if (httpHeader) return readText(member, headers[httpHeader.toLowerCase()], name);
  if (httpQuery) return readQueryValues(member, query.getAll(httpQuery), name);
  if (httpQueryParams) return Object.fromEntries(query);
  if (httpPrefixHeaders) return prefixed(headers, httpPrefixHeaders.toLowerCase());
  return undefined;
}

function readText(member: Shape, text: string | undefined, name: string): unknown {
  if (text === undefined) return undefined;
  if (kindOf(member) !== 'list') return scalarFromText(member, text, name);
  return text.split(',').map((item) => scalarFromText(member.getValueSchema(), item.trim(), name));
}

function readQueryValues(member: Shape, values: readonly string[], name: string): unknown {
  if (values.length === 0) return undefined;
  if (kindOf(member) === 'list') return values.map((value) => scalarFromText(member.getValueSchema(), value, name));
  return scalarFromText(member, values[0]!, name);
}

function prefixed(headers: Readonly<Record<string, string>>, prefix: string): Record<string, string> | undefined {
  const found = Object.entries(headers).filter(([name]) => name.startsWith(prefix));
  return found.length === 0
    ? undefined
    : Object.fromEntries(found.map(([name, value]) => [name.slice(prefix.length), value]));
}

/** What an output says in headers and in its status. */
export interface Bound {
  readonly headers: Record<string, string>;
  readonly status?: number | undefined;
}

export function writeBindings(shape: Shape, output: Readonly<Record<string, unknown>>): Bound {
  const headers: Record<string, string> = {};
  let status: number | undefined;
  for (const [name, member] of membersOf(shape)) {
    const value = output[name];
    if (value === undefined || value === null) continue;
    const { httpHeader, httpPrefixHeaders, httpResponseCode } = bindingsOf(member);
    if (httpHeader) headers[httpHeader.toLowerCase()] = headerText(member, value);
    if (httpResponseCode) status = Number(value);
    if (httpPrefixHeaders)
      Object.assign(headers, withPrefix(httpPrefixHeaders, value as Readonly<Record<string, string>>));
  }
  return { headers, status };
}

const headerText = (member: Shape, value: unknown): string =>
  kindOf(member) === 'list'
    ? (value as readonly unknown[]).map((item) => scalarText(member.getValueSchema(), item, 'header')).join(',')
    : scalarText(member, value, 'header');

const withPrefix = (prefix: string, values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [prefix.toLowerCase() + name, value]));
