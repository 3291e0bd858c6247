import { sameJson } from '../base/canonical-json.ts';
import { type Diagnostic, Failure, reporter } from '../base/diagnostic.ts';
import { some } from '../base/some.ts';
import type { Tags } from '../model/field.ts';
import type { Resource, ResourceGraph } from '../model/graph.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { appliedSizeTag, clusterTag, idTag } from '../model/tags.ts';
import { observe } from '../observe/observe.ts';
import { planCodes } from '../plan/codes.ts';
import { tableOf } from '../plan/links.ts';
import { makePlan } from '../plan/make-plan.ts';
import type { Plan, Step } from '../plan/plan.ts';
import type { Scope } from '../ports/aws.ts';
import type { LoadedCluster } from '../spec/load.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import { mustBeHere, underLock } from './apply.ts';
import { appCodes } from './codes.ts';
import { observeExported } from './exported-world.ts';
import { locate } from './graph.ts';
import { keyOf, owningPlan, runOwning } from './owning.ts';
import { type AwsToOwn, contextFor } from './ports.ts';

const report = reporter({ ...appCodes, ...planCodes });

/** What adopting would do, and what a plan would say afterwards. */
export interface AdoptPlanned {
  /** Tags and notes only. Without steps there is nothing to do: the cluster is Quilla's. */
  readonly plan: Plan;
  /** What the next plan will show: adopting changes none of it. */
  readonly next: Plan;
  readonly graph: ResourceGraph;
  /** What was exported and what is ours already. */
  readonly snapshot: Snapshot;
  readonly scope: Scope;
  readonly diagnostics: readonly Diagnostic[];
}

/** Looks whether the whole of what a spec was exported as stands there. Writes nothing. Fails where it is not whole, or somebody else's. */
export async function planAdopt(loaded: LoadedCluster, aws: AwsToOwn): Promise<AdoptPlanned> {
  const { name } = loaded.cluster.metadata;
  const [own, exported] = await Promise.all([
    observe(aws.readers, contextFor(aws, name)),
    observeExported(loaded, aws),
  ]);
  const { graph, scope } = exported;
  if (exported.snapshot.found.length === 0 && own.found.length === 0) throw new Failure(await nothing(name, aws));
  const ours = new Set(own.found.map(keyOf));
  const found = [
    ...exported.snapshot.found,
    ...own.found.filter((one) => !exported.snapshot.found.some((other) => keyOf(other) === keyOf(one))),
  ];
  const snapshot = { ...own, found };
  const isExported = exported.snapshot.found.length > 0;
  const problems = isExported ? refusals(graph, snapshot) : [];
  if (problems.length > 0) throw new Failure(...problems.map((problem) => locate(problem, loaded)));
  const wanted = new Map(graph.resources.map((resource) => [resource.id, resource]));
  const steps = exported.snapshot.found
    .filter((one) => !ours.has(keyOf(one)) && aws.owners[one.kind] !== undefined)
    .map((one) => stepFor(one, { wanted: wanted.get(one.id), cluster: name }));
  const adopted = { ...snapshot, found: found.map((one) => owned(one, tagsFor(one, wanted.get(one.id), name))) };
  return {
    plan: owningPlan('adopt', steps, snapshot),
    next: makePlan(graph, adopted),
    graph,
    snapshot,
    scope,
    diagnostics: exported.diagnostics,
  };
}

/** Takes over what was planned, under the cluster's lock and if the world still gives the same steps. */
export async function* adopt(
  loaded: LoadedCluster,
  planned: AdoptPlanned,
  aws: AwsToOwn,
): AsyncGenerator<ApplyEvent, ApplyResult> {
  mustBeHere(planned.plan, aws);
  return yield* underLock(planned.plan.cluster, aws, async function* (signal) {
    const held = { ...aws, signal };
    const now = await planAdopt(loaded, held);
    if (!sameJson(now.plan.steps, planned.plan.steps)) throw new Failure(stale);
    const desired = new Map(now.graph.resources.map((resource) => [resource.id, resource.desired]));
    return yield* runOwning(held, now, (owner, { found, tags }, context) =>
      owner.own({ found, tags, wanted: desired.get(found.id) ?? {} }, context),
    );
  });
}

