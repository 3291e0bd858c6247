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
import type { ShellResult } from '../../machine-shell.ts';
import type { Given } from '../required-members.ts';
import { isManaged } from './managed-instances.ts';
import { runShell } from './shell.ts';
import type { CommandRecord } from './state.ts';

const document = 'AWS-RunShellScript';

/** From SendCommand until the agent has it, and from then to its end. */
const [delivery, running] = [seconds(1), seconds(2)];
/** The document's own limit where executionTimeout is not given: the agent ends what runs for longer. */
const longest = seconds(3600);

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

type Status = 'Pending' | 'InProgress' | 'Success' | 'Failed' | 'TimedOut';

function statusOf(turn: Turn, command: CommandRecord, instanceId: string): Status {
  if (turn.now < command.sentAt + delivery.ms) return 'Pending';
  const result = command.results[instanceId];
  if (result === undefined) return turn.now < command.sentAt + delivery.ms + longest.ms ? 'InProgress' : 'TimedOut';
  // A real machine has taken its time already.
  if (turn.machines === undefined && turn.now < command.sentAt + delivery.ms + running.ms) return 'InProgress';
  return result.code === 0 ? 'Success' : 'Failed';
}

const detailsOf = (status: Status): string =>
  status === 'InProgress' ? 'In Progress' : status === 'TimedOut' ? 'Execution Timed Out' : status;

function view(turn: Turn, command: CommandRecord): Command {
  const states = command.instanceIds.map((id) => statusOf(turn, command, id));
  const isOpen = states.some((state) => state === 'Pending' || state === 'InProgress');
  const closed = states.find((state) => state !== 'Success') ?? 'Success';
  const status = isOpen ? states.find((state) => state === 'Pending' || state === 'InProgress')! : closed;
  return {
    CommandId: command.id,
    DocumentName: document,
    Parameters: { commands: [...command.commands] },
    InstanceIds: [...command.instanceIds],
    RequestedDateTime: new Date(command.sentAt),
    Status: status,
    StatusDetails: detailsOf(status),
    TargetCount: command.instanceIds.length,
    CompletedCount: isOpen ? 0 : command.instanceIds.length,
    ErrorCount: states.filter((state) => state === 'Failed' || state === 'TimedOut').length,
  };
}

/** AWS keeps the first 24,000 characters of each output. */
const kept = (text: string): string => text.slice(0, 24_000);

/** A machine that cannot be entered ends a command as the agent ends one that it cannot run. */
const unrunnable = (error: Error): ShellResult => ({ code: 1, stdout: '', stderr: error.message });

/** As the agent adds it to what a script has written that failed. */
const asAgent = ({ code, stdout, stderr }: ShellResult): ShellResult =>
  code === 0
    ? { code, stdout: kept(stdout), stderr: kept(stderr) }
    : {
        code,
        stdout: kept(stdout),
        stderr: kept(`${stderr.trimEnd()}\nfailed to run commands: exit status ${code}`.trimStart()),
      };

/** A real machine takes its time; what is played is known at once. */
function runOn(turn: Turn, { commands, results }: CommandRecord, id: string): void {
  const script = commands.join('\n');
  if (turn.machines === undefined) {
    results[id] = runShell(turn, turn.state.ec2.instances[id]!, script);
    return;
  }
  const ending = turn.machines.shell(id, script).then(asAgent, unrunnable);
  void ending.then((result) => {
    results[id] = result;
  });
}

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_SendCommand.html */
export const sendCommand: Handler<Given<SendCommandRequest>, SendCommandResult> = (input, call) => {
  const instanceIds = checkTargets(call, input);
  const commands = input.Parameters?.commands ?? [];
  if (commands.length === 0) throw new AwsError('InvalidParameters', 'Missing required parameter: commands');
  const command: CommandRecord = {
    id: uuidOf(call),
    commands: [...commands],
    instanceIds: [...instanceIds],
    sentAt: call.now,
    results: {},
  };
  for (const id of instanceIds) runOn(call, command, id);
  call.state.ssm.commands[command.id] = command;
  return { Command: view(call, command) };
};

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_GetCommandInvocation.html */
export const getCommandInvocation: Handler<Given<GetCommandInvocationRequest>, GetCommandInvocationResult> = (
  input,
  call,
) => {
  const command = call.state.ssm.commands[input.CommandId];
  const result = command?.results[input.InstanceId];
  if (command === undefined || !command.instanceIds.includes(input.InstanceId))
    throw new AwsError(
      'InvocationDoesNotExist',
      'The command ID and managed node ID you specified did not match any invocations.',
    );
  const status = statusOf(call, command, input.InstanceId);
  const ended = status === 'Success' || status === 'Failed' ? result : undefined;
  return {
    CommandId: command.id,
    InstanceId: input.InstanceId,
    DocumentName: document,
    PluginName: 'aws:runShellScript',
    ResponseCode: ended?.code ?? -1,
    StandardOutputContent: kept(ended?.stdout ?? ''),
    StandardErrorContent: kept(ended?.stderr ?? ''),
    Status: status,
    StatusDetails: detailsOf(status),
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
            StatusDetails: detailsOf(status),
          };
        }),
    ),
});
