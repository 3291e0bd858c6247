import { refTo } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { document } from './expression.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queue.html */
export const queue: CloudFormationKind<'queue'> = {
  blocks: (resource, { tagList }) => [
    {
      type: 'AWS::SQS::Queue',
      body: {
        QueueName: resource.desired.name,
        MessageRetentionPeriod: resource.desired.retentionSeconds,
        // Encrypted with keys of SQS: events of EC2 could not be sent under the default key of KMS.
        SqsManagedSseEnabled: true,
        Tags: tagList(resource.desired.tags),
      },
      // Notices of minutes: nothing in it is worth keeping.
      keeping: { onDeletion: 'Delete', onReplacement: 'Delete' },
    },
    {
      type: 'AWS::SQS::QueuePolicy',
      suffix: 'Policy',
      body: { Queues: [refTo(resource, 'url')], PolicyDocument: document(resource.desired.policy) },
    },
  ],
  attributes: { arn: 'Arn', url: 'Ref' },
};
