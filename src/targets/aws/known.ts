import type { Found, Snapshot } from '../../model/snapshot.ts';
import { type Ref, refsIn, resolve } from '../../model/value.ts';
import type { Step } from '../../plan/plan.ts';

type Values = Readonly<Record<string, unknown>>;

/** What apply knows of the world: the snapshot, and what each step told when it was done. */
export interface Known {
  /** The object that a step changes, removes or waits for; undefined where the snapshot has none of that name. */
  object(step: Step): Found | undefined;
  learn(resource: string, observed: Values): void;
  forget(step: Step): void;
  /** The wanted fields of a step with every reference filled in; throws where one is not known, which is a bug of the plan. */
  settle(step: Step): Values;
}

export function knownFrom(snapshot: Snapshot): Known {
  const objects = new Map(snapshot.found.map((found) => [`${found.id}#${found.name}`, found]));
  const observed = new Map<string, Values>(
    snapshot.found
      .filter(({ state }) => state !== 'deleting' && state !== 'failed')
      .map((found) => [found.id, knownOf(found)]),
  );
  const lookup = (ref: Ref): string | undefined => {
    const value = observed.get(ref.$ref)?.[ref.field];
    return value === undefined || value === null ? undefined : String(value);
  };
  return {
    object: (step) => objects.get(`${step.resource}#${step.name}`),
    learn: (resource, values) => void observed.set(resource, { ...observed.get(resource), ...values }),
    forget: (step) => void objects.delete(`${step.resource}#${step.name}`),
    settle(step) {
      const settled = resolve(step.after ?? {}, lookup) as Values;
      const open = refsIn(settled);
      if (open.length > 0)
        throw new Error(
          `${step.id}: not known when its needs were met: ${open.map((ref) => `${ref.$ref}.${ref.field}`).join(', ')}`,
        );
      return settled;
    },
  };
}

/** Without the empty texts of what AWS is still making: the wait for it tells them. */
function knownOf({ state, observed }: Found): Values {
  if (state !== 'pending') return observed as Values;
  return Object.fromEntries(Object.entries(observed).filter(([, value]) => value !== ''));
}
