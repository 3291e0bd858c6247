import { sameJson } from '../../base/canonical-json.ts';
import { type Data, isData } from './data.ts';
import { StatusError } from './status-error.ts';
import { mergeKeyOf, strategicMerge } from './strategic-merge.ts';

/** One field that an applied configuration sets: the keys to it, `k:{"name":"web"}` for an item of a list. */
type Path = readonly string[];

interface Managed {
  readonly manager: string;
  readonly operation: string;
  readonly fieldsV1: Data;
  readonly [field: string]: unknown;
}

const separator = '\u0000';
const ours = new Set(['apiVersion', 'kind']);
const identity = new Set(['name', 'namespace', 'resourceVersion', 'uid', 'managedFields']);

/** The leaves of a configuration: lists that are not merged by a key are one. */
function leaves(value: unknown, path: Path, field: string): Path[] {
  const key = Array.isArray(value) ? mergeKeyOf(field, value) : undefined;
  if (Array.isArray(value) && key !== undefined) {
    return value.flatMap((item: Data) => leaves(item, [...path, `k:${JSON.stringify({ [key]: item[key] })}`], ''));
  }
  if (!isData(value) || Object.keys(value).length === 0) return [path];
  return Object.entries(value)
    .filter(
      ([name]) =>
        !(path.length === 0 && ours.has(name)) &&
        !(path[0] === 'f:metadata' && path.length === 1 && identity.has(name)),
    )
    .flatMap(([name, child]) => leaves(child, [...path, `f:${name}`], name));
}

function fieldsOf(paths: readonly Path[]): Data {
  const root: Data = {};
  for (const path of paths) {
    let at = root;
    for (const key of path) {
      at[key] ??= {};
      at = at[key] as Data;
    }
  }
  return root;
}

const pathsOf = (fields: Data, path: Path = []): Path[] =>
  Object.keys(fields).length === 0
    ? [path]
    : Object.entries(fields).flatMap(([key, child]) => pathsOf(child as Data, [...path, key]));

/** Follows a path; `remove` takes the last step away. */
function follow(object: unknown, path: Path, remove = false): unknown {
  let at = object;
  for (const [i, key] of path.entries()) {
    const last = remove && i === path.length - 1;
    if (key.startsWith('k:')) {
      const [[name, wanted] = ['', undefined]] = Object.entries(JSON.parse(key.slice(2)) as Data);
      if (!Array.isArray(at)) return undefined;
      const index = at.findIndex((item) => isData(item) && item[name] === wanted);
      if (last && index >= 0) at.splice(index, 1);
      at = at[index];
    } else {
      if (!isData(at)) return undefined;
      const name = key.slice(2);
      const next = at[name];
      if (last) delete at[name];
      at = next;
    }
  }
  return at;
}

export interface Applied {
  readonly config: Data;
  readonly manager: string;
  readonly force: boolean;
  /** RFC 3339. */
  readonly now: string;
}

/**
 * Merges an applied configuration into an object: sets its fields, takes away those that this manager applied before and no longer does,
 * and refuses fields that another one applied with another value, unless forced. Fields that were set by updates are owned by nobody here.
 * https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export function serverSideApply(before: Data, { config, manager, force, now }: Applied): Data {
  const metadata = before.metadata as Data;
  const managed = (metadata.managedFields ?? []) as Managed[];
  const paths = leaves(config, [], '');
  const wanted = new Set(paths.map((path) => path.join(separator)));
  const others = managed.filter((entry) => entry.manager !== manager || entry.operation !== 'Apply');
  const lost = conflicts(before, { config, paths, others });
  if (lost.length > 0 && !force) throw conflictError(lost);
  const after = structuredClone(strategicMerge(before, config));
  const own = managed.find((entry) => entry.manager === manager && entry.operation === 'Apply');
  for (const path of own === undefined ? [] : pathsOf(own.fieldsV1)) {
    const shared = others.some(({ fieldsV1 }) => follow(fieldsV1, []) !== undefined && has(fieldsV1, path));
    if (!wanted.has(path.join(separator)) && !shared) follow(after, path, true);
  }
  const kept = others.map((entry) => ({
    ...entry,
    fieldsV1: fieldsOf(
      pathsOf(entry.fieldsV1).filter((path) => !lost.some((one) => one.path === path.join(separator))),
    ),
  }));
  const entry = {
    manager,
    operation: 'Apply',
    apiVersion: config.apiVersion,
    time: now,
    fieldsType: 'FieldsV1',
    fieldsV1: fieldsOf(paths),
  };
  return { ...after, metadata: { ...(after.metadata as Data), managedFields: [...kept, entry] } };
}

const has = (fields: Data, path: Path): boolean =>
  pathsOf(fields).some((own) => own.join(separator) === path.join(separator));

interface Lost {
  readonly manager: string;
  readonly path: string;
}

function conflicts(
  before: Data,
  { config, paths, others }: { config: Data; paths: readonly Path[]; others: readonly Managed[] },
): Lost[] {
  const changed = paths.filter((path) => !sameJson(follow(before, path), follow(config, path)));
  return others.flatMap(({ manager, fieldsV1 }) =>
    changed.filter((path) => has(fieldsV1, path)).map((path) => ({ manager, path: path.join(separator) })),
  );
}

const readable = (path: string): string =>
  path
    .split(separator)
    .map((key) => (key.startsWith('k:') ? `[${key.slice(3, -1).replace(/^"(\w+)":/, '$1=')}]` : `.${key.slice(2)}`))
    .join('');

function conflictError(lost: readonly Lost[]): StatusError {
  const list = lost.map(({ manager, path }) => `conflict with "${manager}": ${readable(path)}`);
  const count = lost.length === 1 ? '1 conflict' : `${lost.length} conflicts`;
  const causes = lost.map(({ manager, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with "${manager}"`,
    field: readable(path),
  }));
  return new StatusError(409, 'Conflict', `Apply failed with ${count}: ${list.join(', ')}`, { details: { causes } });
}
