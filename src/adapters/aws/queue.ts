import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ListQueueTagsCommand,
  SetQueueAttributesCommand,
  TagQueueCommand,
  UntagQueueCommand,
} from '@aws-sdk/client-sqs';
import { minutes, seconds } from '../../base/duration.ts';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext, type Scope } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { fromTagMap, idOf, tagChanges } from './found.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf, textsOf } from './hull.ts';
import { notOurs, oursOrFail } from './not-ours.ts';
import { deleteWhenFree } from './retry.ts';
import { taggedResourcesPermission, tagsOr } from './tagged-resources.ts';
import { waitFor } from './wait.ts';
import { whenFree } from './when-free.ts';

type Queue = Settled<'queue'>;

const arnOf = ({ partition, region, account }: Scope, name: string): string =>
  `arn:${partition}:sqs:${region}:${account}:${name}`;

/** As SQS gives it for every queue, so that it needs no asking: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-queue-message-identifiers.html */
const urlOf = ({ region, account, partition }: Scope, name: string): string =>
  `https://sqs.${region}.${partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'}/${account}/${name}`;

async function tagsOf({ clients, call }: Connection, QueueUrl: string): Promise<Tags> {
  const answer = await unlessGone(
    call('sqs:ListQueueTags', () => clients.sqs.send(new ListQueueTagsCommand({ QueueUrl }))),
  );
  return fromTagMap(answer?.Tags);
}

async function attributesOf({ clients, call }: Connection, QueueUrl: string) {
  const input = { QueueUrl, AttributeNames: ['Policy' as const, 'MessageRetentionPeriod' as const] };
  const answer = await unlessGone(
    call('sqs:GetQueueAttributes', () => clients.sqs.send(new GetQueueAttributesCommand(input))),
  );
  return answer === undefined ? undefined : (answer.Attributes ?? {});
}

async function toFound(connection: Connection, name: string, context: ReadContext): Promise<Found<'queue'>[]> {
  const arn = arnOf(context.scope, name);
  const url = urlOf(context.scope, name);
  const [raw, attributes] = await Promise.all([
    tagsOr(connection, context, { arn, ask: () => tagsOf(connection, url) }),
    attributesOf(connection, url),
  ]);
  const tags = fromTagMap(raw);
  const id = idOf(tags, context.scope);
  if (id === undefined || attributes === undefined) return [];
  const settled = {
    name,
    policy: attributes.Policy ?? '{}',
    retentionSeconds: Number(attributes.MessageRetentionPeriod),
    tags,
  };
  const observed = { arn, url };
  return [{ kind: 'queue', id, name, state: 'ready', settled, observed }];
}

const toAttributes = ({ policy, retentionSeconds }: Queue): Record<string, string> => ({
  Policy: policy,
  MessageRetentionPeriod: String(retentionSeconds),
  // Encrypted with keys of SQS: events of EC2 could not be sent under the default key of KMS.
  SqsManagedSseEnabled: 'true',
});

async function setAttributes({ clients, call }: Connection, QueueUrl: string, settled: Queue): Promise<void> {
  const input = { QueueUrl, Attributes: toAttributes(settled) };
  await call('sqs:SetQueueAttributes', () => clients.sqs.send(new SetQueueAttributesCommand(input)));
}

async function retag({ clients, call }: Connection, QueueUrl: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    await call('sqs:TagQueue', () => clients.sqs.send(new TagQueueCommand({ QueueUrl, Tags: set })));
  }
  if (remove.length > 0) {
    await call('sqs:UntagQueue', () => clients.sqs.send(new UntagQueueCommand({ QueueUrl, TagKeys: remove })));
  }
}

const ourTags = (connection: Connection, { name }: Queue, context: CallContext): Promise<Tags> =>
  oursOrFail(`queue ${name}`, context, async () => {
    const tags = await tagsOf(connection, urlOf(context.scope, name));
    if (idOf(tags, context.scope) === undefined) throw notOurs('sqs:CreateQueue', `The queue ${name}`, 'Delete it.');
    return tags;
  });

/** A queue of that name with other attributes is there: ours where its tags say so. */
async function adopt(connection: Connection, settled: Queue, context: CallContext): Promise<string> {
  const url = urlOf(context.scope, settled.name);
  const tags = await ourTags(connection, settled, context);
  await setAttributes(connection, url, settled);
  await retag(connection, url, tags, settled.tags);
  return url;
}

async function make(connection: Connection, settled: Queue, context: CallContext): Promise<string> {
  const { clients, call } = connection;
  const input = { QueueName: settled.name, Attributes: toAttributes(settled), tags: { ...settled.tags } };
  try {
    // For a minute after a deletion SQS gives the name to nobody.
    const answer = await whenFree({ what: `the name ${settled.name} to be free`, deadline: minutes(3) }, context, () =>
      call('sqs:CreateQueue', () => clients.sqs.send(new CreateQueueCommand(input))),
    );
    return answer.QueueUrl!;
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    return adopt(connection, settled, context);
  }
}

async function create(connection: Connection, settled: Queue, context: CallContext): Promise<Observed<'queue'>> {
  await note(connection, 'queue', settled.name, context);
  const url = await make(connection, settled, context);
  // The same attributes with other tags are one queue to SQS: an answer without an error is not yet a queue of ours.
  await ourTags(connection, settled, context);
  return { arn: arnOf(context.scope, settled.name), url };
}

async function remove(connection: Connection, found: Found<'queue'>, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  const QueueUrl = found.observed.url;
  await deleteWhenFree(`queue ${found.name}`, context, () =>
    call('sqs:DeleteQueue', () => clients.sqs.send(new DeleteQueueCommand({ QueueUrl }))),
  );
  await waitFor(
    `queue ${found.name} to be gone`,
    context,
    async () =>
      (await attributesOf(connection, QueueUrl)) === undefined ? { done: undefined } : { waiting: 'still there' },
    { every: seconds(5), deadline: minutes(3) },
  );
  await forget(connection, 'queue', found.name, context);
}

/** SQS knows no condition on a queue's own tags for most actions: the name is what limits them. */
const onQueues = (...actions: readonly string[]): Permission[] =>
  actions.map((action) => ({
    action: `sqs:${action}`,
    resource: 'arn:${partition}:sqs:${region}:${account}:${noticesName}',
  }));

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html */
export const queue: Adapter<'queue'> = {
  permissions: {
    read: [...hullPermissions, taggedResourcesPermission, ...onQueues('GetQueueAttributes', 'ListQueueTags')],
    create: [
      ...notePermissions,
      ...onQueues('CreateQueue', 'TagQueue', 'UntagQueue', 'SetQueueAttributes', 'ListQueueTags'),
    ],
    update: onQueues('SetQueueAttributes', 'TagQueue', 'UntagQueue'),
    delete: [...notePermissions, ...onQueues('DeleteQueue', 'GetQueueAttributes')],
  },

  reader: (connection) => ({
    async list(context) {
      const names = await notesOf(connection, context, 'queue');
      return (await Promise.all(names.map((name) => toFound(connection, name, context)))).flat();
    },
    notes: ({ settled: { name } }) => textsOf(name),
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }) {
      const { url } = found.observed;
      if (changed.includes('policy') || changed.includes('retentionSeconds'))
        await setAttributes(connection, url, settled);
      if (changed.includes('tags')) await retag(connection, url, found.settled.tags ?? {}, settled.tags);
      return found.observed;
    },

    delete: (found, context) => remove(connection, found, context),
  }),
};
