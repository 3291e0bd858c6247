import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { AssumeRoleCommand, GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { describe, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';

const trustOf = (principal: object) =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: principal, Action: 'sts:AssumeRole' }],
  });

async function makeRole(aws: AwsUnderTest, principal: object): Promise<string> {
  const iam = new IAMClient(aws.settings());
  const made = await iam.send(
    new CreateRoleCommand({ RoleName: 'deployer', AssumeRolePolicyDocument: trustOf(principal) }),
  );
  return made.Role!.Arn!;
}

const assume = (aws: AwsUnderTest, RoleArn: string, more = {}) =>
  new STSClient(aws.settings()).send(new AssumeRoleCommand({ RoleArn, RoleSessionName: 'ada', ...more }));

describe('STS', () => {
  it('says who asks', async () => {
    await using aws = await startForTest();
    const answer = await new STSClient(aws.settings('eu-west-1')).send(new GetCallerIdentityCommand({}));
    expect(answer).toMatchObject({ Account: '123456789012', Arn: 'arn:aws:iam::123456789012:user/admin' });
    expect(answer.$metadata.requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('gives credentials of a role that trusts the account, which speak for the session', async () => {
    await using aws = await startForTest();
    const arn = await makeRole(aws, { AWS: 'arn:aws:iam::123456789012:root' });
    const { Credentials, AssumedRoleUser } = await assume(aws, arn);
    expect(AssumedRoleUser?.Arn).toBe('arn:aws:sts::123456789012:assumed-role/deployer/ada');
    expect(Credentials!.Expiration!.getTime() - Date.now()).toBeGreaterThan(3_500_000);
    const session = {
      accessKeyId: Credentials!.AccessKeyId!,
      secretAccessKey: Credentials!.SecretAccessKey!,
      sessionToken: Credentials!.SessionToken!,
    };
    const identity = await new STSClient(aws.settings('us-east-1', session)).send(new GetCallerIdentityCommand({}));
    expect(identity.Arn).toBe(AssumedRoleUser?.Arn);
    const withoutToken = { accessKeyId: session.accessKeyId, secretAccessKey: session.secretAccessKey };
    const asking = new STSClient(aws.settings('us-east-1', withoutToken)).send(new GetCallerIdentityCommand({}));
    await expect(asking).rejects.toMatchObject({ name: 'InvalidClientTokenId' });
  });

  it('refuses a role that trusts others, and one that does not exist, with the same words', async () => {
    await using aws = await startForTest();
    const arn = await makeRole(aws, { Service: 'ec2.amazonaws.com' });
    for (const role of [arn, 'arn:aws:iam::123456789012:role/nobody']) {
      await expect(assume(aws, role)).rejects.toMatchObject({
        name: 'AccessDenied',
        message: `User: arn:aws:iam::123456789012:user/admin is not authorized to perform: sts:AssumeRole on resource: ${role}`,
        $metadata: { httpStatusCode: 403 },
      });
    }
  });

  it('refuses a session longer than the role allows', async () => {
    await using aws = await startForTest();
    const arn = await makeRole(aws, { AWS: '123456789012' });
    await expect(assume(aws, arn, { DurationSeconds: 7200 })).rejects.toMatchObject({ name: 'ValidationError' });
    await expect(assume(aws, arn, { DurationSeconds: 60 })).rejects.toThrow('greater than or equal to 900');
  });

  it('lets a session do what its role may and no more', async () => {
    await using aws = await startForTest();
    const arn = await makeRole(aws, { AWS: '123456789012' });
    const admin = new IAMClient(aws.settings());
    await admin.send(
      new AttachRolePolicyCommand({ RoleName: 'deployer', PolicyArn: 'arn:aws:iam::aws:policy/IAMReadOnlyAccess' }),
    );
    const { Credentials } = await assume(aws, arn);
    const iam = new IAMClient(
      aws.settings('us-east-1', {
        accessKeyId: Credentials!.AccessKeyId!,
        secretAccessKey: Credentials!.SecretAccessKey!,
        sessionToken: Credentials!.SessionToken!,
      }),
    );
    const { GetRoleCommand } = await import('@aws-sdk/client-iam');
    expect((await iam.send(new GetRoleCommand({ RoleName: 'deployer' }))).Role?.Arn).toBe(arn);
    const creating = iam.send(
      new CreateRoleCommand({ RoleName: 'x', AssumeRolePolicyDocument: trustOf({ AWS: '*' }) }),
    );
    await expect(creating).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:sts::123456789012:assumed-role/deployer/ada is not authorized to perform: iam:CreateRole on resource: arn:aws:iam::123456789012:role/x because no identity-based policy allows the iam:CreateRole action',
    });
  });
});