const stale = report('plan.stale', {
  detail: 'what was exported changed since it was looked at',
  fix: 'Run `quilla adopt` again and read what it shows.',
});

/** By what Quilla owns; all other tags are as they were exported, and the next plan compares them. */
const tagsFor = (found: Found, wanted: Resource | undefined, cluster: string): Tags => {
  const desired = (wanted?.desired as { readonly tags?: Tags } | undefined)?.tags ?? {};
  const size = desired[appliedSizeTag];
  return { [clusterTag]: cluster, [idTag]: found.id, ...(size === undefined ? {} : { [appliedSizeTag]: size }) };
};

const tagsOf = (found: Found): Tags | undefined => (found.settled as { readonly tags?: Tags }).tags;

/** As readers will show it once it is ours. */
function owned(found: Found, tags: Tags): Found {
  const there = found.kind === 'given-subnet-tags' ? undefined : tagsOf(found);
  return there === undefined
    ? found
    : ({ ...found, settled: { ...found.settled, tags: { ...there, ...tags } } } as Found);
}

function stepFor(found: Found, { wanted, cluster }: { wanted: Resource | undefined; cluster: string }): Step {
  const tags = tagsFor(found, wanted, cluster);
  return {
    id: `${found.id}#${found.name}`,
    action: 'update',
    kind: found.kind,
    resource: found.id,
    name: found.name,
    because: `exported for cluster ${cluster}`,
    effect: 'none',
    changes: [{ field: 'tags', change: 'mutable', after: tags }],
    after: { tags },
    needs: [],
  };
}

const isThere = ({ state }: Found): boolean => state === 'ready' || state === 'pending';

/** Why what is there cannot be taken over as a whole. */
function refusals(graph: ResourceGraph, { cluster, found }: Snapshot): Diagnostic[] {
  const others = found.flatMap((one) => {
    const owner = tagsOf(one)?.[clusterTag];
    return owner === undefined || owner === cluster ? [] : [`${one.id} (${one.name}) of ${owner}`];
  });
  const there = Map.groupBy(found.filter(isThere), ({ kind, id }) => `${kind} ${id}`);
  const twice = [...there.values()]
    .filter((all) => all.length > 1)
    .map((all) => `${all[0]!.id} (${all.map(({ name }) => name).join(', ')})`);
  const missing = graph.resources
    .filter(({ kind, id }) => tableOf(kind).lacking === undefined && !there.has(`${kind} ${id}`))
    .map(({ id }) => id);
  return [
    ...(others.length === 0 ? [] : [othersOwn(others)]),
    ...(twice.length === 0 ? [] : [isTwice(twice)]),
    ...(missing.length === 0 ? [] : [isMissing(missing, graph.resources.length)]),
  ];
}

const othersOwn = (what: readonly string[]): Diagnostic =>
  report('app.exported-others', {
    detail: some(what),
    fix: 'Adopt it under the name of the cluster that it belongs to, or take its tag quilla.dev/cluster away if that cluster is no longer.',
  });

const isTwice = (what: readonly string[]): Diagnostic =>
  report('app.exported-twice', {
    detail: some(what),
    fix: 'Remove the objects that Terraform or CloudFormation does not hold, or their tag quilla.dev/exported.',
  });

const isMissing = (what: readonly string[], all: number): Diagnostic =>
  report('app.exported-half', {
    detail: `${what.length} of ${all}: ${some(what)}`,
    fix: 'Run `terraform apply` or `aws cloudformation deploy` to its end with what this spec exports, then adopt.',
  });

async function nothing(cluster: string, aws: AwsToOwn): Promise<Diagnostic> {
  const names = await aws.standing.exportedFor(contextFor(aws, cluster));
  const { account, region } = aws.identity;
  const others =
    names.length === 0 ? 'nothing there was exported at all' : `what was exported there is for ${some(names)}`;
  return report('app.nothing-exported', {
    detail: `nothing in account ${account} and region ${region} carries quilla.dev/exported=${cluster}; ${others}`,
    fix: 'Give the spec that was exported, and credentials of the account and region where it was applied.',
  });
}
