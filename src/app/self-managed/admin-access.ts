import { Failure, reporter } from '../../base/diagnostic.ts';
import { type Duration, formatDuration, hours, minutes, parseDuration } from '../../base/duration.ts';
import { type Found, ofKind } from '../../model/snapshot.ts';
import { storeLayout } from '../../model/store-layout.ts';
import { readContext } from '../../ports/aws.ts';
import type { AdminCertificate } from '../../ports/store.ts';
import { type ApiAddress, clusterAccess } from '../cluster-access.ts';
import { appCodes } from '../codes.ts';
import { type ClusterAsked, exportedInstead, nameOf, storeNotFilled } from '../exported-instead.ts';
import { type AwsToOperate, type AwsToRead, contextFor } from '../ports.ts';
import { storeOf } from './hull.ts';

const report = reporter(appCodes);

/** How long a certificate for a person lasts unless told, at least and at most: it cannot be taken back before it ends. */
const usual: Duration = hours(1);
const least: Duration = minutes(10);
const most: Duration = hours(24);

/** The duration that was asked for; fails with `app.bad-duration`. */
export function adminDuration(text: string | undefined): Duration {
  const asked = text === undefined ? usual : parseDuration(text);
  if (asked !== undefined && asked.ms >= least.ms && asked.ms <= most.ms) return asked;
  const why =
    asked === undefined
      ? 'it is none'
      : asked.ms > most.ms
        ? `the longest is ${formatDuration(most)}`
        : `the shortest is ${formatDuration(least)}`;
  throw new Failure(
    report('app.bad-duration', { detail: `--admin ${text}: ${why}`, fix: 'Write it like 30m, 1h or 1h30m.' }),
  );
}

/** Fails where the control plane is not one's own: only its authority can sign. */
export function mustSign({ controlPlane }: Pick<ApiAddress, 'controlPlane'>, cluster: string): void {
  if (controlPlane === 'self-managed') return;
  throw new Failure(
    report('app.not-self-managed', {
      detail: `cluster ${cluster} is one of EKS, whose certificate authority signs for nobody outside`,
      fix: 'Use IAM: quilla kubeconfig without --admin, and access.principals in the spec.',
    }),
  );
}

export interface AdminAccess extends ApiAddress {
  /** ARN of the caller, for whom it was issued. */
  readonly who: string;
  /** The name in the certificate. */
  readonly user: string;
  readonly issued: AdminCertificate;
  /** Key of the store under which it is noted that it was issued. */
  readonly noted: string;
}

/** Signs a client certificate for the caller and notes it in the store before it is handed over. */
export async function issueAdmin(asked: ClusterAsked, lasts: Duration, aws: AwsToOperate): Promise<AdminAccess> {
  const cluster = nameOf(asked);
  const api = await clusterAccess(asked, aws);
  mustSign(api, cluster);
  const context = contextFor(aws, cluster);
  const bucket = await storeBucket(asked, aws);
  const user = `admin:${aws.identity.arn
    .split(':')
    .at(-1)!
    .replace(/^(user|role|assumed-role)\//, '')}`;
  const issued = await aws.issuer.adminCertificate({ bucket, user, hours: lasts.ms / hours(1).ms }, context);
  const at = new Date(aws.clock.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  const noted = `${storeLayout.breakGlass}${at}-${issued.serial}.json`;
  const note = { who: aws.identity.arn, user, at, until: issued.notAfter, serial: issued.serial };
  await aws.storeWriter.write(bucket, noted, `${JSON.stringify(note, null, 2)}\n`, context);
  return { ...api, who: aws.identity.arn, user, issued, noted };
}

/** A cluster's store as it was found. */
export interface StoreSeen {
  readonly bucket: string;
  /** None where one of them is missing. */
  readonly keys: readonly Found<'cluster-keys'>[];
  /** Whether the cluster was exported and is not Quilla's. */
  readonly exported: boolean;
}

/** The store of a cluster, ours or exported and not adopted; fails with `app.no-cluster`. */
export async function storeSeen(asked: ClusterAsked, aws: AwsToRead): Promise<StoreSeen> {
  const cluster = nameOf(asked);
  const reading = readContext(contextFor(aws, cluster));
  const kinds = ['bucket', 'cluster-keys', 'bucket-object'] as const;
  const own = (await Promise.all(kinds.map((kind) => aws.readers[kind].list(reading)))).flat();
  const ours = storeIn(own);
  if (ours !== undefined) return { ...ours, exported: false };
  const exported = await exportedInstead(asked, reading, aws);
  const there = exported && storeIn(exported.snapshot.found);
  if (there !== undefined) return { ...there, exported: true };
  if (exported !== undefined) throw new Failure(storeNotFilled(cluster, 'has no store, or nothing lies in it'));
  throw new Failure(
    report('app.no-cluster', {
      detail: `cluster ${cluster} has no store in ${aws.identity.region}`,
      fix: 'quilla apply makes it with a self-managed control plane; EKS needs none.',
    }),
  );
}

function storeIn(found: readonly Found[]): Omit<StoreSeen, 'exported'> | undefined {
  const bucket = storeOf({ found });
  return bucket === undefined ? undefined : { bucket, keys: ofKind({ found }, 'cluster-keys') };
}

/** Name of a cluster's store; fails with `app.no-cluster`. */
export const storeBucket = async (asked: ClusterAsked, aws: AwsToRead): Promise<string> =>
  (await storeSeen(asked, aws)).bucket;
