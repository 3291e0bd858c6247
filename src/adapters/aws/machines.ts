import {
  DescribeInstanceInformationCommand,
  GetCommandInvocationCommand,
  type GetCommandInvocationCommandOutput,
  SendCommandCommand,
} from '@aws-sdk/client-ssm';
import { type Duration, milliseconds, minutes, seconds } from '../../base/duration.ts';
import { type Seen, until } from '../../base/until.ts';
import type { CommandOutput, Machines } from '../../ports/machines.ts';
import type { Permission } from '../../ports/permissions.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { failedLater } from './failed-later.ts';
import { unlessGone } from './gone.ts';

/** Systems Manager takes as many values in one filter. */
const idsPerQuestion = 50;

async function online({ clients, call }: Connection, instanceIds: readonly string[]): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (let i = 0; i < instanceIds.length; i += idsPerQuestion) {
    const Filters = [{ Key: 'InstanceIds', Values: instanceIds.slice(i, i + idsPerQuestion) }];
    const pages = await allPages(
      (NextToken) =>
        call('ssm:DescribeInstanceInformation', () =>
          clients.ssm.send(new DescribeInstanceInformationCommand({ Filters, NextToken, MaxResults: 50 })),
        ),
      (page) => page.NextToken,
    );
    for (const one of pages.flatMap((page) => page.InstanceInformationList ?? [])) {
      if (one.PingStatus === 'Online' && one.InstanceId !== undefined) found.add(one.InstanceId);
    }
  }
  return found;
}

const running = ['Pending', 'InProgress', 'Delayed', 'Cancelling'];

/** A command that ended badly by itself has an exit code; one that never ended, or never began, has none. */
function outcome(answer: GetCommandInvocationCommandOutput | undefined): Seen<CommandOutput> {
  const status = answer?.Status;
  if (answer === undefined || status === undefined || running.includes(status))
    return { waiting: status ?? 'not taken up yet' };
  if (answer.ResponseCode !== undefined && answer.ResponseCode >= 0) {
    return {
      done: {
        exitCode: answer.ResponseCode,
        stdout: answer.StandardOutputContent ?? '',
        stderr: answer.StandardErrorContent ?? '',
      },
    };
  }
  throw failedLater(
    'ssm:SendCommand',
    `Command${answer.StatusDetails?.replaceAll(' ', '') ?? status}`,
    `the command on ${answer.InstanceId ?? 'the instance'} ended as ${answer.StatusDetails ?? status}, without an exit code`,
  );
}

async function run(
  { clients, call, clock }: Connection,
  instanceId: string,
  command: string,
  deadline: Duration,
): Promise<CommandOutput> {
  const inSeconds = String(Math.max(30, Math.ceil(deadline.ms / 1000)));
  const input = {
    DocumentName: 'AWS-RunShellScript',
    InstanceIds: [instanceId],
    // An agent that is away must not run it hours later.
    TimeoutSeconds: Number(inSeconds),
    Parameters: { commands: [command], executionTimeout: [inSeconds] },
  };
  // A command may change something: one whose answer is lost is not sent again.
  const sent = await call('ssm:SendCommand', () => clients.ssm.send(new SendCommandCommand(input)), { once: true });
  const CommandId = sent.Command!.CommandId!;
  return until(
    {
      what: `the command on ${instanceId}`,
      every: seconds(1),
      // The agent tells of its own time-out a little later.
      deadline: milliseconds(deadline.ms + minutes(1).ms),
      clock,
    },
    async () => {
      const answer = await unlessGone(
        call('ssm:GetCommandInvocation', () =>
          clients.ssm.send(new GetCommandInvocationCommand({ CommandId, InstanceId: instanceId })),
        ),
      );
      return outcome(answer);
    },
  );
}

/**
 * Commands through Systems Manager. It gives the first 24 000 characters of what a command says, so that long outputs are to be cut there.
 * https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html
 */
export const machines = (connection: Connection): Machines => ({
  online: (instanceIds) => online(connection, instanceIds),
  run: (instanceId, command, deadline) => run(connection, instanceId, command, deadline),
});

/** What each way to machines needs: commands only on instances that carry the cluster's tag. */
export const machinePermissions = {
  online: [{ action: 'ssm:DescribeInstanceInformation', resource: '*' }],
  run: [
    {
      action: 'ssm:SendCommand',
      resource: 'arn:${partition}:ec2:${region}:${account}:instance/*',
      condition: 'our-tag-on-resource',
    },
    { action: 'ssm:SendCommand', resource: 'arn:${partition}:ssm:${region}::document/AWS-RunShellScript' },
    { action: 'ssm:GetCommandInvocation', resource: '*' },
  ],
} as const satisfies Record<keyof Machines, readonly Permission[]>;
