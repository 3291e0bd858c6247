import { AwsError } from '../../call.ts';
import { parsePolicy } from '../iam/policy-document.ts';
import { invalidValue } from './errors.ts';
import type { QueueRecord } from './state.ts';

type Attributes = Readonly<Record<string, string>>;

/** What SetQueueAttributes may set, with AWS's defaults and ranges. */
const numbers: Readonly<Record<string, readonly [usual: number, low: number, high: number]>> = {
  DelaySeconds: [0, 0, 900],
  MaximumMessageSize: [1_048_576, 1024, 1_048_576],
  MessageRetentionPeriod: [345_600, 60, 1_209_600],
  ReceiveMessageWaitTimeSeconds: [0, 0, 20],
  VisibilityTimeout: [30, 0, 43_200],
  KmsDataKeyReusePeriodSeconds: [300, 60, 86_400],
};

const texts = ['Policy', 'KmsMasterKeyId', 'SqsManagedSseEnabled'];

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html */
export function checkedAttributes(given: Attributes): Record<string, string> {
  for (const [name, value] of Object.entries(given)) {
    const range = numbers[name];
    if (range === undefined && !texts.includes(name))
      throw new AwsError('InvalidAttributeName', `Unknown Attribute ${name}.`);
    const number = Number(value);
    if (range !== undefined && !(Number.isInteger(number) && number >= range[1] && number <= range[2]))
      throw invalidValue(`Invalid value for the parameter ${name}.`);
    const isWrong = name === 'Policy' && value !== '' && typeof parsePolicy(value, 'queue') === 'string';
    if (isWrong) throw invalidValue('Invalid value for the parameter Policy.');
  }
  return { ...given };
}

/** The settings of a queue, defaults and all. */
export function settingsOf({ attributes }: Pick<QueueRecord, 'attributes'>): Record<string, string> {
  const usual = Object.entries(numbers).filter(([name]) => name !== 'KmsDataKeyReusePeriodSeconds');
  const encrypted = attributes.KmsMasterKeyId ? 'false' : 'true';
  const all = {
    ...Object.fromEntries(usual.map(([name, [value]]) => [name, String(value)])),
    SqsManagedSseEnabled: encrypted,
    ...attributes,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
}

/** A setting that is a number. */
export const numberOf = (queue: QueueRecord, name: string): number => Number(settingsOf(queue)[name] ?? 0);

/** Everything that GetQueueAttributes tells. */
export function attributesOf(queue: QueueRecord, now: number): Record<string, string> {
  const waiting = queue.messages.filter((own) => own.visibleAt <= now).length;
  const delayed = queue.messages.filter((own) => own.visibleAt > now && own.receiveCount === 0).length;
  return {
    QueueArn: queue.arn,
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(queue.messages.length - waiting - delayed),
    ApproximateNumberOfMessagesDelayed: String(delayed),
    CreatedTimestamp: String(Math.floor(queue.createdAt / 1000)),
    LastModifiedTimestamp: String(Math.floor(queue.modifiedAt / 1000)),
    ...settingsOf(queue),
  };
}
