import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

/** Days in which the deletion of a key can be taken back: the most that KMS gives. */
const daysToThinkAgain = 30;

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-key.html */
export const kmsKey: CloudFormationKind<'kms-key'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::KMS::Key',
      body: {
        Description: desired.description,
        KeyPolicy: document(desired.keyPolicy),
        EnableKeyRotation: desired.rotation,
        PendingWindowInDays: daysToThinkAgain,
        Tags: tagList(desired.tags),
      },
      keeping: { onDeletion: 'Delete', onReplacement: 'Retain' },
    },
  ],
  attributes: { keyId: 'Ref', arn: 'Arn' },
};
