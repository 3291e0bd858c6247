import type { Clock } from '../base/clock.ts';
import type { Facts, FactsNeeded } from '../model/facts.ts';
import type { Readers, Scope, Writers } from '../ports/aws.ts';

/** Who asks, and where. */
export interface Identity {
  readonly account: string;
  readonly partition: string;
  readonly region: string;
  /** ARN of the caller as STS tells it. */
  readonly arn: string;
}

/** A quota as the account has it, and how much of it is used. */
export interface QuotaUse {
  readonly limit: number;
  readonly used: number;
}

/** Quotas that a plan may run into. */
export type QuotaName = 'vpcs' | 'elastic-ips' | 'internet-gateways' | 'on-demand-vcpus' | 'spot-vcpus';

/** What verbs that only look are given. */
export interface AwsToRead {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly readers: Readers;
  /** What only AWS can tell and a graph needs; the creator is who asks, as the role or user that stands behind it. */
  facts(needed: FactsNeeded, scope: Scope): Promise<Facts>;
  /** Limits and use of just these quotas. */
  quotas(names: readonly QuotaName[]): Promise<Readonly<Partial<Record<QuotaName, QuotaUse>>>>;
}

/** Who holds a lock. */
export interface LockOwner {
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  readonly id: string;
}

/** A lock that another run holds. */
export interface HeldLock {
  readonly owner: LockOwner;
  /** ISO times on AWS's clock. */
  readonly since: string;
  readonly leaseEnds: string;
}

export interface Lock {
  /** Aborts when the lease could not be renewed. */
  readonly lost: AbortSignal;
  release(): Promise<void>;
}

/** What verbs that act are given beside. */
export interface AwsToWrite extends AwsToRead {
  readonly writers: Writers;
  acquireLock(cluster: string): Promise<{ readonly lock: Lock } | { readonly heldBy: HeldLock }>;
}

export const scopeOf = ({ identity }: AwsToRead, cluster: string): Scope => ({
  cluster,
  region: identity.region,
  account: identity.account,
  partition: identity.partition,
});
