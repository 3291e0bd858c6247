import { type ClusterInput, clusterInput } from './input.ts';
import { formatPath, type Path, parsePath, related, valueAt } from './path.ts';

/** What is left of a document once its broken parts are out, so that the rest can be checked in the same run. */
export interface Salvaged {
  readonly input: ClusterInput;
  /** The path in the document of a path in what is left; undefined where the value was put in by us. */
  original(path: string): Path | undefined;
}

/** Stand-ins for fields that nothing can be checked without. What is found about them is left out. */
const standIns: readonly (readonly [Path, unknown])[] = [
  [['apiVersion'], 'quilla.dev/v1alpha1'],
  [['kind'], 'Cluster'],
  [['metadata'], {}],
  [['metadata', 'name'], 'unnamed'],
  [['spec', 'controlPlane'], 'eks'],
  [['spec', 'region'], 'us-east-1'],
];

type Indices = Map<string, number[]>;

const same = (a: Path, b: Path): boolean => a.length === b.length && a.every((part, i) => part === b[i]);

function without(value: unknown, state: { broken: readonly Path[]; indices: Indices }, at: Path, newAt: Path): unknown {
  if (typeof value !== 'object' || value === null) return value;
  const keeps = (part: string | number): boolean => !state.broken.some((path) => same(path, [...at, part]));
  if (Array.isArray(value)) {
    const kept = value.map((_, i) => i).filter(keeps);
    state.indices.set(formatPath(newAt), kept);
    return kept.map((i, n) => without(value[i], state, [...at, i], [...newAt, n]));
  }
  const entries = Object.entries(value).filter(([key]) => keeps(key));
  return Object.fromEntries(entries.map(([key, item]) => [key, without(item, state, [...at, key], [...newAt, key])]));
}

function put(root: unknown, path: Path, value: unknown): void {
  const holder = valueAt(root, path.slice(0, -1));
  const last = path.at(-1)!;
  if (typeof holder === 'object' && holder !== null && !Array.isArray(holder) && !Object.hasOwn(holder, last))
    (holder as Record<string, unknown>)[last] = value;
}

function toOriginal(path: Path, indices: Indices): Path {
  return path.map((part, i) =>
    typeof part === 'number' ? (indices.get(formatPath(path.slice(0, i)))?.[part] ?? part) : part,
  );
}

/** Where an issue is in the way: the field, or the mapping that lacks one; a stand-in is put where that would be too much. */
function brokenBy(
  issue: { path: readonly PropertyKey[]; code: string; keys?: readonly string[] },
  root: unknown,
): Path[] {
  const path = issue.path as Path;
  if (issue.code === 'unrecognized_keys') return (issue.keys ?? []).map((key) => [...path, key]);
  return [valueAt(root, path) === undefined ? path.slice(0, -1) : path];
}

/** Takes out what `broken` lists, and what then breaks, until the schema accepts the rest; undefined where nothing useful is left. */
export function salvage(data: unknown, broken: readonly Path[]): Salvaged | undefined {
  let out = broken.filter((path) => path.length > 1 || path[0] === 'apiVersion' || path[0] === 'kind');
  for (let round = 0; round < 5; round++) {
    const indices: Indices = new Map();
    const rest = without(data, { broken: out, indices }, [], []);
    for (const [path, value] of standIns) put(rest, path, value);
    const parsed = clusterInput.safeParse(rest);
    if (parsed.success) {
      const isStandIn = (path: Path): boolean =>
        standIns.some(
          ([at]) => same(at, path) && (valueAt(data, at) === undefined || out.some((gone) => same(gone, at))),
        );
      return {
        input: parsed.data,
        original: (text) => {
          const path = toOriginal(parsePath(text), indices);
          return isStandIn(path) || out.some((gone) => related(gone, path)) ? undefined : path;
        },
      };
    }
    const more = parsed.error.issues
      .flatMap((issue) => brokenBy(issue as never, rest))
      .map((path) => toOriginal(path, indices));
    if (more.some((path) => path.length < 2)) return undefined;
    out = [...out, ...more];
  }
  return undefined;
}
