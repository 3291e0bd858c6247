import { describe, expect, it } from 'vitest';
import { seconds } from '../../base/duration.ts';
import { SteppedClock } from '../../emulator/clocks/stepped.ts';
import { AwsFailure, type AwsReason, type CallContext } from '../../ports/aws.ts';
import { issueFailure } from './eks.ts';
import { oncePropagated, whenFree } from './when-free.ts';

const failure = (reason: AwsReason, code: string, message: string): AwsFailure =>
  new AwsFailure({ reason, operation: 'eks:Test', code, message });

const contextAt = (clock: SteppedClock): CallContext => ({
  scope: { cluster: 'k8s', region: 'eu-west-1', account: '123456789012', partition: 'aws' },
  clock,
  signal: new AbortController().signal,
  onWait: () => {},
});

describe("EKS's health issues", () => {
  it.each([
    [
      'no-capacity',
      'AsgInstanceLaunchFailures',
      'Could not launch On-Demand Instances. InsufficientInstanceCapacity - We currently do not have sufficient m6i.large capacity in the Availability Zone you requested (us-east-1e). Launching EC2 instance failed.',
    ],
    [
      'no-capacity',
      'AsgInstanceLaunchFailures',
      'Could not launch Spot Instances. UnfulfillableCapacity - Unable to fulfill capacity due to your request configuration. Launching EC2 instance failed.',
    ],
    [
      'quota',
      'AsgInstanceLaunchFailures',
      'Could not launch On-Demand Instances. VcpuLimitExceeded - You have requested more vCPU capacity than your current vCPU limit of 32 allows for the instance bucket that the specified instance type belongs to.',
    ],
    ['quota', 'InsufficientFreeAddresses', 'One or more of the subnets does not have enough available IP addresses.'],
    ['denied', 'AccessDenied', 'Amazon EKS or one or more of your managed nodes is unable to authenticate.'],
    ['invalid', 'NodeCreationFailure', 'Instances failed to join the kubernetes cluster'],
  ] as const)('give the reason %s for %s', (reason, code, message) => {
    const made = issueFailure('eks:CreateNodegroup', 'Node group a is CREATE_FAILED', [{ code, message }]);
    expect(made).toMatchObject({ reason, code, operation: 'eks:CreateNodegroup' });
    expect(made.message).toContain(message);
  });
});

describe('asking until EKS is free', () => {
  it('waits out another update and gives the answer', async () => {
    const clock = new SteppedClock(0);
    const busy = failure(
      'conflict',
      'ResourceInUseException',
      'Cannot LoggingUpdate because cluster k8s currently has update a in progress',
    );
    const answer = await whenFree({ what: 'EKS', every: seconds(10) }, contextAt(clock), async () => {
      if (clock.now() < 60_000) throw busy;
      return 'done';
    });
    expect([answer, clock.now()]).toEqual(['done', 60_000]);
  });

  it('fails at once with what no waiting helps against', async () => {
    const clock = new SteppedClock(0);
    const wrong = failure(
      'invalid',
      'InvalidParameterException',
      'Unsupported Kubernetes minor version update from 1.34 to 1.36',
    );
    await expect(whenFree({ what: 'EKS' }, contextAt(clock), () => Promise.reject(wrong))).rejects.toBe(wrong);
    expect(clock.now()).toBe(0);
  });
});

describe('asking until a fresh role is known', () => {
  it.each([
    'Role with arn: arn:aws:iam::123456789012:role/quilla/a, could not be assumed because it does not exist or the trusted entity is not correct',
    'The specified principalArn is invalid: invalid principal.',
    'Policy contains a statement with one or more invalid principals.',
    'Role provided in the request does not exist.',
  ])('waits out: %s', async (message) => {
    const clock = new SteppedClock(0);
    const answer = await oncePropagated('role a', contextAt(clock), async () => {
      if (clock.now() < 10_000) throw failure('invalid', 'InvalidParameterException', message);
      return 'done';
    });
    expect([answer, clock.now()]).toEqual(['done', 10_000]);
  });

  it("gives AWS's own answer after a minute", async () => {
    const clock = new SteppedClock(0);
    const wrong = failure(
      'invalid',
      'InvalidParameterException',
      'The specified principalArn is invalid: invalid principal.',
    );
    await expect(oncePropagated('role a', contextAt(clock), () => Promise.reject(wrong))).rejects.toBe(wrong);
    expect(clock.now()).toBe(60_000);
  });
});
