import { createHash } from 'node:crypto';
import type {
  ChangeMessageVisibilityRequest,
  DeleteMessageRequest,
  Message,
  PurgeQueueRequest,
  ReceiveMessageRequest,
  ReceiveMessageResult,
  SendMessageRequest,
  SendMessageResult,
} from '@aws-sdk/client-sqs';
import type { Handler, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { numberOf } from './attributes.ts';
import { invalidValue, queueOf } from './errors.ts';
import type { QueueMessage, QueueRecord } from './state.ts';

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

/** Messages end by themselves after the queue's retention period. */
function dropOld(turn: Turn, queue: QueueRecord): void {
  const oldest = turn.now - numberOf(queue, 'MessageRetentionPeriod') * 1000;
  queue.messages = queue.messages.filter((own) => own.sentAt >= oldest);
}

export interface NewMessage {
  readonly body: string;
  /** Who sends it: an id of a principal. */
  readonly senderId: string;
  readonly delaySeconds?: number | undefined;
  readonly attributes?: QueueMessage['attributes'];
}

/** Puts a message into a queue, without asking its policy. */
export function enqueue(turn: Turn, queue: QueueRecord, message: NewMessage): QueueMessage {
  const delay = message.delaySeconds ?? numberOf(queue, 'DelaySeconds');
  const made: QueueMessage = {
    id: uuidOf(turn),
    body: message.body,
    sentAt: turn.now,
    senderId: message.senderId,
    attributes: message.attributes ?? {},
    visibleAt: turn.now + delay * 1000,
    receiveCount: 0,
  };
  dropOld(turn, queue);
  queue.messages.push(made);
  return made;
}

/** What other attributes of messages than text are for, nothing here needs. */
function attributesOf(input: Given<SendMessageRequest>): QueueMessage['attributes'] {
  const entries = Object.entries(input.MessageAttributes ?? {}).map(([name, value]) => {
    if (value.StringValue === undefined)
      throw new AwsError('NotImplemented', 'The embedded AWS takes message attributes of text only.', 501);
    return [name, { type: value.DataType!, value: value.StringValue }] as const;
  });
  return Object.fromEntries(entries);
}

const sendMessage: Handler<Given<SendMessageRequest>, SendMessageResult> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  const body = input.MessageBody;
  if (body === '') throw new AwsError('MissingParameter', 'The request must contain the parameter MessageBody.');
  const most = numberOf(queue, 'MaximumMessageSize');
  if (Buffer.byteLength(body) > most)
    throw invalidValue(`One or more parameters are invalid. Reason: Message must be shorter than ${most} bytes.`);
  const message = enqueue(call, queue, {
    body,
    senderId: call.principal.userId,
    delaySeconds: input.DelaySeconds,
    attributes: attributesOf(input),
  });
  return { MessageId: message.id, MD5OfMessageBody: md5(body) };
};

function view(message: QueueMessage, names: readonly string[]): Message {
  const all: Record<string, string> = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  };
  const wanted = Object.entries(all).filter(([name]) => names.includes('All') || names.includes(name));
  const own = Object.entries(message.attributes);
  return {
    MessageId: message.id,
    ReceiptHandle: message.receiptHandle,
    Body: message.body,
    MD5OfBody: md5(message.body),
    ...(wanted.length > 0 && { Attributes: Object.fromEntries(wanted) }),
    ...(own.length > 0 && {
      MessageAttributes: Object.fromEntries(
        own.map(([name, { type, value }]) => [name, { DataType: type, StringValue: value }]),
      ),
    }),
  };
}

/** Answers at once with what is there: who waits longer asks again. */
const receiveMessage: Handler<Given<ReceiveMessageRequest>, ReceiveMessageResult> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  const most = input.MaxNumberOfMessages ?? 1;
  if (most < 1 || most > 10)
    throw invalidValue(
      `Value ${most} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
    );
  dropOld(call, queue);
  const hidden = (input.VisibilityTimeout ?? numberOf(queue, 'VisibilityTimeout')) * 1000;
  const received = queue.messages.filter((own) => own.visibleAt <= call.now).slice(0, most);
  for (const message of received) {
    message.receiptHandle = Buffer.from(`${message.id} ${call.newToken(32)}`).toString('base64');
    message.visibleAt = call.now + hidden;
    message.receiveCount += 1;
    message.firstReceivedAt ??= call.now;
  }
  const names = [...(input.AttributeNames ?? []), ...(input.MessageSystemAttributeNames ?? [])];
  return received.length === 0 ? {} : { Messages: received.map((message) => view(message, names)) };
};

/** The message that a handle was given for. Throws ReceiptHandleIsInvalid for text that never was a handle. */
function messageOf(queue: QueueRecord, handle: string): QueueMessage | undefined {
  const [id, token] = Buffer.from(handle, 'base64').toString('latin1').split(' ');
  if (token === undefined) {
    throw new AwsError(
      'ReceiptHandleIsInvalid',
      `The input receipt handle "${handle}" is not a valid receipt handle.`,
      404,
    );
  }
  return queue.messages.find((own) => own.id === id);
}

/** Deleting what is gone succeeds, as with AWS. */
const deleteMessage: Handler<Given<DeleteMessageRequest>, undefined> = (input, call) => {
  const queue = queueOf(call, input.QueueUrl);
  const message = messageOf(queue, input.ReceiptHandle);
  queue.messages = queue.messages.filter((own) => own !== message);
  return undefined;
};

const changeMessageVisibility: Handler<Given<ChangeMessageVisibilityRequest>, undefined> = (input, call) => {
  const message = messageOf(queueOf(call, input.QueueUrl), input.ReceiptHandle);
  if (message === undefined || message.visibleAt <= call.now)
    throw new AwsError('MessageNotInflight', 'The specified message is not in flight.');
  message.visibleAt = call.now + input.VisibilityTimeout * 1000;
  return undefined;
};

const purgeQueue: Handler<Given<PurgeQueueRequest>, undefined> = (input, call) => {
  queueOf(call, input.QueueUrl).messages = [];
  return undefined;
};

export const messageHandlers: Handlers = {
  ChangeMessageVisibility: changeMessageVisibility,
  DeleteMessage: deleteMessage,
  PurgeQueue: purgeQueue,
  ReceiveMessage: receiveMessage,
  SendMessage: sendMessage,
};
