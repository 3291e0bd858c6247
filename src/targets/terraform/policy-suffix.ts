import { canonicalJson } from '../../base/canonical-json.ts';
import { shortHash } from '../../base/hash.ts';
import { isRef } from '../../model/value.ts';
import type { EmitContext } from './terraform-kind.ts';

/** Each policy once: of one that is named twice the later word counts. */
export const oncePerPolicy = <T>(items: readonly T[], arnOf: (item: T) => unknown): readonly T[] => [
  ...new Map(items.map((item) => [canonicalJson(arnOf(item)), item])).values(),
];

/** Policies of AWS itself: `arn:aws:iam::aws:policy/service-role/AmazonEBSCSIDriverPolicy`. None of them has another's name. */
const isManaged = (arn: string): boolean => /^arn:[^:]+:[^:]+::aws:/.test(arn);

/**
 * What tells apart the resources of Terraform that attach policies: what an ARN ends in, or what stands for the policy in the graph. One of
 * an account may be called as one of AWS's, and gets a hash of its ARN always: its address must not change when the other one comes.
 */
export function policySuffix(policyArn: unknown, { nameOf }: Pick<EmitContext, 'nameOf'>): string {
  if (isRef(policyArn)) return `_${nameOf(policyArn.$ref)}`;
  const arn = typeof policyArn === 'string' ? policyArn : canonicalJson(policyArn);
  const name = arn.slice(arn.lastIndexOf('/') + 1).replaceAll(/[^A-Za-z0-9_-]/g, '-');
  return isManaged(arn) ? `_${name}` : `_${name}_${shortHash(arn, 6)}`;
}
