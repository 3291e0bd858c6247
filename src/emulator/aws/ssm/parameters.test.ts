import {
  AddTagsToResourceCommand,
  DeleteParameterCommand,
  DescribeParametersCommand,
  GetParameterCommand,
  GetParametersByPathCommand,
  ListTagsForResourceCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { eksImageId } from '../ec2/eks-images.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let ssm: SSMClient;
beforeEach(async () => {
  aws = await startForTest();
  ssm = new SSMClient(aws.settings());
});
afterEach(() => aws.stop());

const Name = '/quilla/keel/lock';
const get = async (name = Name) => (await ssm.send(new GetParameterCommand({ Name: name }))).Parameter!;

it('a parameter is made once, overwritten when asked, and counts its versions', async () => {
  const first = await ssm.send(new PutParameterCommand({ Name, Value: 'me', Type: 'String' }));
  expect(first.Version).toBe(1);
  expect(await refusal(ssm.send(new PutParameterCommand({ Name, Value: 'you', Type: 'String' })))).toMatch(
    /^ParameterAlreadyExists: The parameter already exists\./,
  );
  expect((await ssm.send(new PutParameterCommand({ Name, Value: 'us', Overwrite: true }))).Version).toBe(2);
  expect(await get()).toMatchObject({
    Value: 'us',
    Version: 2,
    ARN: `arn:aws:ssm:us-east-1:123456789012:parameter${Name}`,
  });
  expect((await get(`${Name}:1`)).Value).toBe('me');
  expect(await refusal(get(`${Name}:9`))).toMatch(/^ParameterVersionNotFound/);
  await ssm.send(new DeleteParameterCommand({ Name }));
  expect(await refusal(get())).toMatch(/^ParameterNotFound/);
});

it('parameters are listed by path and by tag, a page at a time', async () => {
  for (const end of ['a', 'b', 'c/d'])
    await ssm.send(new PutParameterCommand({ Name: `/keel/${end}`, Value: end, Type: 'String' }));
  await ssm.send(
    new AddTagsToResourceCommand({
      ResourceType: 'Parameter',
      ResourceId: '/keel/a',
      Tags: [{ Key: 'k', Value: 'v' }],
    }),
  );
  const flat = await ssm.send(new GetParametersByPathCommand({ Path: '/keel' }));
  expect(flat.Parameters?.map((own) => own.Name)).toEqual(['/keel/a', '/keel/b']);
  const first = await ssm.send(new GetParametersByPathCommand({ Path: '/keel', Recursive: true, MaxResults: 2 }));
  const rest = await ssm.send(
    new GetParametersByPathCommand({ Path: '/keel', Recursive: true, MaxResults: 2, NextToken: first.NextToken! }),
  );
  expect(rest.Parameters?.map((own) => own.Name)).toEqual(['/keel/c/d']);
  expect(rest.NextToken).toBeUndefined();
  const tagged = await ssm.send(new DescribeParametersCommand({ ParameterFilters: [{ Key: 'tag:k', Values: ['v'] }] }));
  expect(tagged.Parameters?.map((own) => own.Name)).toEqual(['/keel/a']);
  const tags = await ssm.send(new ListTagsForResourceCommand({ ResourceType: 'Parameter', ResourceId: '/keel/a' }));
  expect(tags.TagList).toEqual([{ Key: 'k', Value: 'v' }]);
});

it('the images of EKS are public parameters, which cannot be written', async () => {
  const folder = '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023/x86_64/standard/recommended';
  expect((await get(`${folder}/image_id`)).Value).toBe(eksImageId('us-east-1', '1.36', 'al2023', 'x86_64'));
  expect((await get(`${folder}/release_version`)).Value).toMatch(/^1\.36\.\d+-\d{8}$/);
  const plain = await get('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64');
  expect(plain.DataType).toBe('text');
  const bottlerocket = await get('/aws/service/bottlerocket/aws-k8s-1.36/arm64/latest/image_id');
  expect(bottlerocket.Value).toBe(eksImageId('us-east-1', '1.36', 'bottlerocket', 'arm64'));
  const write = ssm.send(
    new PutParameterCommand({ Name: `${folder}/image_id`, Value: 'x', Type: 'String', Overwrite: true }),
  );
  expect(await refusal(write)).toMatch(/^AccessDeniedException: No access to reserved parameter name/);
});
