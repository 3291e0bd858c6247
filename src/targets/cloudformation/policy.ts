import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-managedpolicy.html */
export const policy: CloudFormationKind<'policy'> = {
  lacks: () => ['its tags: CloudFormation gives none to managed policies'],
  blocks: ({ desired }) => [
    {
      type: 'AWS::IAM::ManagedPolicy',
      body: {
        ManagedPolicyName: desired.name,
        Path: desired.path,
        Description: desired.description,
        PolicyDocument: document(desired.document),
      },
    },
  ],
  attributes: { arn: 'Ref' },
};
