/** A message of a queue. Times are milliseconds since 1970. */
export interface QueueMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly senderId: string;
  readonly attributes: Readonly<Record<string, { readonly type: string; readonly value: string }>>;
  /** Not to be received before. */
  visibleAt: number;
  receiveCount: number;
  firstReceivedAt?: number;
  /** Of the last time it was received. */
  receiptHandle?: string;
}

export interface QueueRecord {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly createdAt: number;
  modifiedAt: number;
  /** As they were given, by AWS's names (`VisibilityTimeout`, `Policy`); AWS's defaults are not written. */
  attributes: Record<string, string>;
  tags: Record<string, string>;
  messages: QueueMessage[];
}

/** What SQS keeps of one region. */
export interface SqsState {
  /** By name. */
  queues: Record<string, QueueRecord>;
  /** When a queue of that name was deleted: for a minute there can be no new one. */
  deleted: Record<string, number>;
}

export const emptySqsState = (): SqsState => ({ queues: {}, deleted: {} });
