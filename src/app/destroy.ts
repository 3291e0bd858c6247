import { Failure, reporter } from '../base/diagnostic.ts';
import { milliseconds } from '../base/duration.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import { observe } from '../observe/observe.ts';
import { tableOf } from '../plan/links.ts';
import { makeDestroyPlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import type { Leftover } from '../ports/leftovers.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import { runSteps, sameWorld, underLock } from './apply.ts';
import { appCodes } from './codes.ts';
import { type AwsToRead, type AwsToWrite, contextFor } from './ports.ts';

const report = reporter(appCodes);

/** What a destroy would remove: what is ours, and what controllers made inside the cluster. */
export interface DestroyPlanned {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly leftovers: readonly Leftover[];
}

/** Looks for everything that belongs to the cluster. The graph, where the spec still gives one, adds order. Writes nothing. */
export async function planDestroy(
  cluster: string,
  graph: ResourceGraph | undefined,
  aws: AwsToRead & Pick<AwsToWrite, 'leftovers'>,
): Promise<DestroyPlanned> {
  const context = contextFor(aws, cluster);
  const snapshot = await observe(aws.readers, context);
  const leftovers = await aws.leftovers.find(placesOf(snapshot), context);
  return { plan: makeDestroyPlan(graph, snapshot), snapshot, leftovers };
}

const placesOf = (snapshot: Snapshot): { vpcIds: string[]; subnetIds: string[] } => ({
  vpcIds: ofKind(snapshot, 'vpc').map(({ observed }) => observed.vpcId),
  subnetIds: ofKind(snapshot, 'subnet').map(({ observed }) => observed.subnetId),
});

/** What happens during a destroy: the events of its steps, and those of what controllers left. */
export type DestroyEvent =
  | ApplyEvent
  | { readonly type: 'leftover-removed'; readonly at: number; readonly leftover: Leftover }
  | { readonly type: 'leftover-stays'; readonly at: number; readonly leftover: Leftover };

/**
 * Removes nodes, add-ons and the control plane, then what controllers left behind (they made it anew while they ran), then the
 * network. Ends by looking again: `remaining` is what is still there.
 */
export async function* destroy(
  agreed: { readonly plan: Plan; readonly graph: ResourceGraph | undefined },
  aws: AwsToWrite,
): AsyncGenerator<DestroyEvent, DestroyResult> {
  const { plan, graph } = agreed;
  return yield* underLock(plan.cluster, aws, async function* (signal) {
    const held = { ...aws, signal };
    const begun = aws.clock.now();
    const snapshot = await sameWorld(agreed, held);
    const [first, rest] = split(plan);
    let result = yield* runSteps(first, snapshot, held);
    if (result.outcome !== 'done') return { ...result, remaining: [] };
    yield* removeLeftovers(plan.cluster, snapshot, held);
    if (rest.steps.length > 0) {
      const second = yield* runSteps(rest, snapshot, held);
      result = { ...second, done: result.done + second.done };
    }
    const after = await planDestroy(plan.cluster, graph, held);
    const remaining = after.snapshot.found.map(({ kind, name }) => `${tableOf(kind).label} ${name}`);
    return {
      ...result,
      took: milliseconds(aws.clock.now() - begun),
      remaining: [
        ...remaining,
        ...after.leftovers
          .filter(({ belongsToCluster }) => belongsToCluster)
          .map(({ type, name }) => `${type} ${name}`),
      ],
    };
  });
}

export interface DestroyResult extends ApplyResult {
  /** What of the cluster is still there after all. */
  readonly remaining: readonly string[];
}

/** Steps of network and security wait until controllers are gone; so does all that needs them. */
function split(plan: Plan): [Plan, Plan] {
  const late = new Set<string>();
  for (const step of plan.steps) {
    const { concern } = tableOf(step.kind);
    if (concern === 'network' || concern === 'security' || step.needs.some((id) => late.has(id))) late.add(step.id);
  }
  const early = plan.steps.filter(({ id }) => !late.has(id));
  const rest = plan.steps
    .filter(({ id }) => late.has(id))
    .map((step) => ({ ...step, needs: step.needs.filter((id) => late.has(id)) }));
  return [
    { ...plan, steps: early },
    { ...plan, steps: rest },
  ];
}

async function* removeLeftovers(
  cluster: string,
  snapshot: Snapshot,
  aws: AwsToWrite,
): AsyncGenerator<DestroyEvent, void> {
  const context = contextFor(aws, cluster);
  const stuck: Leftover[] = [];
  for (const leftover of await aws.leftovers.find(placesOf(snapshot), context)) {
    aws.signal.throwIfAborted();
    if (leftover.belongsToCluster) {
      await aws.leftovers.remove(leftover, context);
      yield { type: 'leftover-removed', at: aws.clock.now(), leftover };
    } else {
      stuck.push(leftover);
      yield { type: 'leftover-stays', at: aws.clock.now(), leftover };
    }
  }
  if (stuck.length === 0) return;
  throw new Failure(
    report('app.left-behind', {
      detail: stuck.map(({ type, name, because }) => `${type} ${name} (${because})`).join('; '),
      fix: "It is not the cluster's and was not touched. Remove it if it is yours, and run quilla destroy again.",
    }),
  );
}
