import { EC2Client, GetConsoleOutputCommand, RunInstancesCommand } from '@aws-sdk/client-ec2';
import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  IAMClient,
} from '@aws-sdk/client-iam';
import {
  GetCommandInvocationCommand,
  ListCommandInvocationsCommand,
  SendCommandCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hours, minutes, seconds } from '../base/duration.ts';
import { bootData, workerConfig } from '../testing/machines/machines-boot-data.ts';
import { imagesOf } from './aws/ec2/images.ts';
import { appendConsole } from './aws/ec2/instances/life.ts';
import { refusal } from './aws/eks/eks-trial.ts';
import { listen } from './aws/elbv2/listening.ts';
import type { DrivenAws, MachineDriver } from './machine-driver.ts';
import type { ShellResult } from './machine-shell.ts';
import { whyNotJoined } from './nodes/boot.ts';
import { type AwsUnderTest, startForTest } from './start-for-test.ts';

interface Shell {
  readonly instanceId: string;
  readonly script: string;
  readonly ended: PromiseWithResolvers<ShellResult>;
}

/** A driver that runs nothing: it notes what it is asked. */
function fakeDriver() {
  const shells: Shell[] = [];
  const told: string[] = [];
  let driven: DrivenAws | undefined;
  const driver: MachineDriver = {
    async start(aws) {
      driven = aws;
      told.push(`start ${(await fetch(aws.endpoint)).status}`);
    },
    shell(instanceId, script) {
      const ended = Promise.withResolvers<ShellResult>();
      shells.push({ instanceId, script, ended });
      return ended.promise;
    },
    loopback: async (host, port) =>
      host === 'api.example.com' ? { host: '127.0.0.1', port: port + 1 } : { why: `no machine is behind ${host}` },
    async stop() {
      told.push(`stop ${(await fetch(driven!.endpoint)).status}`);
    },
  };
  return { driver, shells, told, driven: () => driven };
}

const trust = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
});

async function launch(aws: AwsUnderTest, UserData?: string, time = minutes(2)): Promise<string> {
  const { Instances } = await new EC2Client(aws.settings()).send(
    new RunInstancesCommand({
      ImageId: imagesOf('us-east-1').find(
        (own) => own.os === 'al2023' && own.architecture === 'x86_64' && own.kubernetes === undefined,
      )!.id,
      InstanceType: 't3.medium',
      MinCount: 1,
      MaxCount: 1,
      ...(UserData && { UserData }),
      IamInstanceProfile: { Name: 'machine' },
    }),
  );
  await aws.clock.sleep(time);
  return Instances![0]!.InstanceId!;
}

async function withRole(aws: AwsUnderTest): Promise<AwsUnderTest> {
  const iam = new IAMClient(aws.settings());
  await iam.send(new CreateRoleCommand({ RoleName: 'machine', AssumeRolePolicyDocument: trust }));
  const PolicyArn = 'arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'machine', PolicyArn }));
  await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: 'machine' }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: 'machine', RoleName: 'machine' }));
  return aws;
}

const consoleOf = async (aws: AwsUnderTest, InstanceId: string): Promise<string> => {
  const { Output } = await new EC2Client(aws.settings()).send(new GetConsoleOutputCommand({ InstanceId }));
  return Buffer.from(Output ?? '', 'base64').toString();
};

let fake: ReturnType<typeof fakeDriver>;
let aws: AwsUnderTest;
beforeEach(async () => {
  fake = fakeDriver();
  aws = await withRole(await startForTest({ machines: fake.driver }));
});
afterEach(() => aws.stop());

describe('a machine driver', () => {
  it('begins when the AWS answers, and ends before it stops to answer', async () => {
    expect(fake.driven()?.endpoint).toBe(aws.endpoint);
    expect(fake.driven()?.turns).toBe(aws.turns);
    await aws.stop();
    expect(fake.told).toEqual(['start 403', 'stop 403']);
    await expect(fetch(aws.endpoint)).rejects.toThrow();
    aws = await startForTest();
  });

  it('that cannot begin leaves nothing listening', async () => {
    let endpoint = '';
    const broken: MachineDriver = {
      ...fake.driver,
      start: async (driven) => {
        endpoint = driven.endpoint;
        throw new Error('no namespaces here');
      },
      stop: async () => undefined,
    };
    await expect(startForTest({ machines: broken })).rejects.toThrow('no namespaces here');
    await expect(fetch(endpoint)).rejects.toThrow();
  });

  it('is asked where names of VPCs are on this host', async () => {
    const ask = async (query: string) => {
      const answer = await fetch(`${aws.endpoint}/_embedded/loopback?${query}`);
      return [answer.status, await answer.json()];
    };
    expect(await ask('host=api.example.com&port=443')).toEqual([200, { host: '127.0.0.1', port: 444 }]);
    expect(await ask('host=other.example.com')).toEqual([404, { reason: 'no machine is behind other.example.com' }]);
    expect(await ask('port=443')).toEqual([400, { reason: 'the query has no host' }]);
  });

  it('leaves a world of plain JSON', async () => {
    const id = await launch(aws);
    expect(JSON.parse(JSON.stringify(aws.world))).toEqual(aws.world);
    expect(aws.world.regions['us-east-1']?.ec2.instances[id]?.state).toBe('running');
  });

  it('begins without what answered on machines before', async () => {
    const id = await launch(aws);
    listen(aws.turns.at('us-east-1'), id, 6443);
    await using next = await startForTest({ machines: fakeDriver().driver, world: structuredClone(aws.world) });
    expect(next.world.regions['us-east-1']?.listening).toEqual({});
    await using played = await startForTest({ world: structuredClone(aws.world) });
    expect(Object.keys(played.world.regions['us-east-1']!.listening)).toEqual([id]);
  });
});

