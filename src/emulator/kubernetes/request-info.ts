import { type ResourceType, resourceTypes, reviews } from './resources.ts';

/** What arrives at an API server, without its socket. */
export interface ApiRequest {
  readonly method: string;
  /** `/api/v1/nodes`, decoded by segment where it is read. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a path of the resource API means. */
export interface Target {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** Absent for a review, which is not stored. */
  readonly type?: ResourceType;
}

/** Reads `/apis/apps/v1/namespaces/web/deployments/site/scale`; undefined where it is no resource that is served. */
export function targetOf(path: string): Target | undefined {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .map(decodeURIComponent);
  const root = parts.shift();
  const group = root === 'apis' ? parts.shift() : '';
  const version = parts.shift();
  if ((root !== 'api' && root !== 'apis') || group === undefined || version !== 'v1' || parts.length === 0)
    return undefined;
  const namespaced = parts[0] === 'namespaces' && parts.length > 2 && !['status', 'finalize'].includes(parts[2]!);
  const namespace = namespaced ? parts[1] : undefined;
  const [plural, name, subresource, ...more] = namespaced ? parts.slice(2) : parts;
  if (more.length > 0 || plural === undefined) return undefined;
  const place = {
    group,
    version,
    plural,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
  if (reviews.some((review) => review.group === group && review.plural === plural)) return place;
  const type = Object.values(resourceTypes).find(
    (candidate) => candidate.plural === plural && (candidate.group === group || candidate.alsoInGroup === group),
  );
  if (type === undefined) return undefined;
  if (subresource !== undefined && !type.subresources.includes(subresource)) return undefined;
  if (namespace !== undefined && !type.namespaced) return undefined;
  return { ...place, type };
}

/** The verb that authorization and audit see. */
export function verbOf(method: string, target: Target, query: URLSearchParams): string {
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (target.name !== undefined) return 'get';
      return isWatch(query) ? 'watch' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return target.name === undefined ? 'deletecollection' : 'delete';
    default:
      return method.toLowerCase();
  }
}

export const isWatch = (query: URLSearchParams): boolean => ['true', '1'].includes(query.get('watch') ?? '');
