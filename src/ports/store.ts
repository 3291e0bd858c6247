import type { CallContext } from './aws.ts';

/** One object of the store as a list shows it; never its content. */
export interface StoreObject {
  readonly key: string;
  readonly bytes: number;
  /** ISO 8601. */
  readonly modified: string;
  /** Whether an earlier version of it stands behind a delete marker (only told for objects that are missing). */
  readonly recoverable?: boolean;
}

/** How a bucket is locked down. */
export interface BucketFacts {
  readonly bucket: string;
  readonly versioning: boolean;
  readonly encryption: string | null;
  readonly publicAccessBlocked: boolean;
  readonly tlsOnly: boolean;
  /** Account that owns it. */
  readonly owner: string;
}

/** Reads a cluster's store. Cannot write. Fails with an AwsFailure. */
export interface StoreReader {
  /** Undefined where there is no such bucket. */
  facts(bucket: string, context: CallContext): Promise<BucketFacts | undefined>;
  list(bucket: string, prefix: string, context: CallContext): Promise<readonly StoreObject[]>;
  /** Keys under the prefix whose latest version is a delete marker. */
  deleted(bucket: string, prefix: string, context: CallContext): Promise<readonly StoreObject[]>;
  /** Text of an object that is not secret; undefined where it is not there. */
  read(bucket: string, key: string, context: CallContext): Promise<string | undefined>;
}

/** A certificate for a person, for when IAM or the authenticator is out of order. */
export interface AdminCertificate {
  /** PEM. */
  readonly certificate: string;
  readonly key: string;
  /** Hexadecimal. */
  readonly serial: string;
  /** ISO 8601. */
  readonly notAfter: string;
}

/** What changes a store beside apply. */
export interface StoreWriter {
  /** Makes an earlier version the latest one again, by removing the delete marker. */
  recover(bucket: string, key: string, context: CallContext): Promise<void>;
  write(bucket: string, key: string, text: string, context: CallContext): Promise<void>;
  /** Removes objects; earlier versions stay behind a delete marker where the bucket keeps them. One that is gone is no error. */
  remove(bucket: string, keys: readonly string[], context: CallContext): Promise<void>;
}

/** Issues from the CA's key in the store; the key never leaves the adapter. */
export interface CertificateIssuer {
  adminCertificate(
    input: { readonly bucket: string; readonly user: string; readonly hours: number },
    context: CallContext,
  ): Promise<AdminCertificate>;
}
