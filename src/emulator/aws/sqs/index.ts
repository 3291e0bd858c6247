import * as sqs from '@aws-sdk/client-sqs';
import type { Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { messageHandlers } from './messages.ts';
import { queueHandlers } from './queues.ts';
import { touched } from './touched.ts';

/** Amazon SQS, standard queues: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/ */
export const service: Service = {
  signingName: 'sqs',
  protocol: 'awsJson1.0',
  target: 'AmazonSQS',
  version: '2012-11-05',
  schemas: operationSchemas(sqs),
  handlers: { ...queueHandlers, ...messageHandlers },
  touched,
  queryErrors: {
    MessageNotInflight: 'AWS.SimpleQueueService.MessageNotInflight',
    QueueDeletedRecently: 'AWS.SimpleQueueService.QueueDeletedRecently',
    QueueDoesNotExist: 'AWS.SimpleQueueService.NonExistentQueue',
    QueueNameExists: 'QueueAlreadyExists',
  },
};
