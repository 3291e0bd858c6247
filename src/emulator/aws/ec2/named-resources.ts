import { sha256Hex } from '../../../base/hash.ts';
import type { Turn } from '../../call.ts';

/** IAM's and KMS's state as EC2 asks it: whether something that a launch names exists. */
export interface InstanceProfileFacts {
  readonly arn: string;
  readonly id: string;
}

/** The instance profile with this name or ARN. */
export function instanceProfile(
  turn: Turn,
  by: { readonly name?: string | undefined; readonly arn?: string | undefined },
): InstanceProfileFacts | undefined {
  const found = Object.values(turn.world.iam.instanceProfiles).find(
    (profile) => profile.instanceProfileName === by.name || profile.arn === by.arn,
  );
  return found === undefined ? undefined : { arn: found.arn, id: found.instanceProfileId };
}

/** The ARN of the KMS key that an id, ARN or alias names, if it exists. */
export function kmsKeyArn(turn: Turn, name: string): string | undefined {
  const { keys, aliases } = turn.state.kms;
  const alias = name.includes('alias/') ? aliases[name.slice(name.indexOf('alias/'))] : undefined;
  const id = alias?.keyId ?? name.slice(name.lastIndexOf('/') + 1);
  return keys[id]?.arn;
}

/**
 * The key by which EC2 tells of a volume: never an alias. AWS makes the account's own key for volumes, which nobody sees otherwise here.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_Volume.html
 */
export function toldKeyArn(turn: Turn, kmsKeyId: string): string {
  if (kmsKeyId !== defaultEbsKeyArn(turn)) return kmsKeyId;
  const hex = sha256Hex(kmsKeyId);
  const id = [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)];
  return `arn:aws:kms:${turn.region}:${turn.account}:key/${id.join('-')}`;
}

/** The key of the account that encrypts volumes where a request names none. */
export const defaultEbsKeyArn = (turn: Turn): string => `arn:aws:kms:${turn.region}:${turn.account}:alias/aws/ebs`;
