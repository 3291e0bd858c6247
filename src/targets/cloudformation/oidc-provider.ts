import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html */
export const oidcProvider: CloudFormationKind<'oidc-provider'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::IAM::OIDCProvider',
      body: { Url: desired.url, ClientIdList: desired.audiences, Tags: tagList(desired.tags) },
    },
  ],
  attributes: { arn: 'Arn' },
};
