import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kms-alias.html */
export const kmsAlias: CloudFormationKind<'kms-alias'> = {
  blocks: ({ desired }) => [{ type: 'AWS::KMS::Alias', body: { AliasName: desired.name, TargetKeyId: desired.keyId } }],
  attributes: { arn: null },
};
