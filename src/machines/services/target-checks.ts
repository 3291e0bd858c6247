import { canonicalJson } from '../../base/canonical-json.ts';
import type { BalancerConfig, BalancerGroup, BalancerNode, BalancerTarget } from './balancer-config.ts';
import { type CheckResult, checkTarget } from './health-check.ts';
import { afterCheck, newTargetState, type TargetState } from './target-state.ts';

/** A target of a group by what tells it from others. */
export const targetKey = (group: string, { id, port }: { readonly id: string; readonly port: number }): string =>
  `${group} ${id} ${port}`;

/** A target whose state has become another, and what the last check said. */
export interface HealthChange {
  readonly group: string;
  readonly target: BalancerTarget;
  readonly before: TargetState;
  readonly after: TargetState;
  /** Why the last check was bad. */
  readonly why?: string;
}

export interface TargetChecks {
  /** From now on just the targets of this are checked; what is known of those that stay is kept. */
  configure(config: BalancerConfig): void;
  stateOf(group: string, target: BalancerTarget): TargetState;
  close(): void;
}

interface Watched {
  readonly group: BalancerGroup;
  readonly target: BalancerTarget;
  readonly from: string | undefined;
  state: TargetState;
  timer?: NodeJS.Timeout;
  ended: boolean;
}

/**
 * Checks every target again and again: at once, then at its group's interval from the start of one to the start of the next. From one
 * node only, of the target's own zone where there is one.
 */
export function createTargetChecks(told: (change: HealthChange) => void): TargetChecks {
  const all = new Map<string, Watched>();
  const end = (key: string, watched: Watched): void => {
    watched.ended = true;
    clearTimeout(watched.timer);
    all.delete(key);
  };
  return {
    configure(config) {
      const wanted = wantedOf(config);
      for (const [key, watched] of all) if (!wanted.has(key)) end(key, watched);
      for (const [key, { group, target, from }] of wanted) {
        const before = all.get(key);
        if (before !== undefined && canonicalJson(subject(before)) === canonicalJson(subject({ group, target, from })))
          continue;
        if (before !== undefined) end(key, before);
        // Another health check does not make a healthy target a new one.
        const watched: Watched = { group, target, from, state: before?.state ?? newTargetState, ended: false };
        all.set(key, watched);
        void checkOn(watched, told);
      }
    },
    stateOf: (group, target) => all.get(targetKey(group, target))?.state ?? newTargetState,
    close() {
      for (const [key, watched] of all) end(key, watched);
    },
  };
}

type Subject = Pick<Watched, 'group' | 'target' | 'from'>;

/** What a running check depends on. */
const subject = ({ group: { check }, target: { address, checkPort }, from }: Subject) => ({
  check: { ...check },
  address,
  checkPort,
  from: from ?? '',
});

function wantedOf({ groups, nodes }: BalancerConfig): Map<string, Subject> {
  const rows = groups.flatMap((group) =>
    group.targets
      .filter(({ draining }) => !draining)
      .map((target): [string, Subject] => [
        targetKey(group.arn, target),
        { group, target, from: nodeFor(nodes, target) },
      ]),
  );
  return new Map(rows);
}

const nodeFor = (nodes: readonly BalancerNode[], { zone }: BalancerTarget): string | undefined =>
  (nodes.find((node) => node.zone === zone) ?? nodes[0])?.address;

async function checkOn(watched: Watched, told: (change: HealthChange) => void): Promise<void> {
  const { group, target, from } = watched;
  const begun = performance.now();
  const result = await checkTarget(group.check, { address: target.address, port: target.checkPort, from });
  if (watched.ended) return;
  note(watched, result, told);
  const rest = Math.max(group.check.intervalSeconds * 1000 - (performance.now() - begun), 0);
  watched.timer = setTimeout(() => void checkOn(watched, told), rest);
}

function note(watched: Watched, result: CheckResult, told: (change: HealthChange) => void): void {
  const before = watched.state;
  const after = afterCheck(before, result.good, watched.group.check);
  watched.state = after;
  if (before.health === after.health && before.answering === after.answering) return;
  const { group, target } = watched;
  told({ group: group.arn, target, before, after, ...(!result.good && { why: result.why }) });
}
