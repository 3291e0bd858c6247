import { shortHash } from '../../../base/hash.ts';
import { named } from '../context.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** Whose bucket it is. */
export interface Owner {
  readonly partition: string;
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
}

/** Unique in all of AWS, and without dots, so that the names of S3's certificate cover it: 63 lower-case letters, digits and hyphens. */
export function ownBucketName({ partition, account, region, cluster }: Owner, what: 'store' | 'issuer'): string {
  const hash = shortHash([partition, account, region, cluster], 12);
  return named(`${cluster.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}-${what}`, hash, 63);
}

/** The same of the cluster that is built. */
export const bucketName = ({ name, spec, facts }: SelfManagedContext, what: 'store' | 'issuer'): string =>
  ownBucketName({ partition: facts.partition, account: facts.account, region: spec.region, cluster: name }, what);

export const bucketArn = ({ facts }: SelfManagedContext, name: string): string => `arn:${facts.partition}:s3:::${name}`;

/** A statement of a bucket's policy: nobody without TLS. */
export const tlsOnly = (bucket: string): object => ({
  Sid: 'TlsOnly',
  Effect: 'Deny',
  Principal: '*',
  Action: 's3:*',
  Resource: [bucket, `${bucket}/*`],
  Condition: { Bool: { 'aws:SecureTransport': 'false' } },
});
