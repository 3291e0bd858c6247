import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  type InstanceRequirements,
} from '@aws-sdk/client-auto-scaling';
import { CreateLaunchTemplateCommand, EC2Client } from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { refusal } from '../eks/eks-trial.ts';
import { typesFor } from './instance-requirements.ts';

let aws: AwsUnderTest;
let groups: AutoScalingClient;
beforeEach(async () => {
  aws = await startForTest();
  groups = new AutoScalingClient(aws.settings());
  const image = imagesOf('us-east-1').find((own) => own.architecture === 'x86_64')!;
  await new EC2Client(aws.settings()).send(
    new CreateLaunchTemplateCommand({ LaunchTemplateName: 'nodes', LaunchTemplateData: { ImageId: image.id } }),
  );
});
afterEach(() => aws.stop());

const small = { VCpuCount: { Min: 2, Max: 2 }, MemoryMiB: { Min: 4096, Max: 8192 } };

const create = (InstanceRequirements: InstanceRequirements, more: object = {}) =>
  groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName: 'g',
      MixedInstancesPolicy: {
        LaunchTemplate: {
          LaunchTemplateSpecification: { LaunchTemplateName: 'nodes' },
          Overrides: [{ InstanceRequirements, ...more }],
        },
      },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: Object.keys(aws.turns.at('us-east-1').state.ec2.subnets)[0]!,
    }),
  );

it('a group launches a type that fulfils its requirements, and tells them as they were given', async () => {
  const wanted: InstanceRequirements = { ...small, BurstablePerformance: 'required', CpuManufacturers: ['amd'] };
  await create(wanted);
  await aws.clock.sleep(minutes(3));
  const [group] = (await groups.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups!;
  expect(group!.Instances!.map((own) => own.InstanceType)).toEqual([expect.stringMatching(/^t3a\.(medium|large)$/)]);
  const [override] = group!.MixedInstancesPolicy!.LaunchTemplate!.Overrides!;
  expect(override!.InstanceRequirements).toEqual(wanted);
});

it.each([
  ['burstable types only where they are asked for', {}, (type: string) => !/^t\d/.test(type)],
  ['only burstable ones', { BurstablePerformance: 'required' }, (type: string) => /^t\d/.test(type)],
  ['no excluded ones', { ExcludedInstanceTypes: ['m*', 'c*'] }, (type: string) => !/^[mc]/.test(type)],
  ['only allowed ones', { AllowedInstanceTypes: ['m5*'] }, (type: string) => /^m5/.test(type)],
] as const)('%s', (_, more, holds) => {
  const types = typesFor({ ...small, ...more } as InstanceRequirements, 'x86_64');
  expect(types.length).toBeGreaterThan(0);
  expect(types.filter((type) => !holds(type))).toEqual([]);
});

it.each([
  [{ ...small, VCpuCount: { Min: undefined } }, {}, /^ValidationError/],
  [{ ...small, MemoryMiB: { Min: 8192, Max: 4096 } }, {}, /^ValidationError/],
  [{ ...small, AllowedInstanceTypes: ['m5*'], ExcludedInstanceTypes: ['m4*'] }, {}, /^ValidationError/],
  [small, { InstanceType: 'm5.large' }, /^ValidationError/],
  [{ ...small, LocalStorage: 'required' as const }, {}, /^NotImplemented/],
])('%j with %j is refused', async (wanted, more, code) => {
  expect(await refusal(create(wanted, more))).toMatch(code);
});
