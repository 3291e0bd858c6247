import { AwsError, type Turn } from '../../call.ts';
import type { QueueRecord } from './state.ts';

/** Errors of SQS carry the names of its older query protocol as well, which tools know. */
export const nonExistent = (): AwsError =>
  new AwsError('QueueDoesNotExist', 'The specified queue does not exist.', 400);

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html */
export const invalidValue = (message: string): AwsError => new AwsError('InvalidParameterValue', message, 400);

/** The queue of a URL. Throws QueueDoesNotExist. */
export function queueOf(turn: Turn, url: string): QueueRecord {
  const name = url.slice(url.lastIndexOf('/') + 1);
  const queue = turn.state.sqs.queues[name];
  if (queue === undefined || !url.includes(turn.account)) throw nonExistent();
  return queue;
}
