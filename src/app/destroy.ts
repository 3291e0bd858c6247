import { type Diagnostic, Failure, isError, reporter } from '../base/diagnostic.ts';
import { milliseconds } from '../base/duration.ts';
import { some } from '../base/some.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { ofKind, type Snapshot } from '../model/snapshot.ts';
import { observeIn } from '../observe/observe.ts';
import { tableOf } from '../plan/links.ts';
import { makeDestroyPlan } from '../plan/make-plan.ts';
import type { Plan } from '../plan/plan.ts';
import { readContext } from '../ports/aws.ts';
import type { Leftover, LeftoverPlaces } from '../ports/leftovers.ts';
import type { Standing } from '../ports/standing.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import { mustBeHere, runSteps, sameWorld, underLock } from './apply.ts';
import { appCodes } from './codes.ts';
import { type AwsToRead, type AwsToWrite, contextFor } from './ports.ts';
import { isExportedOnly, standsAlready } from './stands-already.ts';

const report = reporter(appCodes);

/** What a destroy would remove: what is ours, and what controllers made inside the cluster. */
export interface DestroyPlanned {
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  readonly leftovers: readonly Leftover[];
}

/** Looks for everything that belongs to the cluster. The graph, where the spec still gives one, adds order. Writes nothing. Refuses where children of others would keep EKS from deleting the cluster, and where it was exported and not adopted. */
export async function planDestroy(
  cluster: string,
  graph: ResourceGraph | undefined,
  aws: AwsToRead & Pick<AwsToWrite, 'leftovers'>,
): Promise<DestroyPlanned> {
  const { standing, ...planned } = await look(cluster, graph, aws);
  const half = standsAlready(standing, planned.snapshot).filter(isError);
  if (half.length > 0) throw new Failure(...half);
  if (isExportedOnly(standing, planned.snapshot)) throw new Failure(notOursToRemove(cluster, standing.exported));
  const children = planned.leftovers.filter(keepsCluster);
  if (children.length > 0) throw leftBehind(children);
  return planned;
}

const notOursToRemove = (cluster: string, exported: readonly string[]): Diagnostic =>
  report('app.exported-stays', {
    detail: `exported for cluster ${cluster}: ${some(exported)}`,
    fix: 'Whoever made it removes it: `terraform destroy` or `aws cloudformation delete-stack`. Or `quilla adopt -f FILE` first, and then `quilla destroy`.',
  });

async function look(
  cluster: string,
  graph: ResourceGraph | undefined,
  aws: AwsToRead & Pick<AwsToWrite, 'leftovers'>,
  since?: number,
): Promise<DestroyPlanned & { readonly standing: Standing }> {
  const context = contextFor(aws, cluster);
  const reading = readContext(context);
  const snapshot = await observeIn(aws.readers, reading);
  const plan = makeDestroyPlan(graph, snapshot);
  const leftovers = await aws.leftovers.find(placesOf(snapshot, since), context);
  const standing = await aws.standing.find(reading);
  const runs = snapshot.found.length > 0 ? undefined : await runsWithoutUs(cluster, standing, aws);
  return runs === undefined
    ? { plan, snapshot, leftovers, standing }
    : { plan: { ...plan, notes: [runs] }, snapshot, leftovers: [], standing };
}

/** Nothing is ours and the cluster stands: then what controllers made is its, and nothing that a destroy left. */
async function runsWithoutUs(
  cluster: string,
  { exported, foreignCluster }: Standing,
  { facts }: AwsToRead,
): Promise<Diagnostic | undefined> {
  const running = (await facts.nodeInstances(cluster)).filter(({ state }) => state === 'running');
  const ids = running.map(({ instanceId }) => instanceId);
  const what = [...(foreignCluster === undefined ? [] : [foreignCluster]), ...exported, ...ids];
  return what.length === 0
    ? undefined
    : report('app.runs-without-us', { detail: `of cluster ${cluster}: ${some(what)}` });
}

const keepsCluster = ({ type }: Leftover): boolean => type === 'node-group' || type === 'fargate-profile';

const placesOf = (snapshot: Snapshot, since: number | undefined): LeftoverPlaces => ({
  vpcIds: ofKind(snapshot, 'vpc').map(({ observed }) => observed.vpcId),
  subnetIds: ofKind(snapshot, 'subnet').map(({ observed }) => observed.subnetId),
  ...(since === undefined ? {} : { since }),
});

/** What happens during a destroy: the events of its steps, and those of what controllers left. */
export type DestroyEvent =
  | ApplyEvent
  | { readonly type: 'leftover-removed'; readonly at: number; readonly leftover: Leftover }
  | { readonly type: 'leftover-stays'; readonly at: number; readonly leftover: Leftover };

/** What was agreed to be destroyed. */
export interface DestroyAgreed {
  readonly plan: Plan;
  readonly graph: ResourceGraph | undefined;
  /** Leaves the volumes of the cluster's claims alone. */
  readonly keepVolumes?: boolean;
}

/**
 * Removes nodes and add-ons, idle interfaces of the CNI (which would keep EKS from removing the cluster's security group), the control
 * plane, then what controllers left behind (they made it anew while they ran), then the network. Ends by looking again: `remaining`
 * is what is still there.
 */
