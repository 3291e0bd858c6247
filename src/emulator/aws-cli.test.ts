import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from './aws/iam/state.ts';
import { type AwsUnderTest, startForTest } from './start-for-test.ts';

const run = promisify(execFile);
const hasCli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);
// biome-ignore lint/suspicious/noConsole: says why nothing is tested here
if (!hasCli) console.log('skipped: there is no `aws` on the PATH');

describe.skipIf(!hasCli)('the AWS CLI', () => {
  let aws: AwsUnderTest;
  let folder: string;
  beforeAll(async () => {
    aws = await startForTest();
    folder = await mkdtemp(join(tmpdir(), 'quilla-cli-'));
    return () => aws.stop();
  });

  const cli = async (...args: string[]): Promise<string> => {
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_ACCESS_KEY_ID: embeddedAccessKeyId,
      AWS_SECRET_ACCESS_KEY: embeddedSecretAccessKey,
      AWS_DEFAULT_REGION: 'us-east-1',
      AWS_ENDPOINT_URL: aws.endpoint,
    };
    const { stdout } = await run('aws', [...args, '--output', 'json'], { env });
    return stdout;
  };

  it('says who asks', async () => {
    expect(JSON.parse(await cli('sts', 'get-caller-identity'))).toEqual({
      UserId: 'AIDAEMBEDDEDQUILLA00',
      Account: '123456789012',
      Arn: 'arn:aws:iam::123456789012:user/admin',
    });
  });

  it('makes a role and reads it', async () => {
    const trust = JSON.stringify({
      Version: '2012-10-17',
      Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
    });
    await cli(
      'iam',
      'create-role',
      '--role-name',
      'cli',
      '--assume-role-policy-document',
      trust,
      '--tags',
      'Key=a,Value=b',
    );
    const { Role } = JSON.parse(await cli('iam', 'get-role', '--role-name', 'cli'));
    expect(Role).toMatchObject({
      RoleName: 'cli',
      AssumeRolePolicyDocument: JSON.parse(trust),
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    await expect(cli('iam', 'get-role', '--role-name', 'none')).rejects.toThrow(
      'An error occurred (NoSuchEntity) when calling the GetRole operation: The role with name none cannot be found.',
    );
  });

  it('makes a VPC and finds it by its tag', async () => {
    const tags = 'ResourceType=vpc,Tags=[{Key=Name,Value=from cli}]';
    const { Vpc } = JSON.parse(
      await cli('ec2', 'create-vpc', '--cidr-block', '10.9.0.0/16', '--tag-specifications', tags),
    );
    const { Vpcs } = JSON.parse(await cli('ec2', 'describe-vpcs', '--filters', 'Name=tag:Name,Values=from cli'));
    expect(Vpcs).toMatchObject([{ VpcId: Vpc.VpcId, CidrBlock: '10.9.0.0/16' }]);
  });

  it('is told of a cluster that does not exist', async () => {
    expect(JSON.parse(await cli('eks', 'list-clusters'))).toEqual({ clusters: [] });
    await expect(cli('eks', 'describe-cluster', '--name', 'none')).rejects.toThrow('(ResourceNotFoundException)');
  });

  it('copies files to S3 and back', async () => {
    const file = join(folder, 'file.txt');
    await writeFile(file, 'some text');
    await cli('s3api', 'create-bucket', '--bucket', 'from-cli');
    await cli('s3', 'cp', file, 's3://from-cli/a folder/file.txt');
    const listed = JSON.parse(await cli('s3api', 'list-objects-v2', '--bucket', 'from-cli'));
    expect(listed.Contents).toMatchObject([{ Key: 'a folder/file.txt', Size: 9 }]);
    expect(await cli('s3', 'cp', 's3://from-cli/a folder/file.txt', '-')).toBe('some text');
  });
});
