import type { Call } from '../../call.ts';
import { noSuchKey, noSuchVersion } from './errors.ts';
import type { Bucket, ObjectVersion } from './state.ts';

const versionsOf = (bucket: Bucket, key: string): ObjectVersion[] =>
  Object.hasOwn(bucket.objects, key) ? bucket.objects[key]! : [];

/** The newest version that is no delete marker's shadow. */
export function currentVersion(bucket: Bucket, key: string): ObjectVersion | undefined {
  const newest = versionsOf(bucket, key)[0];
  return newest?.deleteMarker ? undefined : newest;
}

/** The version that a request names, or the current one. Throws NoSuchKey or NoSuchVersion. */
export function findVersion(bucket: Bucket, key: string, versionId: string | undefined): ObjectVersion {
  const found =
    versionId === undefined
      ? currentVersion(bucket, key)
      : versionsOf(bucket, key).find((each) => each.versionId === versionId);
  if (found) return found;
  throw versionId === undefined ? noSuchKey(key) : noSuchVersion(key, versionId);
}

/** A new version's id: `null` where the bucket keeps none. */
export const newVersionId = (bucket: Bucket, call: Call): string =>
  bucket.versioning === 'Enabled' ? call.newToken(32) : 'null';

/** Puts a version on top; in a bucket that keeps none (any more) it takes the place of the one called `null`. */
export function addVersion(bucket: Bucket, key: string, version: ObjectVersion): void {
  const others = versionsOf(bucket, key).filter(({ versionId }) => versionId !== version.versionId);
  bucket.objects[key] = [version, ...others];
}

/** Takes one version away for good, and the key with its last. */
export function removeVersion(bucket: Bucket, key: string, versionId: string): ObjectVersion | undefined {
  const versions = versionsOf(bucket, key);
  const removed = versions.find((each) => each.versionId === versionId);
  const left = versions.filter((each) => each !== removed);
  if (left.length === 0) delete bucket.objects[key];
  else bucket.objects[key] = left;
  return removed;
}

/** A version id in an answer: buckets that never kept versions do not mention any. */
export const versionMember = (bucket: Bucket, versionId: string): { VersionId?: string } =>
  bucket.versioning === undefined ? {} : { VersionId: versionId };
