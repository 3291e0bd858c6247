import { type Diagnostic, Failure, isError } from '../base/diagnostic.ts';
import { some } from '../base/some.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { observeIn } from '../observe/observe.ts';
import { makePlan } from '../plan/make-plan.ts';
import { readContext } from '../ports/aws.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { report } from '../targets/export/codes.ts';
import type { Exported, ExportInput } from '../targets/export/exported.ts';
import { exportedInstead } from './exported-instead.ts';
import { buildFor, locate } from './graph.ts';
import { type AwsToRead, contextFor } from './ports.ts';

/** The programs that a cluster can be written for. */
export const exportTargets = ['terraform', 'cloudformation'] as const;
export type ExportTarget = (typeof exportTargets)[number];

export interface ExportOptions {
  readonly target: ExportTarget;
  /** The spec as commands in the folder name it, for outputs: a word of a shell. */
  readonly specFile: string;
  /** Writes import blocks for the cluster that stands; Terraform only. */
  readonly imports: boolean;
}

/** A command of Quilla that follows once the other program is done. */
export interface NextStep {
  readonly command: string;
  /** Why one might leave it out. */
  readonly optional?: string;
}

/** What makes a working cluster of what the other program made, in this order. `specFile` is a word of a shell. */
export function stepsAfter(
  { cluster: { spec } }: LoadedCluster,
  { imports, specFile }: Omit<ExportOptions, 'target'>,
): readonly NextStep[] {
  if (imports) return [{ command: `quilla disown -f ${specFile}` }];
  const fill = { command: `quilla store fill -f ${specFile} --yes` };
  return [
    ...(spec.controlPlane.type === 'self-managed' ? [fill] : []),
    { command: `quilla adopt -f ${specFile}`, optional: 'hand it to Quilla' },
    { command: `quilla kubeconfig -f ${specFile}` },
  ];
}

const emitters: { readonly [T in ExportTarget]: () => Promise<(input: ExportInput) => Exported> } = {
  terraform: async () => (await import('../targets/terraform/emit.ts')).emitTerraform,
  cloudformation: async () => (await import('../targets/cloudformation/emit.ts')).emitCloudFormation,
};

/** What stands in the way of an import: nothing there, a part there, an object on its way in or out. */
function importProblems({ resources }: ResourceGraph, { cluster, found }: Snapshot): Diagnostic[] {
  const fix = 'Run `quilla apply` to its end, then export again.';
  if (found.length === 0) {
    const detail = `nothing carries the tags of cluster ${cluster}`;
    return [
      report('export.not-there', { detail, fix: 'Export without --import, and let Terraform make the cluster.' }),
    ];
  }
  const there = Map.groupBy(found, ({ id }) => id);
  const missing = resources.filter(({ id }) => !there.has(id)).map(({ id }) => id);
  const moving = resources
    .filter(({ id }) => (there.get(id) ?? []).some(({ state }, _, all) => state !== 'ready' || all.length > 1))
    .map(({ id }) => id);
  return [
    ...(missing.length === 0 ? [] : [report('export.half-there', { detail: `missing: ${some(missing, 3)}`, fix })]),
    ...(moving.length === 0 ? [] : [report('export.half-there', { detail: `being changed: ${some(moving, 3)}`, fix })]),
  ];
}

/** What Terraform would show beside imports, since the spec and the world differ. */
function importDifferences(graph: ResourceGraph, snapshot: Snapshot): Diagnostic[] {
  const { steps } = makePlan(graph, snapshot);
  if (steps.length === 0) return [];
  const detail = `the spec and the cluster differ in ${some([...new Set(steps.map(({ resource }) => resource))], 3)}`;
  return [
    report('export.unlike', {
      detail,
      fix: 'Run `quilla apply` first, or expect these changes in the plan of Terraform.',
    }),
  ];
}

/** A cluster that stands and is Quilla's cannot be made a second time: names are taken. */
function standsAlready({ cluster, found }: Snapshot, { target }: ExportOptions): Diagnostic[] {
  if (found.length === 0) return [];
  const detail = `cluster ${cluster} stands and is Quilla's (${found.length} objects)`;
  const fix =
    target === 'terraform'
      ? 'Export with --import to hand it over to Terraform.'
      : 'Deploy the template where the cluster does not stand.';
  return [report('export.stands', { detail, fix })];
}

/**
 * A cluster written for another program, as texts by path. Asks AWS for facts and looks at what stands; writes nothing there. Fails
 * where the spec or an import has an error.
 */
export async function exportCluster(loaded: LoadedCluster, aws: AwsToRead, options: ExportOptions): Promise<Exported> {
  const reading = readContext(contextFor(aws, loaded.cluster.metadata.name));
  const snapshot = await observeIn(aws.readers, reading);
  // An exported cluster remembers who made it as one of ours does: it stays with them, whoever exports it next.
  const exportedThere = snapshot.found.length > 0 ? undefined : await exportedInstead(loaded, reading, aws);
  const { graph, facts } = await buildFor(loaded, aws, Promise.resolve(exportedThere?.snapshot ?? snapshot));
  if (!graph.ok) throw new Failure(...graph.diagnostics);
  const problems = options.imports ? importProblems(graph.value, snapshot) : standsAlready(snapshot, options);
  if (problems.some(isError)) throw new Failure(...problems);
  const emit = await emitters[options.target]();
  const { account, partition } = aws.identity;
  const exported = emit({
    graph: graph.value,
    account,
    partition,
    specFile: options.specFile,
    ...(facts.vpc === null ? {} : { givenVpcRanges: facts.vpc.cidrs }),
    ...(options.imports ? { snapshot } : {}),
  });
  const unlike = options.imports ? importDifferences(graph.value, snapshot) : [];
  return {
    files: exported.files,
    commands: exported.commands,
    diagnostics: [...graph.diagnostics, ...problems, ...unlike, ...exported.diagnostics].map((one) =>
      locate(one, loaded),
    ),
  };
}
