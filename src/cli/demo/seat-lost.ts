import { DescribeInstancesCommand, TerminateInstancesCommand } from '@aws-sdk/client-ec2';
import { clusterStatus } from '../../app/index.ts';
import { seconds } from '../../base/duration.ts';
import { type Story, showReady } from './story.ts';

/** Ends the instance of a seat, as a failing machine would, and waits until another one holds the seat. */
export async function loseSeat(story: Story, cluster: string, seat: string): Promise<void> {
  const { aws, say } = story;
  const { ec2 } = aws.connection.clients;
  const before = (await clusterStatus(cluster, aws.toStatus)).controlPlane.seats.find(({ name }) => name === seat);
  const InstanceIds = [before?.instanceId ?? ''];
  const volumeOf = async (InstanceId: string | null | undefined): Promise<string> => {
    const answer = await ec2.send(new DescribeInstancesCommand({ InstanceIds: [InstanceId ?? ''] }));
    const disks = answer.Reservations?.[0]?.Instances?.[0]?.BlockDeviceMappings ?? [];
    return disks.find(({ Ebs }) => Ebs?.DeleteOnTermination === false)?.Ebs?.VolumeId ?? 'no volume';
  };
  const volume = await volumeOf(before?.instanceId);
  await ec2.send(new TerminateInstancesCommand({ InstanceIds }));
  await aws.clock.sleep(seconds(30));
  const without = await clusterStatus(cluster, aws.toStatus);
  const left = without.controlPlane.seats.filter(({ state }) => state === 'serving').length;
  say(
    `  ${InstanceIds[0]} of seat ${seat} is terminated. ${left} of 3 seats serve; the API ${without.controlPlane.reached ? 'answers' : 'does not answer'}.\n`,
  );
  const after = await showReady(story, cluster);
  const held = after.controlPlane.seats.find(({ name }) => name === seat);
  const same = (await volumeOf(held?.instanceId)) === volume;
  say(
    `\n  Seat ${seat}: ${held?.instanceId ?? 'nobody'} in place of ${InstanceIds[0]}, ${same ? 'with the same' : 'with another'} etcd volume ${volume}.`,
  );
}
