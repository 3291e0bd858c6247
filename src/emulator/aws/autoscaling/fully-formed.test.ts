import {
  AutoScalingClient,
  CreateAutoScalingGroupCommand,
  DescribeAutoScalingGroupsCommand,
  UpdateAutoScalingGroupCommand,
} from '@aws-sdk/client-auto-scaling';
import {
  CreateLaunchTemplateCommand,
  CreateLaunchTemplateVersionCommand,
  EC2Client,
  type RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { imagesOf } from '../ec2/images.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let ec2: EC2Client;
let groups: AutoScalingClient;
beforeEach(async () => {
  aws = await startForTest();
  ec2 = new EC2Client(aws.settings());
  groups = new AutoScalingClient(aws.settings());
});
afterEach(() => aws.stop());

const data = (more: RequestLaunchTemplateData = {}): RequestLaunchTemplateData => ({
  ImageId: imagesOf('us-east-1')[0]!.id,
  InstanceType: 't3.medium',
  ...more,
});
const LaunchTemplateName = 'nodes';
const template = (more: RequestLaunchTemplateData) =>
  ec2.send(new CreateLaunchTemplateCommand({ LaunchTemplateName, LaunchTemplateData: data(more) }));
const AutoScalingGroupName = 'g';
const group = () =>
  groups.send(
    new CreateAutoScalingGroupCommand({
      AutoScalingGroupName,
      LaunchTemplate: { LaunchTemplateName, Version: '1' },
      MinSize: 1,
      MaxSize: 1,
      VPCZoneIdentifier: Object.keys(aws.turns.at('us-east-1').state.ec2.subnets)[0]!,
    }),
  );

it.each([
  [{ IamInstanceProfile: { Name: 'nobody' } }, 'Value (nobody) for parameter iamInstanceProfile.name is invalid.'],
  [{ KeyName: 'nobody' }, "The key pair 'nobody' does not exist"],
  [{ ImageId: 'ami-00000000000000000' }, "The image id '[ami-00000000000000000]' does not exist"],
  [{ SecurityGroupIds: ['sg-00000000000000000'] }, "The security group 'sg-00000000000000000' does not exist"],
])('a group does not take a template with %j', async (more, why) => {
  await template(more);
  expect(await refusal(group())).toContain(
    `ValidationError: You must use a valid fully-formed launch template. ${why}`,
  );
  expect((await groups.send(new DescribeAutoScalingGroupsCommand({}))).AutoScalingGroups).toEqual([]);
});

it('a group does not change to such a template, and keeps its own', async () => {
  await template({});
  await group();
  const LaunchTemplateData = data({ KeyName: 'nobody' });
  await ec2.send(new CreateLaunchTemplateVersionCommand({ LaunchTemplateName, LaunchTemplateData }));
  const LaunchTemplate = { LaunchTemplateName, Version: '2' };
  const change = groups.send(new UpdateAutoScalingGroupCommand({ AutoScalingGroupName, LaunchTemplate }));
  expect(await refusal(change)).toMatch(/fully-formed/);
  const { AutoScalingGroups } = await groups.send(new DescribeAutoScalingGroupsCommand({}));
  expect(AutoScalingGroups?.[0]?.LaunchTemplate?.Version).toBe('1');
});

it('what an account may have too little of is no fault of a template', async () => {
  // 96 vCPUs, of which the account may use fewer.
  await template({ InstanceType: 'm5.24xlarge' });
  await group();
});
