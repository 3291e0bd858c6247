import {
  CreateBucketCommand,
  DeletePublicAccessBlockCommand,
  HeadBucketCommand,
  PutBucketPolicyCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let s3: S3Client;
beforeEach(async () => {
  aws = await startForTest();
  s3 = new S3Client({ ...aws.settings(), forcePathStyle: true });
});
afterEach(() => aws.stop());

const policy = (Principal: unknown, Resource = 'arn:aws:s3:::issuer/keys.json') =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal, Action: 's3:GetObject', Resource }],
  });
const put = (text: string) => s3.send(new PutBucketPolicyCommand({ Bucket: 'issuer', Policy: text }));
const get = async (path: string, host?: string) => {
  const answer = await fetch(`${aws.endpoint}${path}`, host === undefined ? {} : { headers: { host } });
  return { status: answer.status, text: await answer.text() };
};

it('everybody reads what the policy opens, once nothing blocks it', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'issuer' }));
  for (const Key of ['keys.json', 'secret']) {
    await s3.send(new PutObjectCommand({ Bucket: 'issuer', Key, Body: '{}' }));
  }
  expect(await refusal(put(policy('*')))).toMatch(
    /^AccessDenied: .*because public policies are prevented by the BlockPublicPolicy setting/,
  );
  await s3.send(new DeletePublicAccessBlockCommand({ Bucket: 'issuer' }));
  expect((await get('/issuer/keys.json')).status).toBe(403);
  await put(policy('*'));
  expect(await get('/issuer/keys.json')).toEqual({ status: 200, text: '{}' });
  expect(await get('/issuer/secret')).toMatchObject({ status: 403 });
  expect(await get('/issuer/nothing')).toMatchObject({ status: 403 });
  expect(await get('/issuer?list-type=2')).toMatchObject({ status: 403 });
  expect((await get('/nowhere/keys.json')).text).toMatch(/<Code>NoSuchBucket</);
});

it('a policy names this bucket and whoever exists', async () => {
  await s3.send(new CreateBucketCommand({ Bucket: 'issuer' }));
  expect(await refusal(put(policy({ AWS: 'arn:aws:iam::123456789012:role/nobody' })))).toBe(
    'MalformedPolicy: Invalid principal in policy',
  );
  expect(await refusal(put(policy({ AWS: '123456789012' }, 'arn:aws:s3:::other/*')))).toBe(
    'MalformedPolicy: Policy has invalid resource',
  );
});

it('a bucket of another account is neither made nor looked at', async () => {
  aws.world.s3.foreignBuckets.push('taken');
  expect(await refusal(s3.send(new CreateBucketCommand({ Bucket: 'taken' })))).toMatch(
    /^BucketAlreadyExists: The requested bucket name is not available/,
  );
  const head = s3.send(new HeadBucketCommand({ Bucket: 'taken' }));
  await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 403 } });
  const gone = s3.send(new HeadBucketCommand({ Bucket: 'nowhere' }));
  await expect(gone).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
});
