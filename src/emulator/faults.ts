import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { parseDuration } from '../base/duration.ts';

const duration = z.string().transform((text, context) => {
  const parsed = parseDuration(text);
  if (parsed) return parsed;
  context.addIssue(`'${text}' is no duration: write it like 30s, 5m or 1h30m`);
  return z.NEVER;
});

/** Which calls a rule is about, and how often it strikes. Without `nth`, `every` and `probability` it strikes each one. */
const matching = {
  /** Signing name: `ec2`. `*` stands for any text. */
  service: z.string().optional(),
  /** `CreateNatGateway`, `Describe*`. */
  operation: z.string().optional(),
  only: z.enum(['reads', 'writes']).optional(),
  /** Only the n-th call that matches, counted from 1. */
  nth: z.int().positive().optional(),
  /** Each n-th call that matches. */
  every: z.int().positive().optional(),
  /** Between 0 and 1, by the plan's seed: the same calls in the same order fail again. */
  probability: z.number().min(0).max(1).optional(),
  /** No more than so many times. */
  times: z.int().positive().optional(),
};

const rule = z.discriminatedUnion('kind', [
  /** Too many requests, in the service's own words. */
  z.strictObject({ kind: z.literal('throttle'), ...matching }),
  /** HTTP 500. */
  z.strictObject({ kind: z.literal('internal-error'), ...matching }),
  /** Carried out, and the connection is cut before the answer. */
  z.strictObject({ kind: z.literal('lost-response'), ...matching }),
  /** The connection is cut before anything is done. */
  z.strictObject({ kind: z.literal('lost-request'), ...matching }),
  /** Reads are answered from the world as it was that long ago. */
  z.strictObject({ kind: z.literal('stale-reads'), lag: duration, ...matching }),
  /** A zone is out of instances of a type (or of all types), from and until times of this AWS's clock since its start. */
  z.strictObject({
    kind: z.literal('no-capacity'),
    zone: z.string().optional(),
    instanceType: z.string().optional(),
    until: duration.optional(),
  }),
  /** The caller may not, whatever the policies say. */
  z.strictObject({ kind: z.literal('denied'), ...matching }),
]);

/** The file of `quilla emulator --faults FILE`: `{ "seed": 7, "rules": [{ "kind": "throttle", "service": "ec2", "every": 3 }] }`. */
export const faultPlanSchema = z.strictObject({ seed: z.int().optional(), rules: z.array(rule) });

/** A fault plan as it is written: durations are texts such as `30s`. */
export type FaultPlan = z.input<typeof faultPlanSchema>;
export type FaultRule = z.output<typeof rule>;

/** Reads a fault plan. Throws an error that names each fault of the file itself. */
export function readFaultPlan(path: string): FaultPlan {
  const given: unknown = JSON.parse(readFileSync(path, 'utf8'));
  const parsed = faultPlanSchema.safeParse(given);
  if (!parsed.success) throw new Error(`${path} is no fault plan:\n${z.prettifyError(parsed.error)}`);
  return given as FaultPlan;
}

/** A call as rules see it. */
export interface FaultSubject {
  readonly service: string;
  readonly operation: string;
  readonly write: boolean;
}

/** What happens to a call. */
export type Strike = Extract<FaultRule, { readonly operation?: string | undefined }>;

export interface Faults {
  /** The rule that strikes this call, if one does; counts the call. */
  strike(subject: FaultSubject): Strike | undefined;
  noCapacity(zone: string, instanceType: string, now: number): boolean;
  /** The longest lag of reads: how much of the past must be kept. */
  readonly longestLag: number;
}

/** Makes a plan work from a time of this AWS's clock on. */
export function createFaults(plan: FaultPlan, startAt: number): Faults {
  const { seed, rules } = faultPlanSchema.parse(plan);
  const random = randomOf(seed ?? 1);
  const counted = rules.map((each) => ({ rule: each, seen: 0, struck: 0 }));
  const strike = (subject: FaultSubject): Strike | undefined => {
    for (const count of counted) {
      const { rule: each } = count;
      if (each.kind === 'no-capacity' || !isAbout(each, subject)) continue;
      count.seen += 1;
      if (!strikesNow(each, count, random)) continue;
      count.struck += 1;
      return each;
    }
    return undefined;
  };
  const noCapacity = (zone: string, instanceType: string, now: number): boolean =>
    rules.some(
      (each) =>
        each.kind === 'no-capacity' &&
        (each.zone ?? zone) === zone &&
        (each.instanceType ?? instanceType) === instanceType &&
        (each.until === undefined || now < startAt + each.until.ms),
    );
  const lags = rules.map((each) => (each.kind === 'stale-reads' ? each.lag.ms : 0));
  return { strike, noCapacity, longestLag: Math.max(0, ...lags) };
}

function isAbout(each: Strike, { service, operation, write }: FaultSubject): boolean {
  if (each.kind === 'stale-reads' && write) return false;
  if (each.only !== undefined && (each.only === 'writes') !== write) return false;
  return matches(each.service, service) && matches(each.operation, operation);
}

function matches(pattern: string | undefined, name: string): boolean {
  if (pattern === undefined) return true;
  const escaped = pattern.split('*').map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 'i').test(name);
}

function strikesNow(each: Strike, { seen, struck }: { seen: number; struck: number }, random: () => number): boolean {
  if (each.times !== undefined && struck >= each.times) return false;
  if (each.nth !== undefined && seen !== each.nth) return false;
  if (each.every !== undefined && seen % each.every !== 0) return false;
  return each.probability === undefined || random() < each.probability;
}

/** mulberry32: small, and the same everywhere. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
