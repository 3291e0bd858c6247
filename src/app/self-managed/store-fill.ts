import { sameJson } from '../../base/canonical-json.ts';
import { type Diagnostic, Failure, isError, reporter } from '../../base/diagnostic.ts';
import { some } from '../../base/some.ts';
import type { KindName } from '../../model/kinds/names.ts';
import type { Snapshot } from '../../model/snapshot.ts';
import { type Ref, refsIn } from '../../model/value.ts';
import { observe } from '../../observe/observe.ts';
import { planCodes } from '../../plan/codes.ts';
import { makePlan } from '../../plan/make-plan.ts';
import type { Plan, Step } from '../../plan/plan.ts';
import type { Scope } from '../../ports/aws.ts';
import type { LoadedCluster } from '../../spec/load.ts';
import { apply } from '../../targets/aws/apply.ts';
import type { ApplyEvent, ApplyResult } from '../../targets/aws/events.ts';
import { mustBeHere, underLock } from '../apply.ts';
import { appCodes } from '../codes.ts';
import { observeExported } from '../exported-world.ts';
import { buildFor, locate } from '../graph.ts';
import { type AwsToWrite, contextFor, scopeOf } from '../ports.ts';
import { isSelfManaged } from './hull.ts';
import { selfManagedRefusals } from './refusals.ts';

const report = reporter({ ...appCodes, ...planCodes });

export interface FillOptions {
  /** Documents that say other things than the spec are written anew: where no configuration of Terraform holds them. */
  readonly update?: boolean;
}

/** What filling a store would do. */
export interface FillPlanned {
  /** What is missing of keys and documents; nothing that lies there is written again. */
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly scope: Scope;
  readonly diagnostics: readonly Diagnostic[];
  /** With which it was planned. */
  readonly options: FillOptions;
}

const inStore: ReadonlySet<KindName> = new Set(['cluster-keys', 'bucket-object']);

/** Looks what is missing of what lies in the store and follows from the spec, in a cluster of ours or in one that was exported. Writes nothing. */
export async function planStoreFill(
  loaded: LoadedCluster,
  aws: AwsToWrite,
  options: FillOptions = {},
): Promise<FillPlanned> {
  const { snapshot, graph, scope, diagnostics } = await worldOf(loaded, aws);
  if (!isSelfManaged(snapshot)) throw new Failure(noStore(snapshot, 'the security group of the seats is not there'));
  const whole = makePlan(graph, snapshot);
  const refused = selfManagedRefusals({ plan: whole, graph, snapshot }).filter(isError);
  if (refused.length > 0) throw new Failure(...refused.map((problem) => locate(problem, loaded)));
  const [steps, differing] = [whole.steps.filter(isWanted(options)), whole.steps.filter(isOtherDocument)];
  const ids = new Set(steps.map(({ id }) => id));
  const open = openIn(steps, ids, snapshot);
  if (open.length > 0) throw new Failure(noStore(snapshot, `these are not there yet: ${some(open)}`));
  const own = steps.map((step) => ({ ...step, needs: step.needs.filter((id) => ids.has(id)) }));
  const count = (action: Step['action']): number => own.filter((step) => step.action === action).length;
  const present = snapshot.found.filter(({ kind }) => inStore.has(kind)).length;
  const summary = {
    ...whole.summary,
    create: count('create'),
    update: count('update'),
    replace: 0,
    delete: 0,
    wait: 0,
    unchanged: present - count('update'),
  };
  const notes = options.update === true || differing.length === 0 ? [] : [leftAsTheyAre(differing)];
  return { plan: { ...whole, purpose: 'fill', steps: own, notes, summary }, snapshot, scope, diagnostics, options };
}

/** What is there of the cluster: ours, or else what was exported for it. */
async function worldOf(loaded: LoadedCluster, aws: AwsToWrite) {
  const { name } = loaded.cluster.metadata;
  const own = await observe(aws.readers, contextFor(aws, name));
  if (!isSelfManaged(own)) return observeExported(loaded, aws);
  const { graph } = await buildFor(loaded, aws, Promise.resolve(own));
  if (!graph.ok) throw new Failure(...graph.diagnostics);
  return { snapshot: own, graph: graph.value, scope: scopeOf(aws, name), diagnostics: graph.diagnostics };
}

const isOtherDocument = ({ kind, action, effect }: Step): boolean =>
  kind === 'bucket-object' && action === 'update' && effect !== 'replaces';

/** Documents that are there are left as they are unless asked for: Terraform writes its own. Of keys an update makes what was lost. */
const isWanted =
  ({ update = false }: FillOptions) =>
  (step: Step): boolean =>
    inStore.has(step.kind) &&
    step.effect !== 'replaces' &&
    (step.action === 'create' ||
      (step.action === 'update' && step.kind === 'cluster-keys') ||
      (update && isOtherDocument(step)));

const leftAsTheyAre = (steps: readonly Step[]): Diagnostic =>
  report('app.other-documents', {
    detail: some(steps.map(({ resource }) => resource)),
    fix: 'Where Terraform wrote them, `terraform apply` after a new export changes them; else `quilla store fill --update`.',
  });

/** What steps refer to that neither is there nor is made by them. */
function openIn(steps: readonly Step[], ids: ReadonlySet<string>, { found }: Snapshot): string[] {
  const there = new Set(found.filter(({ state }) => state === 'ready').map(({ id }) => id));
  const open = steps
    .flatMap(({ after }): Ref[] => refsIn(after))
    .filter(({ $ref }) => !there.has($ref) && !ids.has($ref))
    .map(({ $ref }) => $ref);
  return [...new Set(open)].sort();
}

const noStore = (
  { cluster, account, region }: Pick<Snapshot, 'cluster' | 'account' | 'region'>,
  why: string,
): Diagnostic =>
  report('app.no-store-yet', {
    detail: `cluster ${cluster} in account ${account}, region ${region}: ${why}`,
    fix: 'Run `terraform apply`, `aws cloudformation deploy` or `quilla apply` first; then fill the store.',
  });

/** Makes what was planned, under the cluster's lock and if the same is still missing. */
export async function* fillStore(
  loaded: LoadedCluster,
  planned: FillPlanned,
  aws: AwsToWrite,
): AsyncGenerator<ApplyEvent, ApplyResult> {
  mustBeHere(planned.plan, aws);
  return yield* underLock(planned.plan.cluster, aws, async function* (signal) {
    const { plan, snapshot, scope } = await planStoreFill(loaded, { ...aws, signal }, planned.options);
    if (!sameJson(plan.steps, planned.plan.steps)) throw new Failure(stale);
    const { readers, writers, clock } = aws;
    return yield* apply({ plan, snapshot, readers, writers, context: { scope, clock, signal } });
  });
}

const stale = report('plan.stale', {
  detail: 'what is missing in the store changed since it was looked at',
  fix: 'Run `quilla store fill` again and read what it shows.',
});
