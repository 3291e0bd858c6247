import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html */
export const eventRule: CloudFormationKind<'event-rule'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::Events::Rule',
      body: {
        Name: desired.name,
        EventPattern: document(desired.pattern),
        State: 'ENABLED',
        Targets: [{ Id: 'queue', Arn: desired.queueArn }],
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Arn' },
};
