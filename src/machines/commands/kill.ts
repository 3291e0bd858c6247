import { EC2Client, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { embeddedAccessKeyId, embeddedSecretAccessKey } from '../../emulator/embedded-aws.ts';
import { MachinesError } from '../machines-error.ts';
import { runFolder } from '../run-folder.ts';
import { livingRun } from './living-run.ts';
import { namedMachine } from './named-machine.ts';
import type { Say } from './say.ts';

/** Takes the power from a machine, as a host that fails does: EC2 is told to terminate it, and nothing in it is shut down. */
export async function kill({ name, node }: { readonly name: string; readonly node: string }, say: Say): Promise<0> {
  const folder = runFolder(name);
  const { endpoint, machines } = await livingRun(folder);
  const { machine } = await namedMachine(node, { folder, machines });
  const { instanceId, role, zone, state } = machine;
  if (state !== 'running' && state !== 'pending')
    throw new MachinesError(`${instanceId} is ${state} already`, {
      fix: 'Its auto scaling group starts the next one.',
    });
  const credentials = { accessKeyId: embeddedAccessKeyId, secretAccessKey: embeddedSecretAccessKey };
  const ec2 = new EC2Client({ endpoint, region: zone.slice(0, -1), credentials, maxAttempts: 1 });
  try {
    await ec2.send(new TerminateInstancesCommand({ InstanceIds: [instanceId] }));
  } catch (error) {
    throw new MachinesError(`EC2 does not terminate ${instanceId}: ${(error as Error).message}`);
  } finally {
    ec2.destroy();
  }
  say.err(
    `${instanceId}${role === '' ? '' : ` (${role})`} has no power any more. Its auto scaling group starts the next one.`,
  );
  return 0;
}
