/** One version of an object. */
export interface ObjectVersion {
  /** `null` in a bucket that was never versioned. */
  readonly versionId: string;
  /** Milliseconds since 1970. */
  readonly lastModified: number;
  /** With its quotation marks, as HTTP writes it. */
  readonly etag: string;
  /** Base64. */
  readonly body: string;
  readonly size: number;
  readonly contentType?: string;
  readonly cacheControl?: string;
  readonly contentEncoding?: string;
  readonly contentDisposition?: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly serverSideEncryption: string;
  readonly kmsKeyId?: string;
  /** By the name of the algorithm: `CRC32`, `SHA256`. */
  readonly checksums: Readonly<Record<string, string>>;
  tags: Record<string, string>;
  /** True for a marker that a deletion left. */
  readonly deleteMarker?: true;
}

export interface Bucket {
  readonly name: string;
  readonly region: string;
  readonly creationDate: number;
  versioning?: 'Enabled' | 'Suspended';
  /** The configurations as they were given, by their name in the API's query: `encryption`, `publicAccessBlock`. */
  configurations: Record<string, unknown>;
  policy?: string;
  tags: Record<string, string>;
  /** Versions by key, the newest first. */
  objects: Record<string, ObjectVersion[]>;
}

/** What S3 holds. Bucket names are global. */
export interface S3State {
  buckets: Record<string, Bucket>;
  /** Names that buckets of other accounts have: whoever asks is refused. */
  foreignBuckets: string[];
}

export const emptyS3State = (): S3State => ({ buckets: {}, foreignBuckets: [] });

/** What a deletion leaves in a bucket with versions. */
export const deleteMarker = (versionId: string, lastModified: number): ObjectVersion => ({
  versionId,
  lastModified,
  etag: '',
  body: '',
  size: 0,
  metadata: {},
  serverSideEncryption: 'AES256',
  checksums: {},
  tags: {},
  deleteMarker: true,
});