describe('an instance with boot data', () => {
  const userData = bootData(workerConfig);

  it('is not played where it is a real machine, which writes its own console', async () => {
    const id = await launch(aws, userData);
    await aws.clock.sleep(minutes(10));
    expect(await consoleOf(aws, id)).toBe('');
    appendConsole(aws.turns.at('us-east-1'), id, '[    3.1] systemd[1]: Hello');
    expect(await consoleOf(aws, id)).toBe('[    3.1] systemd[1]: Hello\n');
    const { machines, ec2 } = aws.turns.at('us-east-1').state;
    expect([machines, ec2.tags[id]?.['quilla.dev/boot']]).toEqual([undefined, undefined]);
    expect(whyNotJoined(aws.turns.at('us-east-1'), id)).toBe('it is a real machine: its console and its journal tell');
  });

  it('goes on no more that was played in a world before', async () => {
    await using played = await withRole(await startForTest());
    const id = await launch(played, userData, seconds(57));
    const before = await consoleOf(played, id);
    expect(before).toContain('quilla: STEP ');
    await using next = await startForTest({ machines: fakeDriver().driver, world: structuredClone(played.world) });
    await next.clock.sleep(minutes(10));
    expect(await consoleOf(next, id)).toBe(before);
    await played.clock.sleep(minutes(10));
    expect(await consoleOf(played, id)).not.toBe(before);
  });
});

describe('a shell command', () => {
  let id: string;
  let ssm: SSMClient;
  beforeEach(async () => {
    id = await launch(aws);
    ssm = new SSMClient(aws.settings());
  });

  const send = async (...commands: string[]) => {
    const input = { DocumentName: 'AWS-RunShellScript', InstanceIds: [id], Parameters: { commands } };
    const CommandId = (await ssm.send(new SendCommandCommand(input))).Command!.CommandId!;
    const ask = () => ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: id }));
    const listed = async () =>
      (await ssm.send(new ListCommandInvocationsCommand({ CommandId }))).CommandInvocations![0]!.StatusDetails;
    return { ask, listed, shell: fake.shells.at(-1)! };
  };

  it('runs as a whole, for as long as it takes', async () => {
    const { ask, shell } = await send('cd /etc', 'cat hostname | wc -c');
    expect([shell.instanceId, shell.script]).toEqual([id, 'cd /etc\ncat hostname | wc -c']);
    expect((await ask()).Status).toBe('Pending');
    await aws.clock.sleep(minutes(5));
    expect(await ask()).toMatchObject({ Status: 'InProgress', StatusDetails: 'In Progress', ResponseCode: -1 });
    shell.ended.resolve({ code: 0, stdout: 'x'.repeat(30_000), stderr: 'a warning\n' });
    await shell.ended.promise;
    await aws.clock.sleep(seconds(0));
    const outcome = await ask();
    expect(outcome).toMatchObject({ Status: 'Success', ResponseCode: 0, StandardErrorContent: 'a warning\n' });
    expect(outcome.StandardOutputContent).toBe('x'.repeat(24_000));
  });

  it('fails with the code of the script, in the words of the agent', async () => {
    const { ask, shell } = await send('etcdctl member list');
    shell.ended.resolve({ code: 127, stdout: '', stderr: 'sh: 1: etcdctl: not found\n' });
    await aws.clock.sleep(seconds(2));
    expect(await ask()).toMatchObject({
      Status: 'Failed',
      ResponseCode: 127,
      StandardErrorContent: 'sh: 1: etcdctl: not found\nfailed to run commands: exit status 127',
    });
  });

  it('fails where the machine cannot be entered', async () => {
    const { ask, shell } = await send('true');
    shell.ended.reject(new Error(`the machine of ${id} is off`));
    await aws.clock.sleep(seconds(2));
    expect(await ask()).toMatchObject({ Status: 'Failed', StandardErrorContent: `the machine of ${id} is off` });
  });

  it('times out after an hour', async () => {
    const { ask, listed } = await send('sleep infinity');
    await aws.clock.sleep(hours(1.1));
    expect(await ask()).toMatchObject({ Status: 'TimedOut', StatusDetails: 'Execution Timed Out', ResponseCode: -1 });
    expect(await listed()).toBe('Execution Timed Out');
  });

  it('is refused where the instance does not run', async () => {
    aws.turns.at('us-east-1').state.ec2.instances[id]!.state = 'stopped';
    expect(await refusal(send('true'))).toMatch(/^InvalidInstanceId: Instances \[\[i-\w+\]\] not in a valid state/);
    expect(fake.shells).toEqual([]);
  });
});
