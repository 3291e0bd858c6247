import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  EventBridgeClient,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, ReceiveMessageCommand, SetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';
import { tellBus } from './deliver.ts';

let aws: AwsUnderTest;
let events: EventBridgeClient;
let sqs: SQSClient;
beforeEach(async () => {
  aws = await startForTest();
  events = new EventBridgeClient(aws.settings());
  sqs = new SQSClient(aws.settings());
});
afterEach(() => aws.stop());

const queueArn = 'arn:aws:sqs:us-east-1:123456789012:q';
const pattern = JSON.stringify({ source: ['aws.ec2'], 'detail-type': ['EC2 Spot Instance Interruption Warning'] });
const put = (EventPattern = pattern) => events.send(new PutRuleCommand({ Name: 'r', EventPattern }));

const policy = (rule: string, principal: object = { Principal: { Service: 'events.amazonaws.com' } }) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        ...principal,
        Action: 'sqs:SendMessage',
        Resource: queueArn,
        Condition: { ArnEquals: { 'aws:SourceArn': `arn:aws:events:us-east-1:123456789012:rule/${rule}` } },
      },
    ],
  });

it('a rule goes once its targets are gone', async () => {
  expect(await refusal(put('{"source": "aws.ec2"}'))).toMatch(/^InvalidEventPatternException/);
  await put();
  await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', Arn: queueArn }] }));
  expect(await events.send(new DescribeRuleCommand({ Name: 'r' }))).toMatchObject({
    Arn: 'arn:aws:events:us-east-1:123456789012:rule/r',
    State: 'ENABLED',
    EventPattern: pattern,
  });
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule: 'r' }));
  expect(Targets).toEqual([{ Id: '1', Arn: queueArn }]);
  expect(await refusal(events.send(new DeleteRuleCommand({ Name: 'r' })))).toBe(
    "ValidationException: Rule can't be deleted since it has targets.",
  );
  await events.send(new RemoveTargetsCommand({ Rule: 'r', Ids: ['1'] }));
  await events.send(new DeleteRuleCommand({ Name: 'r' }));
  expect((await events.send(new ListRulesCommand({ NamePrefix: 'r' }))).Rules).toEqual([]);
  expect(await refusal(events.send(new DescribeRuleCommand({ Name: 'r' })))).toBe(
    'ResourceNotFoundException: Rule r does not exist on EventBus default.',
  );
});

it('what a rule matches arrives in its queue, if the policy of the queue lets that rule send', async () => {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: 'q', Attributes: { Policy: policy('other') } }),
  );
  await put();
  await events.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: '1', Arn: queueArn }] }));
  const tell = async (type: string) => {
    tellBus(aws.turns.at('us-east-1'), { source: 'aws.ec2', type, resources: [], detail: { 'instance-id': 'i-1' } });
    await aws.clock.sleep(seconds(2));
    return (await sqs.send(new ReceiveMessageCommand({ QueueUrl, VisibilityTimeout: 0 }))).Messages ?? [];
  };
  expect(await tell('EC2 Spot Instance Interruption Warning')).toEqual([]);
  // A statement without a principal is taken, and opens the queue to nobody.
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy('r', {}) } }));
  expect(await tell('EC2 Spot Instance Interruption Warning')).toEqual([]);
  await sqs.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: { Policy: policy('r') } }));
  expect(await tell('EC2 Instance State-change Notification')).toEqual([]);
  const [message] = await tell('EC2 Spot Instance Interruption Warning');
  expect(JSON.parse(message!.Body!)).toMatchObject({ source: 'aws.ec2', detail: { 'instance-id': 'i-1' } });
});
