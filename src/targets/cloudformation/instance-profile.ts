import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-instanceprofile.html */
export const instanceProfile: CloudFormationKind<'instance-profile'> = {
  lacks: () => ['its tags: CloudFormation gives none to instance profiles'],
  blocks: ({ desired }) => [
    {
      type: 'AWS::IAM::InstanceProfile',
      body: { InstanceProfileName: desired.name, Path: desired.path, Roles: [desired.roleName] },
    },
  ],
  attributes: { arn: 'Arn' },
};
