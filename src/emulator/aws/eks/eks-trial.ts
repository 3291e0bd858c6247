import { AutoScalingClient } from '@aws-sdk/client-auto-scaling';
import { DescribeSubnetsCommand, DescribeVpcsCommand, EC2Client } from '@aws-sdk/client-ec2';
import { CreateClusterCommand, type CreateClusterCommandInput, EKSClient } from '@aws-sdk/client-eks';
import { AttachRolePolicyCommand, CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { type Duration, minutes } from '../../../base/duration.ts';
import { startEmbeddedAws } from '../../embedded-aws.ts';
import type { FaultPlan } from '../../faults.ts';

/** An embedded AWS of its own with the clients that an EKS cluster needs; for tests. */
export async function eksTrial(faults?: FaultPlan) {
  const aws = await startEmbeddedAws({ clock: { kind: 'stepped' }, ...(faults && { faults }) });
  const [key] = Object.values(aws.world.iam.accessKeys);
  if (key === undefined) throw new Error('the new world has no access key');
  const settings = {
    region: 'us-east-1',
    endpoint: aws.endpoint,
    credentials: { accessKeyId: key.accessKeyId, secretAccessKey: key.secretAccessKey },
    maxAttempts: 1,
  };
  const clients = {
    eks: new EKSClient(settings),
    ec2: new EC2Client(settings),
    iam: new IAMClient(settings),
    autoscaling: new AutoScalingClient(settings),
  };
  const stop = async (): Promise<void> => {
    for (const client of Object.values(clients)) client.destroy();
    await aws.stop();
  };
  const pass = (time: Duration): Promise<void> => aws.clock.sleep(time);
  const turn = () => aws.turns.at('us-east-1');
  return { aws, settings, ...clients, pass, stop, turn, state: () => turn().state };
}

export type EksTrial = Awaited<ReturnType<typeof eksTrial>>;

/** A role that a service may assume, with managed policies; returns its ARN. */
export async function makeRole(
  trial: EksTrial,
  role: {
    readonly name: string;
    readonly service: string;
    readonly policies?: readonly string[];
    readonly actions?: readonly string[];
  },
): Promise<string> {
  const statement = {
    Effect: 'Allow',
    Principal: { Service: role.service },
    Action: role.actions ?? ['sts:AssumeRole'],
  };
  const made = await trial.iam.send(
    new CreateRoleCommand({
      RoleName: role.name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
  for (const policy of role.policies ?? []) {
    await trial.iam.send(
      new AttachRolePolicyCommand({ RoleName: role.name, PolicyArn: `arn:aws:iam::aws:policy/${policy}` }),
    );
  }
  return made.Role!.Arn!;
}

/** The default VPC's subnets in two zones that EKS supports: public, with addresses of their own. */
export async function defaultSubnets(trial: EksTrial): Promise<readonly [string, string]> {
  const vpcs = await trial.ec2.send(new DescribeVpcsCommand({ Filters: [{ Name: 'is-default', Values: ['true'] }] }));
  const found = await trial.ec2.send(
    new DescribeSubnetsCommand({ Filters: [{ Name: 'vpc-id', Values: [vpcs.Vpcs![0]!.VpcId!] }] }),
  );
  const supported = found.Subnets!.filter((subnet) => subnet.AvailabilityZoneId !== 'use1-az3');
  return [supported[0]!.SubnetId!, supported[1]!.SubnetId!];
}

/** `Code: message` of the error that a promise ends in; fails where it ends well. */
export async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  throw new Error('it was not refused');
}

/** An ACTIVE cluster `keel` (1.36, authentication mode API, private and public endpoint) in the default VPC. */
export async function makeKeel(trial: EksTrial, changes: Partial<CreateClusterCommandInput> = {}): Promise<void> {
  await trial.eks.send(new CreateClusterCommand({ ...(await keelRequest(trial)), ...changes }));
  await trial.pass(minutes(10));
}

/** What `keel` is made of; makes its role. */
export async function keelRequest(trial: EksTrial): Promise<CreateClusterCommandInput> {
  const policies = ['AmazonEKSClusterPolicy'];
  return {
    name: 'keel',
    roleArn: await makeRole(trial, { name: 'cluster', service: 'eks.amazonaws.com', policies }),
    version: '1.36',
    resourcesVpcConfig: { subnetIds: [...(await defaultSubnets(trial))], endpointPrivateAccess: true },
    accessConfig: { authenticationMode: 'API', bootstrapClusterCreatorAdminPermissions: false },
    bootstrapSelfManagedAddons: false,
  };
}
