import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-loggroup.html */
export const logGroup: CloudFormationKind<'log-group'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::Logs::LogGroup',
      body: {
        LogGroupName: desired.name,
        RetentionInDays: desired.retentionDays,
        Tags: tagList(desired.tags),
      },
      keeping: { onDeletion: 'Delete', onReplacement: 'Retain' },
    },
  ],
  attributes: { arn: 'Arn' },
};
