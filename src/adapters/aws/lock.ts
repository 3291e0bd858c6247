import { DeleteParameterCommand, GetParameterCommand, PutParameterCommand } from '@aws-sdk/client-ssm';
import type { Clock } from '../../base/clock.ts';
import { formatDuration, minutes, seconds } from '../../base/duration.ts';
import { clusterTag } from '../../model/tags.ts';
import { isAwsFailure } from '../../ports/aws.ts';
import type { HeldBy, Lease, Lock, LockOwner, Locks } from '../../ports/lock.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';

export const lease: Lease = { length: minutes(2), renewEvery: seconds(30) };
/** A renewal and some seconds for the call. */
const aliveWithin = seconds(40);

/** The SSM parameter that is a cluster's lock. */
export const lockName = (cluster: string): string => `/quilla/${cluster}/lock`;

/** What stands in the parameter. */
interface Hold {
  readonly owner: LockOwner;
  readonly since: string;
  readonly renewed: string;
  readonly leaseSeconds: number;
}
interface Read {
  readonly hold: Hold;
  readonly version: number;
}

const iso = (ms: number): string => new Date(ms).toISOString();
const newHold = (owner: LockOwner, since: number, now: number): Hold => ({
  owner,
  since: iso(since),
  renewed: iso(now),
  leaseSeconds: lease.length.ms / 1000,
});
const endOf = (hold: Hold): number => Date.parse(hold.renewed) + hold.leaseSeconds * 1000;

/** A parameter that is no hold of ours is treated as one that nobody renews: since 1970, held by whoever wrote it. */
function parse(text: string | undefined): Hold {
  try {
    const hold = JSON.parse(text ?? '') as Hold;
    if (typeof hold.owner.id === 'string' && Number.isFinite(endOf(hold))) return hold;
  } catch {
    // Not JSON: below.
  }
  const owner = { user: 'unknown', host: 'unknown', pid: 0, id: '' };
  return { owner, since: iso(0), renewed: iso(0), leaseSeconds: 0 };
}

/** The parameter's four verbs. SSM counts its versions, which is all that there is against races. */
function parameter({ clients, call }: Connection, cluster: string) {
  const Name = lockName(cluster);
  return {
    async read(): Promise<Read | undefined> {
      const answer = await unlessGone(
        call('ssm:GetParameter', () => clients.ssm.send(new GetParameterCommand({ Name }))),
      );
      const found = answer?.Parameter;
      return found === undefined ? undefined : { hold: parse(found.Value), version: found.Version! };
    },
    /** Undefined where it exists. */
    async create(hold: Hold): Promise<number | undefined> {
      const input = {
        ...{ Name, Value: JSON.stringify(hold), Type: 'String' as const, Overwrite: false },
        Description: `Held while Quilla changes the cluster ${cluster}`,
        Tags: [{ Key: clusterTag, Value: cluster }],
      };
      try {
        const answer = await call('ssm:PutParameter', () => clients.ssm.send(new PutParameterCommand(input)));
        return answer.Version!;
      } catch (error) {
        if (isAwsFailure(error, 'exists')) return undefined;
        throw error;
      }
    },
    async overwrite(hold: Hold): Promise<number> {
      const input = { Name, Value: JSON.stringify(hold), Type: 'String' as const, Overwrite: true };
      const answer = await call('ssm:PutParameter', () => clients.ssm.send(new PutParameterCommand(input)), {
        once: true,
      });
      return answer.Version!;
    },
    async remove(): Promise<void> {
      await unlessGone(call('ssm:DeleteParameter', () => clients.ssm.send(new DeleteParameterCommand({ Name }))));
    },
  };
}
type LockParameter = ReturnType<typeof parameter>;

/**
 * Writes over exactly what was read. SSM has no conditional overwrite, but numbers every one: of all who saw version 5 as
 * left behind, just one is given version 6. The others' values stand there for a while, which is harmless: whoever holds
 * the lock goes by that number and renews over them.
 */
async function takeOver(store: LockParameter, before: Read, hold: Hold): Promise<number | undefined> {
  const wanted = before.version + 1;
  try {
    const version = await store.overwrite(hold);
    if (version !== wanted) return undefined;
  } catch (error) {
    if (!isAwsFailure(error) || !error.uncertain) throw error;
  }
  const after = await store.read();
  return after?.version === wanted && after.hold.owner.id === hold.owner.id ? wanted : undefined;
}

interface Holding {
  readonly store: LockParameter;
  readonly clock: Clock;
  readonly owner: LockOwner;
  readonly since: number;
  version: number;
  renewedAt: number;
}

