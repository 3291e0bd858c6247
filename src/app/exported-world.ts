import { sameJson } from '../base/canonical-json.ts';
import { type Diagnostic, Failure } from '../base/diagnostic.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { KindName } from '../model/kinds/names.ts';
import type { Snapshot } from '../model/snapshot.ts';
import type { Ref } from '../model/value.ts';
import { resolve } from '../model/value.ts';
import { observe } from '../observe/observe.ts';
import type { Exported, Noted, Readers, Scope } from '../ports/aws.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { buildFor } from './graph.ts';
import { type AwsToRead, contextFor, scopeOf } from './ports.ts';

/** What Terraform or CloudFormation made for a cluster, ours or not yet, and what the spec asks for. */
export interface ExportedWorld {
  readonly snapshot: Snapshot;
  readonly graph: ResourceGraph;
  readonly diagnostics: readonly Diagnostic[];
  /** In which it is read. */
  readonly scope: Scope;
}

/** What would be noted of the graph's resources, and what they are known by, as far as the world tells what they refer to. */
function toldBy(
  graph: ResourceGraph,
  snapshot: Snapshot,
  { readers, scope }: { readers: Readers; scope: Scope },
): Exported {
  const observed = new Map(
    snapshot.found.map((found) => [found.id, found.observed as Readonly<Record<string, unknown>>]),
  );
  const lookup = ({ $ref, field }: Ref): string | undefined => {
    const value = observed.get($ref)?.[field];
    return value === undefined || value === null || value === '' ? undefined : String(value);
  };
  const notes: Partial<Record<KindName, string[]>> = {};
  const signs: Partial<Record<KindName, Record<string, string>>> = {};
  for (const { kind, id, desired } of graph.resources) {
    const settled = resolve(desired, lookup) as Noted<KindName>['settled'];
    const texts = readers[kind].notes?.({ id, settled } as never, scope) ?? [];
    notes[kind] = [...(notes[kind] ?? []), ...texts];
    const sign = readers[kind].sign?.({ id, settled } as never);
    if (sign !== undefined) signs[kind] = { ...signs[kind], [sign]: id };
  }
  return { notes, signs };
}

/** Each round finds what the one before told the names of: a zone names its VPC, a record its zone. */
const rounds = 6;

/**
 * Looks at what was exported. It bears no notes of what no list of AWS finds by tag, so that the graph says where to look, and what is
 * found says more. Writes nothing.
 */
export async function observeExported(loaded: LoadedCluster, aws: AwsToRead): Promise<ExportedWorld> {
  const { name } = loaded.cluster.metadata;
  let told: Exported = { notes: {}, signs: {} };
  for (let round = 1; ; round += 1) {
    const scope: Scope = { ...scopeOf(aws, name), exported: told };
    const snapshot = await observe(aws.readers, { ...contextFor(aws, name), scope });
    const { graph } = await buildFor(loaded, aws, Promise.resolve(snapshot));
    if (!graph.ok) throw new Failure(...graph.diagnostics);
    const next = toldBy(graph.value, snapshot, { readers: aws.readers, scope });
    if (sameJson(next, told) || round === rounds) {
      return { snapshot, graph: graph.value, diagnostics: graph.diagnostics, scope };
    }
    told = next;
  }
}
