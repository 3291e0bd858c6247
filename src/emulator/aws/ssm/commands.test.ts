import { EC2Client, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  GetParameterCommand,
  SendCommandCommand,
  SSMClient,
  StartSessionCommand,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { minutes, seconds } from '../../../base/duration.ts';
import { type AwsUnderTest, startForTest } from '../../start-for-test.ts';
import { appendConsole } from '../ec2/instances/life.ts';
import { refusal } from '../eks/eks-trial.ts';

let aws: AwsUnderTest;
let ssm: SSMClient;
beforeEach(async () => {
  aws = await startForTest();
  ssm = new SSMClient(aws.settings());
});
afterEach(() => aws.stop());

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

const parameter = async (Name: string): Promise<string> =>
  (await ssm.send(new GetParameterCommand({ Name }))).Parameter!.Value!;

async function machine(policy?: string): Promise<string> {
  const iam = new IAMClient(aws.settings());
  await iam.send(new CreateRoleCommand({ RoleName: 'seat', AssumeRolePolicyDocument: trust }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'seat' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'seat', RoleName: 'seat' }));
  if (policy) await iam.send(new AttachRolePolicyCommand({ RoleName: 'seat', PolicyArn: policy }));
  const ImageId = await parameter('/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64');
  const { Instances } = await new EC2Client(aws.settings()).send(
    new RunInstancesCommand({
      ImageId,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      IamInstanceProfile: { Name: 'seat' },
    }),
  );
  await aws.clock.sleep(minutes(2));
  return Instances![0]!.InstanceId!;
}

const core = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
const send = (id: string, command: string) =>
  ssm.send(
    new SendCommandCommand({
      DocumentName: 'AWS-RunShellScript',
      InstanceIds: [id],
      Parameters: { commands: [command] },
    }),
  );

it('an instance is managed when its role has the rights', async () => {
  const id = await machine();
  const seen = () =>
    ssm.send(new DescribeInstanceInformationCommand({ Filters: [{ Key: 'InstanceIds', Values: [id] }] }));
  expect((await seen()).InstanceInformationList).toEqual([]);
  expect(await refusal(send(id, 'true'))).toMatch(/^InvalidInstanceId: Instances \[\[i-\w+\]\] not in a valid state/);
  await new IAMClient(aws.settings()).send(new AttachRolePolicyCommand({ RoleName: 'seat', PolicyArn: core }));
  expect((await seen()).InstanceInformationList).toMatchObject([{ InstanceId: id, PingStatus: 'Online' }]);
  expect(await refusal(ssm.send(new StartSessionCommand({ Target: id })))).toMatch(/^NotImplemented/);
});

it('a command has an outcome after a while: the journal is known, other programs are not', async () => {
  const id = await machine(core);
  appendConsole(aws.turns.at('us-east-1'), id, '[   35.000] cloud-init[1509]: the seat is ready');
  appendConsole(aws.turns.at('us-east-1'), id, '[   36.000] kubelet[2000]: Started kubelet');
  const outcome = async (command: string) => {
    const CommandId = (await send(id, command)).Command!.CommandId!;
    const ask = () => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: id }));
    expect((await ask()).Status).toBe('Pending');
    await aws.clock.sleep(seconds(2));
    expect((await ask()).Status).toBe('InProgress');
    await aws.clock.sleep(seconds(2));
    return ask();
  };
  const journal = (unit: string) =>
    `journalctl --no-pager --output=short-iso --unit=${unit} --lines=500 | tail -c 23000`;
  expect(await outcome(journal('kubelet'))).toMatchObject({
    Status: 'Success',
    ResponseCode: 0,
    StandardOutputContent: '[   36.000] kubelet[2000]: Started kubelet\n',
  });
  expect((await outcome(journal('quilla-boot'))).StandardOutputContent).toMatch(/the seat is ready\n$/);
  expect(await outcome('etcdctl member list')).toMatchObject({
    Status: 'Failed',
    ResponseCode: 127,
    StandardErrorContent: expect.stringMatching(/^sh: 1: etcdctl: not found/),
  });
});

it('Ubuntu has a public parameter of its own', async () => {
  const folder = '/aws/service/canonical/ubuntu/server/24.04/stable/current';
  expect(await parameter(`${folder}/arm64/hvm/ebs-gp3/ami-id`)).toMatch(/^ami-[0-9a-f]{17}$/);
});
