import {
  AssociateKmsKeyCommand,
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let logs: CloudWatchLogsClient;
beforeEach(async () => {
  aws = await startForTest();
  logs = new CloudWatchLogsClient(aws.settings());
});
afterEach(() => aws.stop());

const logGroupName = '/aws/eks/keel/cluster';
const described = async (logGroupNamePrefix: string) =>
  (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }))).logGroups!;

it('a log group is found by prefix, keeps retention and tags, and goes', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName, tags: { a: 'b' } }));
  await logs.send(new CreateLogGroupCommand({ logGroupName: '/other' }));
  expect(await refusal(logs.send(new CreateLogGroupCommand({ logGroupName })))).toBe(
    'ResourceAlreadyExistsException: The specified log group already exists',
  );
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 30 }));
  const [group, ...others] = await described('/aws/eks/');
  expect(others).toEqual([]);
  expect(group).toMatchObject({
    logGroupName,
    retentionInDays: 30,
    arn: `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}:*`,
  });
  await logs.send(new TagResourceCommand({ resourceArn: group!.logGroupArn!, tags: { c: 'd' } }));
  const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn: group!.logGroupArn! }));
  expect(tags).toEqual({ a: 'b', c: 'd' });
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }));
  expect((await described(logGroupName))[0]?.retentionInDays).toBeUndefined();
  await logs.send(new DeleteLogGroupCommand({ logGroupName }));
  expect(await refusal(logs.send(new DeleteLogGroupCommand({ logGroupName })))).toBe(
    'ResourceNotFoundException: The specified log group does not exist.',
  );
});

it('a retention that CloudWatch does not have and a key that does not exist are refused', async () => {
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  const days = logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 31 }));
  expect(await refusal(days)).toMatch(/^InvalidParameterException: .*'31'/);
  const kmsKeyId = 'arn:aws:kms:us-east-1:123456789012:key/none';
  expect(await refusal(logs.send(new AssociateKmsKeyCommand({ logGroupName, kmsKeyId })))).toMatch(
    /^InvalidParameterException: /,
  );
});
