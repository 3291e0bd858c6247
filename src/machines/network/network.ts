import type { Records } from '../made.ts';
import { applyPlan, dropAll, dropMachine, type Hands } from './apply-plan.ts';
import { namespaceOf } from './namespace-of.ts';
import type { Plan } from './plan.ts';
import { planOf } from './plan-of.ts';
import type { Topology } from './topology.ts';

export { namespaceOf } from './namespace-of.ts';

export interface Network {
  /**
   * Makes this host's networks as a topology says; resolves once it or a later one is in place. Calls that come while one runs share
   * the next. Throws where something fails; the next call goes on from what is there.
   */
  sync(topology: Topology): Promise<void>;
  /** Gives a machine that is off an empty namespace with new links, as a machine that starts has one. */
  renew(instanceId: string): Promise<void>;
  /** Removes all that was made. Processes in these namespaces must have ended. */
  close(): Promise<void>;
}

/** Networks of one run: namespaces, veth pairs, routes and packet filters. Needs root, iproute2 and nftables. */
export function createNetwork({ runId, records }: { readonly runId: string; readonly records: Records }): Network {
  if (!/^[0-9a-f]{4}$/.test(runId)) throw new Error(`the id of a run is four hexadecimal digits, not "${runId}"`);
  const hands: Hands = { records, memory: new Map() };
  let wanted: Plan | undefined;
  let standing: string | undefined;
  let isClosed = false;
  let last: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;

  /** One thing at a time, in the order of the calls. */
  const queued = <T>(act: () => Promise<T>): Promise<T> => {
    const done = last.then(act);
    last = done.catch(() => undefined);
    return done;
  };
  const apply = async (): Promise<void> => {
    next = undefined;
    if (wanted === undefined || isClosed) return;
    const plan = wanted;
    const text = JSON.stringify(plan);
    if (text === standing) return;
    standing = undefined;
    await applyPlan(hands, plan);
    standing = text;
  };
  return {
    sync(topology) {
      if (isClosed) return Promise.reject(new Error('the network is closed'));
      wanted = planOf(runId, topology);
      next ??= queued(apply);
      return next;
    },
    renew: (instanceId) =>
      queued(async () => {
        standing = undefined;
        await dropMachine(hands, namespaceOf.machine(runId, instanceId));
        await apply();
      }),
    close() {
      isClosed = true;
      return queued(() => dropAll(hands));
    },
  };
}
