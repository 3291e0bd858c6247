import { sameJson } from '../base/canonical-json.ts';
import { Failure, reporter } from '../base/diagnostic.ts';
import type { ResourceGraph } from '../model/graph.ts';
import type { Snapshot } from '../model/snapshot.ts';
import { observeIn } from '../observe/observe.ts';
import { planCodes } from '../plan/codes.ts';
import { makeDestroyPlan, makePlan } from '../plan/make-plan.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { readContext } from '../ports/aws.ts';
import type { HeldBy, Lock } from '../ports/lock.ts';
import { apply } from '../targets/aws/apply.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import { appCodes } from './codes.ts';
import { type AwsToWrite, contextFor, scopeOf } from './ports.ts';
import { namesTaken, seatsWithoutOwner } from './stands-already.ts';

const report = reporter({ ...appCodes, ...planCodes });

/** A plan and how to make it again: what apply needs to see whether the world moved since. */
export interface Agreed {
  readonly plan: Plan;
  readonly graph: ResourceGraph | undefined;
}

/** Runs a plan under the cluster's lock, if the world still gives this plan; else fails with `plan.stale` before anything is changed. */
export async function* applyPlan(agreed: Agreed, aws: AwsToWrite): AsyncGenerator<ApplyEvent, ApplyResult> {
  const { plan } = agreed;
  mustBeHere(plan, aws);
  return yield* underLock(plan.cluster, aws, async function* (signal) {
    const snapshot = await sameWorld(agreed, aws);
    return yield* runSteps(plan, snapshot, { ...aws, signal });
  });
}

/** Runs the steps of a plan on the world that it was made from. */
export const runSteps = (plan: Plan, snapshot: Snapshot, aws: AwsToWrite): AsyncGenerator<ApplyEvent, ApplyResult> =>
  apply({
    plan,
    snapshot,
    readers: aws.readers,
    writers: aws.writers,
    context: { scope: scopeOf(aws, plan.cluster), clock: aws.clock, signal: aws.signal },
  });

/** Runs work that yields events while the lock is held; a lost lease stops it like Ctrl-C does. */
export async function* underLock<E, R>(
  cluster: string,
  aws: AwsToWrite,
  work: (signal: AbortSignal) => AsyncGenerator<E, R>,
): AsyncGenerator<E, R> {
  const lock = await take(cluster, aws);
  const signal = AbortSignal.any([aws.signal, lock.lost]);
  try {
    const result = yield* work(signal);
    if (lock.lost.aborted)
      throw new Failure(
        report('app.lock-lost', {
          detail: `the lease of cluster ${cluster} ended while this run still worked`,
          fix: 'Run the same command again.',
        }),
      );
    return result;
  } finally {
    await lock.release();
  }
}

/**
 * Where there is nothing to do: removes the lock that a run left behind which died at its very end. One that is held stays.
 * A held one whose lease ran out is waited for some seconds.
 */
export async function clearLock(cluster: string, aws: AwsToWrite): Promise<void> {
  const locks = aws.locks(cluster);
  if (!(await locks.exists())) return;
  const answer = await locks.acquire(aws.owner, aws.isGone);
  if (answer.held) await answer.release();
}

async function take(cluster: string, aws: AwsToWrite): Promise<Lock> {
  const answer = await aws.locks(cluster).acquire(aws.owner, aws.isGone);
  if (answer.held) return answer;
  throw new Failure(heldBy(cluster, answer));
}

const heldBy = (cluster: string, { by: owner, since, until }: HeldBy) =>
  report('app.locked', {
    detail: `${owner.user} on ${owner.host} (process ${owner.pid}) changes cluster ${cluster} since ${since}`,
    fix: `Wait until that run is done. If it died, its lease ends at ${until}.`,
  });

/** Fails where the credentials are of another account or region than the plan was made for. */
export function mustBeHere(plan: Plan, { identity: { account, region } }: AwsToWrite): void {
  if (plan.account === account && plan.region === region) return;
  throw new Failure(
    report('plan.wrong-account', {
      detail: `the plan is for account ${plan.account} in ${plan.region}; the credentials are of ${account} in ${region}`,
      fix: 'Use the credentials that the plan was made with.',
    }),
  );
}

/** The world of now, if it gives the same plan. */
export async function sameWorld({ plan, graph }: Agreed, aws: AwsToWrite): Promise<Snapshot> {
  const reading = readContext(contextFor(aws, plan.cluster));
  const snapshot = await observeIn(aws.readers, reading);
  if (plan.purpose === 'apply') {
    const standing = await aws.standing.find(reading);
    const alone = graph === undefined ? [] : await seatsWithoutOwner({ graph, snapshot, standing }, aws);
    const taken = [...namesTaken(standing, plan.cluster), ...alone];
    if (taken.length > 0) throw new Failure(...taken);
  }
  const now =
    plan.purpose === 'destroy' || graph === undefined ? makeDestroyPlan(graph, snapshot) : makePlan(graph, snapshot);
  const differing = differences(plan.steps, now.steps);
  if (differing.length === 0) return snapshot;
  throw new Failure(
    report('plan.stale', {
      detail: `the plan would differ in ${differing.join(', ')}`,
      fix: 'Make a new plan, read it, and apply that.',
    }),
  );
}

function differences(saved: readonly Step[], now: readonly Step[]): string[] {
  const before = new Map(saved.map((step) => [step.id, step]));
  const after = new Map(now.map((step) => [step.id, step]));
  const ids = [...new Set([...before.keys(), ...after.keys()])];
  return ids.filter((id) => !sameJson(before.get(id), after.get(id)));
}
