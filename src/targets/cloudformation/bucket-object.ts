import type { CloudFormationKind } from './cloudformation-kind.ts';

/** Only a custom resource could write objects, which is a program that runs in the account. */
export const bucketObject: CloudFormationKind<'bucket-object'> = {
  whyNot: () => 'CloudFormation writes nothing into a bucket; `quilla store fill` does',
  blocks: () => [],
  attributes: { location: null },
};
