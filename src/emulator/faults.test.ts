import { CreateRoleCommand, GetRoleCommand, IAMClient, ListRolesCommand, TagRoleCommand } from '@aws-sdk/client-iam';
import { S3 } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { minutes, seconds } from '../base/duration.ts';
import { createFaults, type FaultPlan, faultPlanSchema } from './faults.ts';
import { startForTest } from './start-for-test.ts';

const AssumeRolePolicyDocument = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});
const create = (RoleName = 'r') => new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument });

const start = async (rules: FaultPlan['rules']) => {
  const aws = await startForTest({ faults: { seed: 5, rules } });
  return { aws, iam: new IAMClient(aws.settings()), [Symbol.asyncDispose]: aws.stop };
};

describe('faults', () => {
  it('throttle as the service words it', async () => {
    await using with_ = await start([
      { kind: 'throttle', service: 'iam', operation: 'List*', nth: 2 },
      { kind: 'throttle', service: 's3' },
    ]);
    const { iam, aws } = with_;
    await iam.send(new ListRolesCommand({}));
    await expect(iam.send(new ListRolesCommand({}))).rejects.toMatchObject({
      name: 'Throttling',
      $metadata: { httpStatusCode: 400 },
    });
    await iam.send(new ListRolesCommand({}));
    const s3 = new S3({ ...aws.settings(), forcePathStyle: true });
    await expect(s3.listBuckets({})).rejects.toMatchObject({ name: 'SlowDown', $metadata: { httpStatusCode: 503 } });
    expect(aws.calls.map(({ errorCode }) => errorCode)).toEqual([undefined, 'Throttling', undefined, 'SlowDown']);
  });

  it('lose a response after the work is done', async () => {
    await using with_ = await start([{ kind: 'lost-response', only: 'writes', times: 1 }]);
    await expect(with_.iam.send(create())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(Object.keys(with_.aws.world.iam.roles)).toEqual(['r']);
    expect(with_.aws.calls).toMatchObject([{ operation: 'CreateRole', write: true }]);
  });

  it('lose a request before anything is done', async () => {
    await using with_ = await start([{ kind: 'lost-request', operation: 'CreateRole', times: 1 }]);
    await expect(with_.iam.send(create())).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect(with_.aws.world.iam.roles).toEqual({});
    await with_.iam.send(create());
  });

  it('answer with an internal error', async () => {
    await using with_ = await start([{ kind: 'internal-error', every: 2 }]);
    await with_.iam.send(create());
    await expect(with_.iam.send(create('s'))).rejects.toMatchObject({
      name: 'InternalFailure',
      $metadata: { httpStatusCode: 500 },
    });
    expect(Object.keys(with_.aws.world.iam.roles)).toEqual(['r']);
  });

  it('deny, naming the action', async () => {
    await using with_ = await start([{ kind: 'denied', operation: 'CreateRole' }]);
    await expect(with_.iam.send(create())).rejects.toMatchObject({
      name: 'AccessDenied',
      message:
        'User: arn:aws:iam::123456789012:user/admin is not authorized to perform: iam:CreateRole on resource: * with an explicit deny in a service control policy',
    });
  });

  it('let reads lag behind, and no further than they say', async () => {
    await using with_ = await start([{ kind: 'stale-reads', lag: '30s' }]);
    const { iam, aws } = with_;
    await iam.send(create());
    await expect(iam.send(new GetRoleCommand({ RoleName: 'r' }))).rejects.toMatchObject({
      name: 'NoSuchEntityException',
    });
    await aws.clock.sleep(seconds(20));
    await iam.send(new TagRoleCommand({ RoleName: 'r', Tags: [{ Key: 'late', Value: 'yes' }] }));
    await aws.clock.sleep(seconds(15));
    const half = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(half.Role!.Tags).toBeUndefined();
    await aws.clock.sleep(seconds(20));
    const now = await iam.send(new GetRoleCommand({ RoleName: 'r' }));
    expect(now.Role!.Tags).toEqual([{ Key: 'late', Value: 'yes' }]);
  });

  it('leave a zone without capacity for a type, until a time', () => {
    const faults = createFaults(
      { rules: [{ kind: 'no-capacity', zone: 'us-east-1a', instanceType: 'm5.large', until: '10m' }] },
      1000,
    );
    expect(faults.noCapacity('us-east-1a', 'm5.large', 1000)).toBe(true);
    expect(faults.noCapacity('us-east-1b', 'm5.large', 1000)).toBe(false);
    expect(faults.noCapacity('us-east-1a', 't3.large', 1000)).toBe(false);
    expect(faults.noCapacity('us-east-1a', 'm5.large', 1000 + minutes(10).ms)).toBe(false);
  });

  it('strike by chance the same way each time', () => {
    const pattern = (seed: number): string => {
      const faults = createFaults({ seed, rules: [{ kind: 'throttle', probability: 0.3 }] }, 0);
      const subject = { service: 'ec2', operation: 'CreateVpc', write: true };
      return Array.from({ length: 60 }, () => (faults.strike(subject) ? 'x' : '.')).join('');
    };
    expect(pattern(1)).toBe(pattern(1));
    expect(pattern(1)).not.toBe(pattern(2));
    expect(pattern(1).split('x').length - 1).toBeGreaterThan(6);
    expect(pattern(1).split('x').length - 1).toBeLessThan(36);
  });

  it('are checked before they are used', () => {
    const bad = {
      rules: [{ kind: 'stale-reads', lag: 'long' }, { kind: 'explode' }, { kind: 'throttle', often: true }],
    };
    const checked = faultPlanSchema.safeParse(bad);
    expect(checked.success).toBe(false);
    expect(JSON.stringify(checked.error?.issues)).toContain('is no duration');
  });
});
