import { sameJson } from '../base/canonical-json.ts';
import { Failure, reporter } from '../base/diagnostic.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { storeLayout } from '../model/store-layout.ts';
import { observeIn } from '../observe/observe.ts';
import { planCodes } from '../plan/codes.ts';
import type { Plan, Step } from '../plan/plan.ts';
import { readContext } from '../ports/aws.ts';
import type { ApplyEvent, ApplyResult } from '../targets/aws/events.ts';
import { mustBeHere, underLock } from './apply.ts';
import { owningPlan, runOwning } from './owning.ts';
import { type AwsToOwn, contextFor, scopeOf } from './ports.ts';
import { storeOf } from './self-managed/hull.ts';

const report = reporter(planCodes);

/** What letting go of a cluster would do. */
export interface DisownPlanned {
  /** Tags, marks and notes that go, and documents of the store that only Quilla reads. Without steps nothing is ours. */
  readonly plan: Plan;
  readonly snapshot: Snapshot;
  /** Where nothing is ours: what was exported for the cluster and nobody adopted. */
  readonly exported: readonly string[];
  /** Of a self-managed cluster: what becomes of its store. */
  readonly store: StoreLeft | null;
}

export interface StoreLeft {
  readonly bucket: string;
  /** Keys that go. */
  readonly goes: readonly string[];
  /** What stays, and why. */
  readonly stays: readonly { readonly prefix: string; readonly because: string }[];
}

/** What machines of the cluster read or write, now and at each boot. */
const staying: StoreLeft['stays'] = [
  { prefix: storeLayout.keys, because: 'a seat that starts reads the keys of the cluster' },
  { prefix: storeLayout.state, because: 'seats read it by a timer: access and charts' },
  { prefix: storeLayout.program, because: 'the second half of the script by which a seat boots' },
  { prefix: 'seats/', because: 'which seats have started: without it a seat would begin an empty cluster' },
  { prefix: storeLayout.backups, because: 'seats write snapshots of etcd there' },
];

/** Looks for all that is ours. Writes nothing. */
export async function planDisown(cluster: string, aws: AwsToOwn): Promise<DisownPlanned> {
  const context = contextFor(aws, cluster);
  const reading = readContext(context);
  const snapshot = await observeIn(aws.readers, reading);
  const exported = snapshot.found.length > 0 ? [] : (await aws.standing.find(reading)).exported;
  const bucket = storeOf(snapshot);
  const records =
    bucket === undefined ? [] : (await aws.store.list(bucket, storeLayout.breakGlass, context)).map(({ key }) => key);
  const documents = snapshot.found.filter(isOnlyOurs);
  const steps = [
    ...documents.map(removal),
    ...snapshot.found.filter(({ kind }) => aws.owners[kind]?.disown !== undefined).map(letGo),
  ];
  const goes = [...documents.map(({ name }) => name.slice(name.indexOf('/') + 1)), ...records].sort();
  return {
    plan: owningPlan('disown', steps, snapshot),
    snapshot,
    exported,
    store: bucket === undefined ? null : { bucket, goes, stays: staying },
  };
}

/** Lets go of what was planned, under the cluster's lock, which goes last, and if the world still gives the same steps. */
export async function* disown(planned: DisownPlanned, aws: AwsToOwn): AsyncGenerator<ApplyEvent, ApplyResult> {
  const { cluster } = planned.plan;
  mustBeHere(planned.plan, aws);
  return yield* underLock(cluster, aws, async function* (signal) {
    const held = { ...aws, signal };
    const now = await planDisown(cluster, held);
    if (!sameJson(now.plan.steps, planned.plan.steps)) throw new Failure(stale);
    const records = now.store?.goes.filter((key) => key.startsWith(storeLayout.breakGlass)) ?? [];
    if (records.length > 0) await aws.storeWriter.remove(now.store!.bucket, records, contextFor(held, cluster));
    return yield* runOwning(held, { ...now, scope: scopeOf(aws, cluster) }, (owner, { found }, context) =>
      owner.disown!(found, context),
    );
  });
}

const stale = report('plan.stale', {
  detail: 'what is ours changed since it was looked at',
  fix: 'Run `quilla disown` again and read what it shows.',
});

/** The spec as it was applied last: for Quilla's own restore, and read by no machine. */
const isOnlyOurs = (found: Found): boolean => found.kind === 'bucket-object' && found.settled.key === storeLayout.spec;

const base = (found: Found) => ({
  id: `${found.id}#${found.name}`,
  kind: found.kind,
  resource: found.id,
  name: found.name,
  effect: 'none' as const,
  needs: [],
});

const removal = (found: Found): Step => ({
  ...base(found),
  action: 'delete',
  because: 'only Quilla reads it',
  changes: [],
});

const letGo = (found: Found): Step => ({
  ...base(found),
  action: 'update',
  because: 'Quilla lets go of the cluster',
  changes: [{ field: 'tags', change: 'mutable' }],
  after: {},
});
