import {
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueueTagsCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
  TagQueueCommand,
} from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let sqs: SQSClient;
beforeEach(async () => {
  aws = await startForTest();
  sqs = new SQSClient(aws.settings());
});
afterEach(() => aws.stop());

const create = async (Attributes: Record<string, string> = {}): Promise<string> =>
  (await sqs.send(new CreateQueueCommand({ QueueName: 'q', Attributes, tags: { a: '1' } }))).QueueUrl!;

it('a queue is made once; other attributes under its name are refused', async () => {
  const url = await create({ MessageRetentionPeriod: '300' });
  expect(url).toBe('https://sqs.us-east-1.amazonaws.com/123456789012/q');
  expect(await create({ MessageRetentionPeriod: '300' })).toBe(url);
  expect(await refusal(create({ MessageRetentionPeriod: '301' }))).toBe(
    'QueueNameExists: A queue already exists with the same name and a different value for attribute MessageRetentionPeriod',
  );
  expect(await refusal(create({ MessageRetentionPeriod: '59' }))).toMatch(
    /Invalid value for the parameter MessageRetentionPeriod/,
  );
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MessageRetentionPeriod: '600' } }));
  const { Attributes } = await sqs.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }));
  expect(Attributes).toMatchObject({
    QueueArn: 'arn:aws:sqs:us-east-1:123456789012:q',
    MessageRetentionPeriod: '600',
    VisibilityTimeout: '30',
    SqsManagedSseEnabled: 'true',
  });
  await sqs.send(new TagQueueCommand({ QueueUrl: url, Tags: { b: '2' } }));
  expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl: url }))).Tags).toEqual({ a: '1', b: '2' });
});

it('a name rests for a minute after its queue', async () => {
  const url = await create();
  await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
  const gone = sqs.send(new GetQueueUrlCommand({ QueueName: 'q' }));
  expect(await refusal(gone)).toBe('QueueDoesNotExist: The specified queue does not exist.');
  const told = await gone.catch((error: { Code?: string }) => error.Code);
  expect(told).toBe('AWS.SimpleQueueService.NonExistentQueue');
  expect(await refusal(create())).toMatch(/^QueueDeletedRecently/);
  await aws.clock.sleep(seconds(60));
  expect(await create()).toBe(url);
});

it('a message is hidden from others while one works on it', async () => {
  const QueueUrl = await create();
  const receive = async () => (await sqs.send(new ReceiveMessageCommand({ QueueUrl }))).Messages?.[0];
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'hello' }));
  expect((await receive())?.Body).toBe('hello');
  expect(await receive()).toBeUndefined();
  await aws.clock.sleep(seconds(30));
  const again = await receive();
  await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: again!.ReceiptHandle! }));
  await aws.clock.sleep(seconds(30));
  expect(await receive()).toBeUndefined();
});
