import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/cloudwatch_log_group */
export const logGroup: TerraformKind<'log-group'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_cloudwatch_log_group',
      body: { name: desired.name, retention_in_days: desired.retentionDays, tags: tags(desired.tags) },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ name }) => [name],
};
