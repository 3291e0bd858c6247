import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/sqs_queue */
export const queue: TerraformKind<'queue'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_sqs_queue',
      body: {
        name: desired.name,
        policy: desired.policy,
        message_retention_seconds: desired.retentionSeconds,
        // Encrypted with keys of SQS: events of EC2 could not be sent under the default key of KMS.
        sqs_managed_sse_enabled: true,
        tags: tags(desired.tags),
      },
      // The provider's own default, which AWS has raised since.
      notImported: ['max_message_size'],
    },
  ],
  attributes: { arn: 'arn', url: 'url' },
  importIds: ({ observed }) => [observed.url],
};