/** Whether the lease certainly still runs: nobody may take the lock over before it ends. */
const holds = (state: Holding): boolean => state.clock.now() < state.renewedAt + lease.length.ms;

/** One renewal; false when the lock is lost. */
async function renew(state: Holding): Promise<boolean> {
  const { store, clock, owner, since } = state;
  const now = clock.now();
  const hold = newHold(owner, since, now);
  if (!holds(state)) {
    // This machine slept: the lock is ours only if it is as we left it and nobody is quicker.
    const there = await store.read();
    if (there?.version !== state.version || there.hold.owner.id !== owner.id) return false;
    const version = await takeOver(store, there, hold);
    if (version === undefined) return false;
    state.version = version;
  } else {
    // Versions begin again where somebody deleted the parameter. Read first: the next holder's may be as low as this one's.
    const there = await store.read();
    const isBroken = there === undefined || (there.hold.owner.id !== owner.id && there.version <= state.version);
    if (isBroken) return false;
    const version = await store.overwrite(hold);
    if (version <= state.version) return false;
    state.version = version;
  }
  state.renewedAt = now;
  return true;
}

async function keep(state: Holding, lost: AbortController, stop: AbortSignal): Promise<void> {
  const { clock } = state;
  while (!stop.aborted) {
    try {
      await clock.sleep(lease.renewEvery, stop);
      if (!(await renew(state))) {
        lost.abort(new Error('the lock was lost to somebody else'));
        return;
      }
    } catch (error) {
      if (stop.aborted) return;
      // AWS cannot be reached: try again while the lease lasts.
      if (!holds(state)) {
        lost.abort(new Error('the lock could not be renewed in time', { cause: error }));
        return;
      }
    }
  }
}

function lockOf(state: Holding): Lock {
  const lost = new AbortController();
  const stop = new AbortController();
  const renewal = keep(state, lost, stop.signal);
  const giveBack = async (): Promise<void> => {
    stop.abort();
    await renewal;
    if (lost.signal.aborted) return;
    // Once the lease has run out somebody may be taking it over: only a fresh hold is ours to delete.
    if (!holds(state) && !(await renew(state))) return;
    await state.store.remove();
  };
  let release: Promise<void> | undefined;
  return {
    held: true,
    owner: state.owner,
    lost: lost.signal,
    release: () => {
      // Once: what stands there later is somebody else's.
      release ??= giveBack();
      return release;
    },
  };
}

const heldBy = ({ hold }: Read): HeldBy => ({
  held: false,
  by: hold.owner,
  since: hold.since,
  renewed: hold.renewed,
  until: iso(endOf(hold)),
});

/** The lock of an EKS cluster: an SSM parameter made without overwriting, with a lease. */
export function parameterLocks(
  connection: Connection,
  cluster: string,
  onWait: (why: string) => void = () => {},
): Locks {
  const store = parameter(connection, cluster);
  const { clock } = connection;
  /** Who still has a lease that ran out by this machine's clock: another's may be behind, but who is alive renews within this time. */
  const stillHeld = async ({ hold, version }: Read): Promise<Read | undefined> => {
    const { user, host } = hold.owner;
    onWait(
      `The lease of ${user} on ${host} ran out; waiting ${formatDuration(aliveWithin)} to see whether it is renewed after all.`,
    );
    await clock.sleep(aliveWithin);
    const after = await store.read();
    return after?.version === version ? undefined : after;
  };
  return {
    exists: async () => (await store.read()) !== undefined,
    async acquire(owner, isGone = () => false) {
      for (;;) {
        const now = clock.now();
        const hold = newHold(owner, now, now);
        const taken = (version: number): Lock => lockOf({ store, clock, owner, since: now, version, renewedAt: now });
        const made = await store.create(hold);
        if (made !== undefined) return taken(made);
        const there = await store.read();
        if (there === undefined) continue;
        // A repeated call of ours whose first answer was lost.
        if (there.hold.owner.id === owner.id) return taken(there.version);
        const gone = isGone(there.hold.owner);
        if (clock.now() < endOf(there.hold) && !gone) return heldBy(there);
        const alive = gone ? undefined : await stillHeld(there);
        if (alive !== undefined) return heldBy(alive);
        const version = await takeOver(store, there, hold);
        if (version !== undefined) return taken(version);
      }
    },
  };
}

const onLock = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `ssm:${action}`,
    resource: `arn:\${partition}:ssm:\${region}:\${account}:parameter/quilla/\${cluster}/lock`,
  }));

/** What holding the lock needs; verbs that only read take none. */
export const lockPermissions: readonly Permission[] = onLock(
  'PutParameter',
  'AddTagsToResource',
  'GetParameter',
  'DeleteParameter',
);
