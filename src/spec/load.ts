import { type Diagnostic, failed, isError, type Location, ok, type Result, reporter } from '../base/diagnostic.ts';
import { checks } from './checks/index.ts';
import type { Cluster } from './cluster.ts';
import { specCodes } from './codes.ts';
import { fillDefaults } from './defaults.ts';
import { type ClusterInput, clusterInput } from './input.ts';
import { type Path, parsePath } from './path.ts';
import type { Finding, Problem } from './problem.ts';
import { salvage } from './salvage.ts';
import { type ShapeProblem, shapeProblems } from './shape.ts';
import { readSource, type Source } from './source.ts';

const report = reporter(specCodes);

export interface LoadOptions {
  /** The name that diagnostics show; absent: none. */
  readonly file?: string | undefined;
  /** Decides which Kubernetes versions are offered, and the default one. */
  readonly today: Date;
  /** For verbs that look at or remove what is there: a version that AWS no longer offers must not keep anybody from that. */
  readonly anyVersion?: true;
}

/** A spec that may be built: with its defaults, as it was written, and the places of its fields. */
export interface LoadedCluster {
  readonly cluster: Cluster;
  readonly input: ClusterInput;
  /** Where a field stands (`spec.nodeGroups[0].size`); for one that was left out, the nearest outer field, under its own path. */
  locate(path: string): Location;
}

function diagnose(problem: Problem, at: Location): Diagnostic {
  const { code, detail, fix } = problem;
  return report(code, { detail, at, ...(fix === undefined ? {} : { fix }) });
}

/** Findings of the checks on what is sound of the document, with the paths of the document. */
function checked(data: unknown, broken: readonly Path[], today: Date): { finding: Finding; path: Path }[] {
  const salvaged = salvage(data, broken);
  if (salvaged === undefined) return [];
  const { input, original } = salvaged;
  const cluster = fillDefaults(input, { today });
  const regionIsOurs = original('spec.region') === undefined;
  return checks
    .flatMap((check) => check({ input, cluster, today }))
    .filter(({ code }) => !(regionIsOurs && (code === 'spec.zone-not-in-region' || code === 'spec.unknown-subnet')))
    .flatMap((finding) => {
      const path = original(finding.path);
      return path === undefined ? [] : [{ finding, path }];
    });
}

const byPlace = (a: Diagnostic, b: Diagnostic): number =>
  (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0);

function withProblems(source: Source, problems: readonly ShapeProblem[], today: Date): Diagnostic[] {
  const shape = problems.map((problem) =>
    diagnose(problem, problem.atKey ? source.locateKey(problem.path) : source.locate(problem.path)),
  );
  const found = checked(
    source.data,
    problems.map(({ broken }) => broken),
    today,
  );
  return [...shape, ...found.map(({ finding, path }) => diagnose(finding, source.locate(path)))].sort(byPlace);
}

/** What depends on which versions are offered today. */
const aboutOffers: ReadonlySet<string> = new Set([
  'spec.version-unknown',
  'spec.version-end-of-life',
  'spec.version-needs-extended',
  'spec.version-not-in-catalog',
]);

/** Reads a spec and says everything that is wrong with it at once, each with its place. Warnings and notes come with a sound one. */
export function loadCluster(text: string, { file, today, anyVersion }: LoadOptions): Result<LoadedCluster> {
  const read = readSource(text, file);
  if (!read.ok) return read;
  const source = read.value;
  const parsed = clusterInput.safeParse(source.data);
  if (!parsed.success) {
    return failed(...withProblems(source, shapeProblems(parsed.error.issues, source), today));
  }
  const input = parsed.data;
  const cluster = fillDefaults(input, { today });
  const diagnostics = checks
    .flatMap((check) => check({ input, cluster, today }))
    .filter(({ code }) => anyVersion !== true || !aboutOffers.has(code))
    .map((finding) => diagnose(finding, source.locate(parsePath(finding.path))))
    .sort(byPlace);
  if (diagnostics.some(isError)) return failed(...diagnostics);
  return ok({ cluster, input, locate: (path) => source.locate(parsePath(path)) }, diagnostics);
}
