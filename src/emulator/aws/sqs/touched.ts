import type { Call, Touched } from '../../call.ts';

/** The queue that a request names, with its tags. */
export function touched(
  operation: string,
  input: Readonly<Record<string, unknown>>,
  call: Call,
): readonly Touched[] | undefined {
  if (operation === 'ListQueues') return undefined;
  const name = input.QueueName ?? (typeof input.QueueUrl === 'string' ? input.QueueUrl.split('/').at(-1) : undefined);
  if (typeof name !== 'string') return undefined;
  const tags = call.state.sqs.queues[name]?.tags;
  const resource = `arn:${call.world.partition}:sqs:${call.region}:${call.account}:${name}`;
  return [{ resource, ...(tags !== undefined && { tags }) }];
}
