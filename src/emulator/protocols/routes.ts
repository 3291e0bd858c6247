import type { WireRequest } from '../http/request.ts';
import { membersOf, type Operation, requiredOf } from './shape.ts';

/** The operation that a REST request asks for, and what its path says. */
export interface Routed {
  readonly operation: Operation;
  readonly labels: Readonly<Record<string, string>>;
}

interface Route {
  readonly operation: Operation;
  readonly method: string;
  readonly segments: readonly string[];
  /** Query parameters that the route asks for. */
  readonly literals: readonly (readonly [string, string | undefined])[];
  /** Headers and query parameters without which the operation makes no sense: they tell CopyObject from PutObject. */
  readonly bound: readonly (readonly ['header' | 'query', string])[];
}

/** Reads the routes of a service's operations: `["GET", "/clusters/{name}", 200]`. */
export function routesOf(operations: readonly Operation[]): readonly Route[] {
  return operations.filter(({ http }) => http !== undefined).map(routeOf);
}

function routeOf(operation: Operation): Route {
  const { method, uri } = operation.http!;
  const [path = '/', query = ''] = uri.split('?', 2);
  const pairs = query.split('&').filter((pair) => pair !== '');
  const literals = pairs
    .map((pair) => pair.split('=', 2) as [string, string | undefined])
    .filter(([name]) => name !== 'x-id');
  return { operation, method, segments: segmentsOf(path), literals, bound: boundOf(operation) };
}

const segmentsOf = (path: string): string[] => path.replace(/^\//, '').split('/');

function boundOf({ input }: Operation): Route['bound'] {
  const required = new Set(requiredOf(input));
  return membersOf(input)
    .filter(([name]) => required.has(name))
    .flatMap(([, member]): Route['bound'] => {
      const { httpHeader, httpQuery } = member.getMergedTraits();
      if (httpHeader) return [['header', String(httpHeader).toLowerCase()]];
      return httpQuery ? [['query', String(httpQuery)]] : [];
    });
}

/** Finds the route that says most about a request. */
export function findRoute(
  routes: readonly Route[],
  request: Pick<WireRequest, 'method' | 'path' | 'query' | 'headers'>,
): Routed | undefined {
  const query = new URLSearchParams(request.query);
  let best: { readonly routed: Routed; readonly score: number } | undefined;
  for (const route of routes) {
    if (route.method !== request.method || !isAsked(route, query, request.headers)) continue;
    const labels = match(route.segments, segmentsOf(request.path));
    if (!labels) continue;
    const fixed = route.segments.filter((segment) => !segment.startsWith('{')).length;
    const score = route.literals.length * 1000 + route.bound.length * 100 + fixed;
    if (!best || score > best.score) best = { routed: { operation: route.operation, labels }, score };
  }
  return best?.routed;
}

function isAsked(route: Route, query: URLSearchParams, headers: WireRequest['headers']): boolean {
  const asked = route.literals.every(([name, value]) => (value ? query.get(name) === value : query.has(name)));
  return (
    asked && route.bound.every(([place, name]) => (place === 'query' ? query.has(name) : headers[name] !== undefined))
  );
}

/** `clusters/{name}` against `clusters/k8s`; `{Key+}` takes the rest, slashes and all. */
function match(pattern: readonly string[], path: readonly string[]): Record<string, string> | undefined {
  const labels: Record<string, string> = {};
  for (const [index, segment] of pattern.entries()) {
    const given = path[index];
    const greedy = /^\{(.+)\+\}$/.exec(segment);
    if (greedy) {
      const rest = path.slice(index).join('/');
      if (rest === '') return undefined;
      labels[greedy[1]!] = decodeURIComponent(rest);
      return labels;
    }
    const label = /^\{(.+)\}$/.exec(segment);
    if (given === undefined || (label ? given === '' : given !== segment)) return undefined;
    if (label) labels[label[1]!] = decodeURIComponent(given);
  }
  return path.length === pattern.length ? labels : undefined;
}
