import { code } from './expression.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** The one target of a rule of ours. */
const targetId = 'queue';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_event_rule */
export const eventRule: TerraformKind<'event-rule'> = {
  blocks: ({ id, desired }, { tags, nameOf }) => [
    {
      type: 'aws_cloudwatch_event_rule',
      body: { name: desired.name, event_pattern: desired.pattern, tags: tags(desired.tags) },
    },
    {
      type: 'aws_cloudwatch_event_target',
      body: {
        rule: code([`aws_cloudwatch_event_rule.${nameOf(id)}.name`]),
        target_id: targetId,
        arn: desired.queueArn,
      },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ name }) => [name, `${name}/${targetId}`],
};
