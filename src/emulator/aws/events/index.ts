import * as eventBridge from '@aws-sdk/client-eventbridge';
import type { Call, Service, Touched } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { busEvents } from './deliver.ts';
import { ruleHandlers } from './rules.ts';
import { targetHandlers } from './targets.ts';

/** The rule that a request names, with its tags. */
function touched(_: string, input: Readonly<Record<string, unknown>>, call: Call): readonly Touched[] | undefined {
  const fromArn = typeof input.ResourceARN === 'string' ? input.ResourceARN.split('/').at(-1) : undefined;
  const name = input.Rule ?? input.Name ?? fromArn;
  if (typeof name !== 'string') return undefined;
  const tags = call.state.events.rules[name]?.tags;
  const resource = `arn:${call.world.partition}:events:${call.region}:${call.account}:rule/${name}`;
  return [{ resource, ...(tags !== undefined && { tags }) }];
}

/** Rules of EventBridge's default bus that send to queues: https://docs.aws.amazon.com/eventbridge/latest/APIReference/ */
export const service: Service = {
  signingName: 'events',
  protocol: 'awsJson1.1',
  target: 'AWSEvents',
  version: '2015-10-07',
  schemas: operationSchemas(eventBridge),
  handlers: { ...ruleHandlers, ...targetHandlers },
  events: busEvents,
  touched,
};