export async function* destroy(agreed: DestroyAgreed, aws: AwsToWrite): AsyncGenerator<DestroyEvent, DestroyResult> {
  const { plan, graph, keepVolumes = false } = agreed;
  const stays = (leftover: Leftover): boolean => keepVolumes && leftover.type === 'volume';
  mustBeHere(plan, aws);
  return yield* underLock(plan.cluster, aws, async function* (signal) {
    const held = { ...aws, signal };
    const begun = aws.clock.now();
    const snapshot = await sameWorld(agreed, held);
    const removal = { cluster: plan.cluster, places: placesOf(snapshot, begun), stays };
    const [nodes, controlPlane, network] = split(plan);
    const result = yield* inTurn(
      [
        { plan: nodes, after: () => removeLeftovers({ ...removal, only: isIdleInterface }, held) },
        { plan: controlPlane, after: () => removeLeftovers(removal, held) },
        { plan: network, after: () => removeLeftovers({ ...removal, only: isTrace }, held) },
      ],
      snapshot,
      held,
    );
    const took = milliseconds(aws.clock.now() - begun);
    if (result.outcome !== 'done') return { ...result, took, remaining: [], kept: [] };
    const after = await look(plan.cluster, graph, held, begun);
    const remaining = after.snapshot.found.map(({ kind, name }) => `${tableOf(kind).label} ${name}`);
    const left = after.leftovers.filter(({ belongsToCluster }) => belongsToCluster);
    return {
      ...result,
      took,
      remaining: [...remaining, ...left.filter((one) => !stays(one)).map(({ type, name }) => `${type} ${name}`)],
      kept: left.filter(stays),
    };
  });
}

export interface DestroyResult extends ApplyResult {
  /** What of the cluster is still there after all. */
  readonly remaining: readonly string[];
  /** What is still there as it was asked. */
  readonly kept: readonly Leftover[];
}

interface Phase {
  readonly plan: Plan;
  readonly after: () => AsyncGenerator<DestroyEvent, void>;
}

/** Runs phases one after the other, until one is not done. A phase without steps is not run, what comes after it is. */
async function* inTurn(
  phases: readonly Phase[],
  snapshot: Snapshot,
  aws: AwsToWrite,
): AsyncGenerator<DestroyEvent, ApplyResult> {
  let result: ApplyResult = { outcome: 'done', done: 0, failed: 0, skipped: 0, took: milliseconds(0) };
  for (const { plan, after } of phases) {
    if (plan.steps.length > 0) {
      const next = yield* runSteps(plan, snapshot, aws);
      result = { ...next, done: result.done + next.done };
      if (result.outcome !== 'done') return result;
    }
    yield* after();
  }
  return result;
}

/** Nodes and add-ons; the control plane, seats among it, and what stands on it no longer; network and security, when controllers are gone. */
function split(plan: Plan): [Plan, Plan, Plan] {
  const phases = new Map<string, 0 | 1 | 2>();
  for (const step of plan.steps) {
    const { concern } = tableOf(step.kind);
    const isSeat = step.resource.startsWith('auto-scaling-group/seat-');
    const own = concern === 'network' || concern === 'security' ? 2 : concern === 'control plane' || isSeat ? 1 : 0;
    phases.set(step.id, Math.max(own, ...step.needs.map((id) => phases.get(id) ?? 0)) as 0 | 1 | 2);
  }
  const of = (phase: 0 | 1 | 2): Plan => {
    const isHere = (id: string): boolean => phases.get(id) === phase;
    const steps = plan.steps.filter(({ id }) => isHere(id));
    return { ...plan, steps: steps.map((step) => ({ ...step, needs: step.needs.filter(isHere) })) };
  };
  return [of(0), of(1), of(2)];
}

/** Made by the CNI, and of no node any more. */
const isIdleInterface = ({ type, belongsToCluster }: Leftover): boolean =>
  type === 'network-interface' && belongsToCluster;

/** What appears after the control plane is gone. */
const isTrace = ({ type, belongsToCluster }: Leftover): boolean => type === 'log-group' && belongsToCluster;

interface Removal {
  readonly cluster: string;
  readonly places: LeftoverPlaces;
  readonly stays: (leftover: Leftover) => boolean;
  readonly only?: (leftover: Leftover) => boolean;
}

async function* removeLeftovers(
  { cluster, places, stays, only = () => true }: Removal,
  aws: AwsToWrite,
): AsyncGenerator<DestroyEvent, void> {
  const context = contextFor(aws, cluster);
  const stuck: Leftover[] = [];
  for (const leftover of (await aws.leftovers.find(places, context)).filter(only)) {
    aws.signal.throwIfAborted();
    if (leftover.belongsToCluster && !stays(leftover)) {
      await aws.leftovers.remove(leftover, context);
      yield { type: 'leftover-removed', at: aws.clock.now(), leftover };
    } else {
      if (isInTheWay(leftover)) stuck.push(leftover);
      yield { type: 'leftover-stays', at: aws.clock.now(), leftover };
    }
  }
  if (stuck.length > 0) throw leftBehind(stuck);
}

/** A volume and a log group stand in no network. */
const isInTheWay = ({ type, belongsToCluster }: Leftover): boolean => !belongsToCluster && type !== 'log-group';

const leftBehind = (stuck: readonly Leftover[]): Failure =>
  new Failure(
    report('app.left-behind', {
      detail: stuck.map(({ type, name, because }) => `${type} ${name} (${because})`).join('; '),
      fix: "It is not the cluster's and was not touched. Remove it if it is yours, and run quilla destroy again.",
    }),
  );
