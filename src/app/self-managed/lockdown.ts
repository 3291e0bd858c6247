import { type Diagnostic, reporter } from '../../base/diagnostic.ts';
import type { BucketFacts } from '../../ports/store.ts';
import { storeCodes } from './store-codes.ts';

const report = reporter(storeCodes);

const setByApply = 'quilla apply sets it where the bucket is ours; set it yourself on one of your own.';

/** What keeps a bucket from holding the keys of a cluster, and how to lock it down; empty where it is. */
export function lockdownProblems(facts: BucketFacts, account: string, set = setByApply): Diagnostic[] {
  const { bucket, owner, publicAccessBlocked, versioning, encryption, tlsOnly } = facts;
  if (owner !== account)
    return [
      report('store.not-ours', {
        detail: `bucket ${bucket} belongs to account ${owner}, the cluster to ${account}`,
        fix: 'Name a bucket of your own, or leave storeBucket out.',
      }),
    ];
  return [
    ...(publicAccessBlocked
      ? []
      : [report('store.public', { detail: `public access to bucket ${bucket} is not blocked`, fix: set })]),
    ...(versioning
      ? []
      : [report('store.not-versioned', { detail: `versioning of bucket ${bucket} is off`, fix: set })]),
    ...(encryption === null
      ? [report('store.not-encrypted', { detail: `bucket ${bucket} has no default encryption`, fix: set })]
      : []),
    ...(tlsOnly
      ? []
      : [report('store.plain-http', { detail: `bucket ${bucket} takes requests without TLS`, fix: set })]),
  ];
}
