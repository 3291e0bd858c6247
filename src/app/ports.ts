import type { Clock } from '../base/clock.ts';
import type { CallContext, Owners, Readers, Scope, Writers } from '../ports/aws.ts';
import type { Facts as FactsReader, Identity } from '../ports/facts.ts';
import type { LeftoverFinder, LeftoverRemover } from '../ports/leftovers.ts';
import type { LockOwner, Locks } from '../ports/lock.ts';
import type { Machines } from '../ports/machines.ts';
import type { Publisher, Resolver } from '../ports/publisher.ts';
import type { StandingReader } from '../ports/standing.ts';
import type { CertificateIssuer, StoreReader, StoreWriter } from '../ports/store.ts';

/** What verbs that only look are given. */
export interface AwsToRead {
  readonly identity: Identity;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly readers: Readers;
  readonly facts: FactsReader;
  readonly standing: StandingReader;
  readonly store: StoreReader;
  readonly publisher: Publisher;
  readonly resolver: Resolver;
}

/** What verbs that act are given beside. */
export interface AwsToWrite extends AwsToRead {
  readonly writers: Writers;
  readonly leftovers: LeftoverFinder & LeftoverRemover;
  locks(cluster: string): Locks;
  /** Who takes locks, new for each run. */
  readonly owner: LockOwner;
  /** Whether a holder of this machine has certainly ended. */
  isGone(owner: LockOwner): boolean;
}

/** What verbs that change whose a cluster is are given beside. */
export interface AwsToOwn extends AwsToWrite {
  readonly owners: Owners;
  readonly storeWriter: StoreWriter;
}

/** What verbs about seats and their store are given beside. */
export interface AwsToOperate extends AwsToRead {
  readonly storeWriter: StoreWriter;
  readonly issuer: CertificateIssuer;
  readonly machines: Machines;
}

export const scopeOf = ({ identity }: AwsToRead, cluster: string): Scope => ({
  cluster,
  region: identity.region,
  account: identity.account,
  partition: identity.partition,
});

/** The context of a call that nobody watches. */
export const contextFor = (aws: AwsToRead, cluster: string): CallContext => ({
  scope: scopeOf(aws, cluster),
  clock: aws.clock,
  signal: aws.signal,
  onWait: () => {},
});
