import { type Diagnostic, Failure, isError, reporter } from '../base/diagnostic.ts';
import { leftToDoNotes } from '../insight/left-to-do.ts';
import { supportNote } from '../insight/support.ts';
import { upstreamNote } from '../insight/upstream-support.ts';
import type { Facts } from '../model/facts.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import { observeIn } from '../observe/observe.ts';
import { tableOf } from '../plan/links.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { readContext } from '../ports/aws.ts';
import type { LoadedCluster } from '../spec/load.ts';
import { appCodes } from './codes.ts';
import { checkGivenThings } from './given-things.ts';
import { buildFor, locate } from './graph.ts';
import { type AwsToRead, contextFor } from './ports.ts';
import { checkQuotas } from './quotas.ts';
import { checkSeatsGround } from './self-managed/given-checks.ts';
import { keyLifetime } from './self-managed/key-lifetime.ts';
import { selfManagedRefusals } from './self-managed/refusals.ts';
import { isExportedOnly, seatsWithoutOwner, standsAlready } from './stands-already.ts';

const report = reporter(appCodes);

/** A plan and all that it was made from. */
export interface Planned {
  readonly plan: Plan;
  readonly graph: ResourceGraph;
  readonly snapshot: Snapshot;
  readonly facts: Facts;
  /** Warnings and notes on the way; errors are thrown. */
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks at the world and says what it needs to become what the spec says. Writes nothing. */
export async function planCluster(loaded: LoadedCluster, aws: AwsToRead): Promise<Planned> {
  const { cluster } = loaded;
  const reading = readContext(contextFor(aws, cluster.metadata.name));
  const seen = observeIn(aws.readers, reading);
  const { graph, facts } = await buildFor(loaded, aws, seen);
  const snapshot = await seen;
  if (!graph.ok) throw new Failure(...graph.diagnostics);
  // After the readers: it finds in their answers what is not ours.
  const there = await aws.standing.find(reading);
  const standing = [
    ...standsAlready(there, snapshot),
    ...(await seatsWithoutOwner({ graph: graph.value, snapshot, standing: there }, aws)),
  ];
  if (standing.some(isError)) throw new Failure(...standing);
  const plan = makePlan(graph.value, snapshot);
  const made = { plan, graph: graph.value, snapshot, facts };
  // What was exported is not made a second time, so that it is no matter whether a second one would fit.
  const refused = isExportedOnly(there, snapshot) ? [] : await problemsOf(loaded, made, aws);
  // What stands there already is as a rule why the rest does not fit.
  if (refused.some(isError)) throw new Failure(...standing, ...refused);
  return {
    plan: {
      ...plan,
      notes: [
        ...plan.notes,
        ...leftToDoNotes(plan, graph.value),
        ...support(loaded, { graph: graph.value, snapshot }, aws),
      ].map((note) => locate(note, loaded)),
    },
    graph: graph.value,
    snapshot,
    facts,
    diagnostics: [...graph.diagnostics, ...standing, ...refused],
  };
}

/** What would keep the plan from coming to its end: what can be seen, then what has to be asked. */
async function problemsOf(
  loaded: LoadedCluster,
  { plan, graph, snapshot, facts }: Omit<Planned, 'diagnostics'>,
  aws: AwsToRead,
): Promise<Diagnostic[]> {
  const seen = [
    ...selfManagedRefusals({ plan, graph, snapshot }),
    ...refusals(plan),
    ...irreplaceable(plan),
    ...keyLifetime(snapshot, aws.clock.now()),
  ].map((problem) => locate(problem, loaded));
  const asked = await Promise.all([
    checkQuotas(plan, aws),
    checkGivenThings(loaded, plan, aws),
    checkSeatsGround(loaded, plan, { aws, facts }),
  ]);
  return [...seen, ...asked.flat()];
}

/** Until when the control plane gets what it needs from those who make it. */
function support(
  { cluster: { spec } }: LoadedCluster,
  { graph, snapshot }: Pick<Planned, 'graph' | 'snapshot'>,
  aws: AwsToRead,
): Diagnostic[] {
  const { controlPlane, kubernetesVersion } = spec;
  if (controlPlane.type === 'eks') return supportOfEks(graph, snapshot, aws);
  const minor = kubernetesVersion.split('.').slice(0, 2).join('.');
  return [upstreamNote(minor, new Date(aws.clock.now()))];
}

/** Until when AWS leaves the control plane as it will be. Where somebody else owns a field (`ignore`), what is there counts. */
function supportOfEks({ resources, ignore }: ResourceGraph, snapshot: Snapshot, { clock }: AwsToRead): Diagnostic[] {
  const today = new Date(clock.now());
  const live = ofKind(snapshot, 'cluster')[0]?.settled;
  return resources.flatMap((resource) => {
    if (resource.kind !== 'cluster') return [];
    const isIgnored = (field: string): boolean =>
      ignore.some((one) => one.resource === resource.id && one.fields.includes(field));
    const minor = (isIgnored('version') ? live?.version : undefined) ?? resource.desired.version;
    const upgradePolicy =
      (isIgnored('upgradePolicy') ? live?.upgradePolicy : undefined) ?? resource.desired.upgradePolicy;
    // Both are written in the spec, so that neither refers to something that AWS tells later.
    if (typeof minor !== 'string' || typeof upgradePolicy !== 'string') return [];
    return [supportNote({ minor, upgradePolicy, today })];
  });
}

/** Replacements that would end what runs, for the sake of a field that cannot be changed. */
const irreplaceable = (plan: Plan): Diagnostic[] =>
  plan.steps.flatMap(({ action, kind, effect, because, changes, resource }) => {
    const fix = tableOf(kind).irreplaceable;
    if (fix === undefined || action !== 'create' || effect !== 'replaces') return [];
    const what = changes
      .map(({ field, before, after }) => `${field} ${JSON.stringify(before)} -> ${JSON.stringify(after)}`)
      .join(', ');
    return [report('app.irreplaceable', { detail: `${resource}: ${because}: ${what}`, fix })];
  });

const minorOf = (version: unknown): number => Number(String(version).split('.')[1]);

/** What AWS would refuse halfway and can be seen beforehand. */
function refusals(plan: Plan): Diagnostic[] {
  return plan.steps.flatMap(({ kind, changes }) => {
    const change = kind === 'cluster' ? changes.find(({ field }) => field === 'version') : undefined;
    if (change === undefined || minorOf(change.after) === minorOf(change.before) + 1) return [];
    const next = `1.${minorOf(change.before) + 1}`;
    const fix =
      minorOf(change.after) > minorOf(change.before)
        ? `Set ${next} first.`
        : 'EKS never lowers a version; set the one that runs.';
    return [
      report('app.version-skips', {
        detail: `the cluster runs ${change.before}, the spec says ${change.after}`,
        fix,
        at: { path: 'spec.kubernetesVersion' },
      }),
    ];
  });
}
