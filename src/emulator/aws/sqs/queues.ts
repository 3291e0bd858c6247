import type {
  CreateQueueRequest,
  CreateQueueResult,
  DeleteQueueRequest,
  GetQueueAttributesRequest,
  GetQueueAttributesResult,
  GetQueueUrlRequest,
  GetQueueUrlResult,
  ListQueuesRequest,
  ListQueuesResult,
  ListQueueTagsRequest,
  ListQueueTagsResult,
  SetQueueAttributesRequest,
  TagQueueRequest,
  UntagQueueRequest,
} from '@aws-sdk/client-sqs';
import { seconds } from '../../../base/duration.ts';
import type { Handler, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { attributesOf, checkedAttributes, settingsOf } from './attributes.ts';
import { invalidValue, nonExistent, queueOf } from './errors.ts';
import type { QueueRecord } from './state.ts';

function checkName(name: string): void {
  if (name.endsWith('.fifo')) throw new AwsError('NotImplemented', 'The embedded AWS has standard queues only.', 501);
  if (!/^[\w-]{1,80}$/.test(name))
    throw invalidValue('Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length');
}

/** How long the name of a deleted queue stays taken: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_DeleteQueue.html */
const rest = seconds(60);

/** The same request twice is one queue; other attributes under a name that is taken are refused. */
const createQueue: Handler<Given<CreateQueueRequest>, CreateQueueResult> = (input, call) => {
  const { queues, deleted } = call.state.sqs;
  const name = input.QueueName;
  checkName(name);
  const attributes = checkedAttributes(input.Attributes ?? {});
  const existing = queues[name];
  if (existing !== undefined) {
    const settings = settingsOf(existing);
    const other = Object.entries(attributes).find(([key, value]) => settings[key] !== value)?.[0];
    if (other === undefined) return { QueueUrl: existing.url };
    const why = `A queue already exists with the same name and a different value for attribute ${other}`;
    throw new AwsError('QueueNameExists', why);
  }
  if (call.now < (deleted[name] ?? Number.NEGATIVE_INFINITY) + rest.ms) {
    throw new AwsError(
      'QueueDeletedRecently',
      'You must wait 60 seconds after deleting a queue before you can create another with the same name.',
    );
  }
  delete deleted[name];
  const queue: QueueRecord = {
    name,
    url: `https://sqs.${call.region}.amazonaws.com/${call.account}/${name}`,
    arn: `arn:${call.world.partition}:sqs:${call.region}:${call.account}:${name}`,
    createdAt: call.now,
    modifiedAt: call.now,
    attributes,
    tags: { ...input.tags },
    messages: [],
  };
  queues[name] = queue;
  return { QueueUrl: queue.url };
};

const getQueueUrl: Handler<Given<GetQueueUrlRequest>, GetQueueUrlResult> = (input, call) => {
  const queue = call.state.sqs.queues[input.QueueName];
  if (queue === undefined) throw nonExistent();
  return { QueueUrl: queue.url };
};

const listQueues: Handler<ListQueuesRequest, ListQueuesResult> = (input, call) => {
  const urls = Object.values(call.state.sqs.queues)
    .filter((queue) => queue.name.startsWith(input.QueueNamePrefix ?? ''))
    .map((queue) => queue.url)
    .sort();
  const page = pageOf(urls, {
    token: input.NextToken,
    size: input.MaxResults,
    usual: 1000,
    invalidToken: () => invalidValue('Invalid or expired next token.'),
  });
  return { ...(page.items.length > 0 && { QueueUrls: [...page.items] }), NextToken: page.next };
};

const getQueueAttributes: Handler<Given<GetQueueAttributesRequest>, GetQueueAttributesResult> = (input, call) => {
  const all = attributesOf(queueOf(call, input.QueueUrl), call.now);
  const names = input.AttributeNames ?? [];
  const known = [...Object.keys(all), 'All', 'Policy', 'KmsMasterKeyId', 'RedrivePolicy', 'RedriveAllowPolicy'];
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new AwsError('InvalidAttributeName', `Unknown Attribute ${unknown}.`);
  const wanted = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name as 'All'));
  return wanted.length === 0 ? {} : { Attributes: Object.fromEntries(wanted) };
};

const setQueueAttributes: Handler<Given<SetQueueAttributesRequest>, undefined> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  queue.attributes = { ...queue.attributes, ...checkedAttributes(input.Attributes) };
  queue.modifiedAt = call.now;
  return undefined;
};

const deleteQueue: Handler<Given<DeleteQueueRequest>, undefined> = (input, call) => {
  const { name } = queueOf(call, input.QueueUrl);
  delete call.state.sqs.queues[name];
  call.state.sqs.deleted[name] = call.now;
  return undefined;
};

const tagQueue: Handler<Given<TagQueueRequest>, undefined> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  const tags = { ...queue.tags, ...input.Tags };
  if (Object.keys(tags).length > 50) throw invalidValue('Too many tags: a queue has 50 at most.');
  queue.tags = tags;
  return undefined;
};

const untagQueue: Handler<Given<UntagQueueRequest>, undefined> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  queue.tags = Object.fromEntries(Object.entries(queue.tags).filter(([key]) => !input.TagKeys.includes(key)));
  return undefined;
};

const listQueueTags: Handler<Given<ListQueueTagsRequest>, ListQueueTagsResult> = (input, call) => ({
  Tags: { ...queueOf(call, input.QueueUrl).tags },
});

export const queueHandlers: Handlers = {
  CreateQueue: createQueue,
  DeleteQueue: deleteQueue,
  GetQueueAttributes: getQueueAttributes,
  GetQueueUrl: getQueueUrl,
  ListQueueTags: listQueueTags,
  ListQueues: listQueues,
  SetQueueAttributes: setQueueAttributes,
  TagQueue: tagQueue,
  UntagQueue: untagQueue,
};
