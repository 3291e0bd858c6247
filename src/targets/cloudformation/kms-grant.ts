import type { CloudFormationKind } from './cloudformation-kind.ts';

/** There is no resource type for grants. The key is a given one, so that its policy is not ours to write either. */
export const kmsGrant: CloudFormationKind<'kms-grant'> = {
  whyNot: ({ desired }) =>
    `CloudFormation makes no grants, and without it Auto Scaling starts no instance. Make it before the stack: aws kms create-grant --name ${desired.name} --key-id ${desired.keyArn} --grantee-principal ${desired.granteeArn} --operations ${desired.operations.join(' ')}`,
  blocks: () => [],
  attributes: { grantId: null },
};
