import type {
  Command,
  GetCommandInvocationRequest,
  GetCommandInvocationResult,
  ListCommandInvocationsRequest,
  ListCommandInvocationsResult,
  SendCommandRequest,
  SendCommandResult,
} from '@aws-sdk/client-ssm';
import { seconds } from '../../../base/duration.ts';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { isManaged } from './managed-instances.ts';
import { runShell } from './shell.ts';
import type { CommandRecord } from './state.ts';

const document = 'AWS-RunShellScript';

/** From SendCommand until the agent has it, and from then to its end. */
const [delivery, running] = [seconds(1), seconds(2)];

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function checkTargets(turn: Turn, input: Given<SendCommandRequest>): readonly string[] {
  if (input.DocumentName !== document && input.DocumentName !== `arn:aws:ssm:${turn.region}::document/${document}`)
    throw new AwsError('NotImplemented', `The embedded AWS knows the document ${document} only.`, 501);
  if (input.Targets !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS sends commands to InstanceIds only.', 501);
  const ids = input.InstanceIds ?? [];
  if (ids.length === 0) throw new AwsError('InvalidInstanceId', 'InstanceIds must not be empty');
  for (const id of ids) {
    const instance = turn.state.ec2.instances[id];
    if (instance === undefined || !isManaged(turn, instance))
      throw new AwsError('InvalidInstanceId', `Instances [[${id}]] not in a valid state for account ${turn.account}`);
  }
  return ids;
}

type Status = 'Pending' | 'InProgress' | 'Success' | 'Failed';

function statusOf(turn: Turn, command: CommandRecord, instanceId: string): Status {
  if (turn.now < command.sentAt + delivery.ms) return 'Pending';
  if (turn.now < command.sentAt + delivery.ms + running.ms) return 'InProgress';
  return command.results[instanceId]?.code === 0 ? 'Success' : 'Failed';
}

function view(turn: Turn, command: CommandRecord): Command {
  const states = command.instanceIds.map((id) => statusOf(turn, command, id));
  const isOpen = states.some((state) => state === 'Pending' || state === 'InProgress');
  const status = isOpen ? states[0]! : states.every((state) => state === 'Success') ? 'Success' : 'Failed';
  return {
    CommandId: command.id,
    DocumentName: document,
    Parameters: { commands: [...command.commands] },
    InstanceIds: [...command.instanceIds],
    RequestedDateTime: new Date(command.sentAt),
    Status: status,
    StatusDetails: status,
    TargetCount: command.instanceIds.length,
    CompletedCount: isOpen ? 0 : command.instanceIds.length,
    ErrorCount: states.filter((state) => state === 'Failed').length,
  };
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const sendCommand: Handler<Given<SendCommandRequest>, SendCommandResult> = (input, call) => {
  const instanceIds = checkTargets(call, input);
  const commands = input.Parameters?.commands ?? [];
  if (commands.length === 0) throw new AwsError('InvalidParameters', 'Missing required parameter: commands');
  const results = instanceIds.map(
    (id) => [id, runShell(call, call.state.ec2.instances[id]!, commands.join('\n'))] as const,
  );
  const command: CommandRecord = {
    id: uuidOf(call),
    commands: [...commands],
    instanceIds: [...instanceIds],
    sentAt: call.now,
    results: Object.fromEntries(results),
  };
  call.state.ssm.commands[command.id] = command;
  return { Command: view(call, command) };
};

/** AWS keeps the first 24,000 characters of each output. */
const kept = (text: string): string => text.slice(0, 24_000);

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export const getCommandInvocation: Handler<Given<GetCommandInvocationRequest>, GetCommandInvocationResult> = (
  input,
  call,
) => {
  const command = call.state.ssm.commands[input.CommandId];
  const result = command?.results[input.InstanceId];
  if (command === undefined || result === undefined)
    throw new AwsError(
      'InvocationDoesNotExist',
      'The command ID and managed node ID you specified did not match any invocations.',
    );
  const status = statusOf(call, command, input.InstanceId);
  const isDone = status === 'Success' || status === 'Failed';
  return {
    CommandId: command.id,
    InstanceId: input.InstanceId,
    DocumentName: document,
    PluginName: 'aws:runShellScript',
    ResponseCode: isDone ? result.code : -1,
    StandardOutputContent: isDone ? kept(result.stdout) : '',
    StandardErrorContent: isDone ? kept(result.stderr) : '',
    Status: status,
    StatusDetails: status === 'InProgress' ? 'In Progress' : status,
  };
};

export const listCommandInvocations: Handler<ListCommandInvocationsRequest, ListCommandInvocationsResult> = (
  input,
  call,
) => ({
  CommandInvocations: Object.values(call.state.ssm.commands)
    .filter((command) => input.CommandId === undefined || command.id === input.CommandId)
    .flatMap((command) =>
      command.instanceIds
        .filter((id) => input.InstanceId === undefined || id === input.InstanceId)
        .map((id) => {
          const status = statusOf(call, command, id);
          return {
            CommandId: command.id,
            InstanceId: id,
            DocumentName: document,
            RequestedDateTime: new Date(command.sentAt),
            Status: status,
            StatusDetails: status,
          };
        }),
    ),
});
