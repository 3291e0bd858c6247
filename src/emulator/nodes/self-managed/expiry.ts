import { z } from 'zod';
import { hours } from '../../../base/duration.ts';
import { type Bucket, deleteMarker, type ObjectVersion } from '../../aws/s3/state.ts';
import type { Turn } from '../../call.ts';

const rule = z.object({
  Status: z.literal('Enabled'),
  Filter: z.object({ Prefix: z.string() }),
  Expiration: z.object({ Days: z.coerce.number() }).optional(),
  NoncurrentVersionExpiration: z.object({ NoncurrentDays: z.coerce.number() }).optional(),
});
type Rule = z.infer<typeof rule>;

const day = hours(24).ms;
/** S3 counts whole days and acts at midnight UTC: https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html */
const isOver = (since: number, given: number | undefined, now: number): boolean =>
  given !== undefined && now >= Math.ceil((since + given * day) / day) * day;

/**
 * Does to a bucket's objects what its lifecycle rules say of them by now. S3 does so by itself; here whoever writes objects by the clock
 * calls it, so that a world does not grow for ever. Only rules for a prefix are known.
 */
export function expireObjects(turn: Turn, bucket: Bucket): void {
  const { lifecycle } = bucket.configurations as { lifecycle?: { readonly Rules?: readonly unknown[] } };
  for (const one of lifecycle?.Rules ?? []) {
    const read = rule.safeParse(one);
    if (!read.success) continue;
    for (const key of Object.keys(bucket.objects)) {
      if (!key.startsWith(read.data.Filter.Prefix)) continue;
      const left = expired(turn, bucket, { versions: bucket.objects[key]!, rule: read.data });
      if (left.length === 0) delete bucket.objects[key];
      else bucket.objects[key] = left;
    }
  }
}

interface Aged {
  readonly versions: ObjectVersion[];
  readonly rule: Rule;
}

function expired(turn: Turn, bucket: Bucket, { versions, rule }: Aged): ObjectVersion[] {
  const [current, ...earlier] = versions;
  if (current === undefined) return [];
  const old = isOver(current.lastModified, rule.Expiration?.Days, turn.now);
  if (bucket.versioning === undefined) return old ? [] : versions;
  const noncurrent = rule.NoncurrentVersionExpiration?.NoncurrentDays;
  // A version is an earlier one since the next newer was written.
  const left = earlier.filter((_, at) => !isOver(versions[at]!.lastModified, noncurrent, turn.now));
  if (current.deleteMarker === true) return old && left.length === 0 ? [] : [current, ...left];
  const marker = deleteMarker(bucket.versioning === 'Enabled' ? turn.newToken(32) : 'null', turn.now);
  return old ? [marker, current, ...left] : [current, ...left];
}
