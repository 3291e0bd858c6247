import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html */
export const role: CloudFormationKind<'role'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::IAM::Role',
      body: {
        RoleName: desired.name,
        Path: desired.path,
        Description: desired.description,
        AssumeRolePolicyDocument: document(desired.trustPolicy),
        ManagedPolicyArns: desired.policyArns,
        PermissionsBoundary: desired.permissionsBoundary,
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Arn', roleName: 'Ref' },
};
