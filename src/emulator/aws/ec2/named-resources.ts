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

/** The key of the account that encrypts volumes where a request names none. */
export const defaultEbsKeyArn = (turn: Turn): string => `arn:aws:kms:${turn.region}:${turn.account}:alias/aws/ebs`;
