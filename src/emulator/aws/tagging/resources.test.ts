import { CreateVpcCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { GetResourcesCommand, ResourceGroupsTaggingAPIClient } from '@aws-sdk/client-resource-groups-tagging-api';
import { expect, it } from 'vitest';
import { seconds } from '../../../base/duration.ts';
import { startForTest } from '../../start-for-test.ts';

it('finds what carries a tag, by type and a page at a time, and what is new a minute late', async () => {
  await using aws = await startForTest();
  const tagging = new ResourceGroupsTaggingAPIClient(aws.settings());
  const vpc = await new EC2Client(aws.settings()).send(
    new CreateVpcCommand({
      CidrBlock: '10.0.0.0/16',
      TagSpecifications: [{ ResourceType: 'vpc', Tags: [{ Key: 'cluster', Value: 'keel' }] }],
    }),
  );
  const key = await new KMSClient(aws.settings()).send(
    new CreateKeyCommand({ Tags: [{ TagKey: 'cluster', TagValue: 'keel' }] }),
  );
  const vpcArn = `arn:aws:ec2:us-east-1:123456789012:vpc/${vpc.Vpc!.VpcId}`;
  const TagFilters = [{ Key: 'cluster', Values: ['keel'] }];
  const arnsOf = async (input: object) => {
    const { ResourceTagMappingList: rows, PaginationToken: next } = await tagging.send(new GetResourcesCommand(input));
    return { arns: rows!.map((row) => row.ResourceARN), next };
  };
  expect((await arnsOf({ TagFilters })).arns).toEqual([vpcArn]);
  await aws.clock.sleep(seconds(60));
  expect(await arnsOf({ TagFilters })).toEqual({ arns: [vpcArn, key.KeyMetadata!.Arn], next: '' });
  expect((await arnsOf({ TagFilters, ResourceTypeFilters: ['ec2:vpc'] })).arns).toEqual([vpcArn]);
  expect((await arnsOf({ TagFilters: [{ Key: 'cluster', Values: ['other'] }] })).arns).toEqual([]);
  const first = await arnsOf({ TagFilters, ResourcesPerPage: 1 });
  expect(first.arns).toEqual([vpcArn]);
  expect((await arnsOf({ TagFilters, ResourcesPerPage: 1, PaginationToken: first.next })).arns).toEqual([
    key.KeyMetadata!.Arn,
  ]);
});
