import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { DescribeSpotPriceHistoryCommand, paginateDescribeInstanceTypes } from '@aws-sdk/client-ec2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../iam/state.ts';
import type { Ec2Trial } from './ec2-trial.ts';
import { ec2Trial, refusal } from './ec2-trial.ts';
import { service } from './index.ts';

const run = promisify(execFile);
const hasCli = await run('aws', ['--version']).then(
  () => true,
  () => false,
);

let trial: Ec2Trial;
beforeAll(async () => {
  trial = await ec2Trial();
});
afterAll(() => trial.stop());

describe('the EC2 service', () => {
  test('has a schema for each operation that it answers', () => {
    expect(Object.keys(service.schemas).sort()).toEqual(Object.keys(service.handlers).sort());
  });

  test('says NotImplemented for an operation that it does not have', async () => {
    expect(await refusal(trial.ec2.send(new DescribeSpotPriceHistoryCommand({})))).toMatch(
      /NotImplemented|not implemented/i,
    );
  });

  test('the SDK reads a long list page by page to its end', async () => {
    const names: (string | undefined)[] = [];
    for await (const page of paginateDescribeInstanceTypes({ client: trial.ec2 }, {})) {
      names.push(...(page.InstanceTypes ?? []).map((type) => type.InstanceType));
    }
    expect(names.length).toBeGreaterThan(500);
    expect(new Set(names).size).toBe(names.length);
  });

  test.runIf(hasCli)('the AWS CLI lists the VPC', async () => {
    const { stdout } = await run(
      'aws',
      ['ec2', 'describe-vpcs', '--query', 'Vpcs[].[CidrBlock,IsDefault]', '--output', 'text'],
      {
        env: {
          PATH: process.env.PATH,
          HOME: '/nonexistent',
          AWS_ACCESS_KEY_ID: embeddedAccessKeyId,
          AWS_SECRET_ACCESS_KEY: embeddedSecretAccessKey,
          AWS_DEFAULT_REGION: 'us-east-1',
          AWS_ENDPOINT_URL: trial.aws.endpoint,
        },
      },
    );
    expect(stdout.trim()).toBe('172.31.0.0/16\tTrue');
  });
});
