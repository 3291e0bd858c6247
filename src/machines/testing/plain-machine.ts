import {
  DescribeSecurityGroupsCommand,
  DescribeSubnetsCommand,
  type EC2Client,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { minutes } from '../../base/duration.ts';
import { eventually, type Trial } from './trial.ts';

/** An instance of a trial that belongs to no cluster of Quilla. */
export interface PlainMachine {
  readonly id: string;
  readonly address: string;
  /** Of its first process on this host. */
  readonly pid: number;
}

interface Place {
  readonly subnetId: string;
  readonly groupId: string;
}

/** The default VPC, whose subnets are public, whose default group lets its own in and all out. */
async function defaultPlace(ec2: EC2Client): Promise<Place> {
  const { Subnets = [] } = await ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'default-for-az', Values: ['true'] }] }),
  );
  const { SubnetId, VpcId } = Subnets[0] ?? {};
  const { SecurityGroups = [] } = await ec2.send(
    new DescribeSecurityGroupsCommand({
      Filters: [
        { Name: 'vpc-id', Values: [VpcId ?? ''] },
        { Name: 'group-name', Values: ['default'] },
      ],
    }),
  );
  const groupId = SecurityGroups[0]?.GroupId;
  if (SubnetId === undefined || groupId === undefined)
    throw new Error('the region has no default VPC with subnets: a new embedded AWS brings one');
  return { subnetId: SubnetId, groupId };
}

/** Launches an instance with this script as its user data, of the same image as the seats, in the default VPC; resolves when it is on. */
export async function launchPlain(trial: Trial, script: string): Promise<PlainMachine> {
  const { ec2 } = trial.ports.connection.clients;
  const { subnetId, groupId } = await defaultPlace(ec2);
  const { Instances = [] } = await ec2.send(
    new RunInstancesCommand({
      ImageId: imageOfSeats(trial),
      InstanceType: 't3.medium',
      SubnetId: subnetId,
      SecurityGroupIds: [groupId],
      MinCount: 1,
      MaxCount: 1,
      UserData: Buffer.from(script).toString('base64'),
    }),
  );
  const { InstanceId: id = '', PrivateIpAddress: address = '' } = Instances[0] ?? {};
  return eventually(
    `instance ${id} is on`,
    () => {
      const pid = trial.running.driver.status().find(({ instanceId }) => instanceId === id)?.pid;
      return pid === undefined ? undefined : { id, address, pid };
    },
    minutes(3),
  );
}

function imageOfSeats({ running: { aws } }: Trial): string {
  const instances = Object.values(aws.world.regions).flatMap(({ ec2 }) => Object.values(ec2.instances));
  const found = instances.find(({ imageId }) => imageId !== undefined)?.imageId;
  if (found === undefined) throw new Error('no instance was launched yet whose image could be taken');
  return found;
}
