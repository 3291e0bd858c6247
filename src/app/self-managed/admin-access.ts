import { Failure, reporter } from '../../base/diagnostic.ts';
import { type Duration, formatDuration, hours, minutes, parseDuration } from '../../base/duration.ts';
import { storeLayout } from '../../model/store-layout.ts';
import { readContext } from '../../ports/aws.ts';
import type { AdminCertificate } from '../../ports/store.ts';
import { type ApiAddress, clusterAccess } from '../cluster-access.ts';
import { appCodes } from '../codes.ts';
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
export async function issueAdmin(cluster: string, lasts: Duration, aws: AwsToOperate): Promise<AdminAccess> {
  const api = await clusterAccess(cluster, aws);
  mustSign(api, cluster);
  const context = contextFor(aws, cluster);
  const bucket = await storeBucket(cluster, aws);
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

/** Name of a cluster's store; fails with `app.no-cluster`. */
export async function storeBucket(cluster: string, aws: AwsToRead): Promise<string> {
  const context = readContext(contextFor(aws, cluster));
  const kinds = ['bucket', 'cluster-keys', 'bucket-object'] as const;
  const found = (await Promise.all(kinds.map((kind) => aws.readers[kind].list(context)))).flat();
  const bucket = storeOf({ found });
  if (bucket !== undefined) return bucket;
  throw new Failure(
    report('app.no-cluster', {
      detail: `cluster ${cluster} has no store in ${aws.identity.region}`,
      fix: 'quilla apply makes it with a self-managed control plane; EKS needs none.',
    }),
  );
}
