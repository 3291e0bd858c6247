import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  AllocateAddressCommand,
  AssociateRouteTableCommand,
  AttachInternetGatewayCommand,
  AuthorizeSecurityGroupIngressCommand,
  CreateInternetGatewayCommand,
  CreateNatGatewayCommand,
  CreateRouteCommand,
  CreateRouteTableCommand,
  CreateSecurityGroupCommand,
  CreateSubnetCommand,
  CreateVpcCommand,
  type IpPermission,
  RunInstancesCommand,
} from '@aws-sdk/client-ec2';
import { seconds } from '../../base/duration.ts';
import { ec2Trial } from '../../emulator/aws/ec2/ec2-trial.ts';
import { eksImageId } from '../../emulator/aws/ec2/eks-images.ts';
import type { Made, Records } from '../made.ts';
import { CommandFailed, run } from '../run.ts';
import { createNetwork, namespaceOf } from './network.ts';
import { topologyOf } from './topology-of.ts';

/** An embedded AWS with a VPC: a public subnet, a private one behind a NAT gateway, and a dark one; for tests. */
export async function vpcTrial() {
  const trial = await ec2Trial();
  const { ec2 } = trial;
  const VpcId = (await ec2.send(new CreateVpcCommand({ CidrBlock: '10.0.0.0/16' }))).Vpc?.VpcId ?? '';
  const subnet = async (CidrBlock: string) => {
    const made = await ec2.send(new CreateSubnetCommand({ VpcId, CidrBlock, AvailabilityZone: 'us-east-1a' }));
    const SubnetId = made.Subnet?.SubnetId ?? '';
    const { RouteTable } = await ec2.send(new CreateRouteTableCommand({ VpcId }));
    const table = RouteTable?.RouteTableId ?? '';
    await ec2.send(new AssociateRouteTableCommand({ RouteTableId: table, SubnetId }));
    return { id: SubnetId, table };
  };
  const everywhere = (RouteTableId: string, target: object) =>
    ec2.send(new CreateRouteCommand({ RouteTableId, DestinationCidrBlock: '0.0.0.0/0', ...target }));
  const subnets = {
    open: await subnet('10.0.0.0/24'),
    inside: await subnet('10.0.1.0/24'),
    dark: await subnet('10.0.2.0/24'),
  };
  const { InternetGateway } = await ec2.send(new CreateInternetGatewayCommand({}));
  const GatewayId = InternetGateway?.InternetGatewayId ?? '';
  await ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId: GatewayId, VpcId }));
  await everywhere(subnets.open.table, { GatewayId });
  const { AllocationId, PublicIp: natAddress = '' } = await ec2.send(new AllocateAddressCommand({}));
  const made = await ec2.send(new CreateNatGatewayCommand({ SubnetId: subnets.open.id, AllocationId }));
  const NatGatewayId = made.NatGateway?.NatGatewayId ?? '';
  await trial.pass(seconds(95));
  await everywhere(subnets.inside.table, { NatGatewayId });

  const group = async (GroupName: string): Promise<string> =>
    (await ec2.send(new CreateSecurityGroupCommand({ VpcId, GroupName, Description: 'x' }))).GroupId ?? '';
  const allow = (GroupId: string, permission: IpPermission) =>
    ec2.send(new AuthorizeSecurityGroupIngressCommand({ GroupId, IpPermissions: [permission] }));
  const instance = async (SubnetId: string, Groups: string[], rest: object = {}) => {
    const ImageId = eksImageId('us-east-1', '1.34', 'al2023', 'x86_64') ?? '';
    const NetworkInterfaces = [
      { DeviceIndex: 0, SubnetId, Groups, AssociatePublicIpAddress: SubnetId === subnets.open.id },
    ];
    const input = { ImageId, InstanceType: 'm5.large' as const, MinCount: 1, MaxCount: 1, NetworkInterfaces, ...rest };
    const { Instances } = await ec2.send(new RunInstancesCommand(input));
    await trial.pass(seconds(25));
    const found = trial.state().instances[Instances?.[0]?.InstanceId ?? '']!;
    const eni = trial.state().networkInterfaces[found.networkInterfaceIds[0] ?? '']!;
    return { id: found.id, address: found.privateIp, eni: eni.id, publicIp: eni.publicIp ?? '' };
  };
  const topology = () => topologyOf(trial.aws.world);
  return { ...trial, VpcId, subnets, natAddress, NatGatewayId, group, allow, instance, topology };
}

export type VpcTrial = Awaited<ReturnType<typeof vpcTrial>>;

/** Records in memory. */
export function recordsForTest(): Records {
  const left = new Map<string, Made>();
  return {
    folder: '',
    damage: [],
    add: (made) => void left.set(JSON.stringify(made), made),
    forget: (made) => void left.delete(JSON.stringify(made)),
    all: () => [...left.values()],
  };
}

/** Removes the namespaces of a run, and what runs in them, once its standard input ends: also when the test is killed. */
const sweep = (runId: string): ChildProcess =>
  spawn(
    'sh',
    [
      '-c',
      `cat > /dev/null; for n in $(ip netns list | cut -d ' ' -f 1 | grep '^q-${runId}-'); do
         for p in $(ip netns pids "$n"); do kill -9 "$p"; done; ip netns delete "$n"; done`,
    ],
    { stdio: ['pipe', 'ignore', 'ignore'], detached: true },
  );

/** A network of its own on this host, and ways to send packets in it. */
export function networkTrial() {
  const runId = randomBytes(2).toString('hex');
  const records = recordsForTest();
  const network = createNetwork({ runId, records });
  const sweeper = sweep(runId);
  const servers: ChildProcess[] = [];
  const execute = (namespace: string, ...words: string[]) => run('ip', ['netns', 'exec', namespace, ...words]);
  /** Begins a program in a namespace and waits until it listens. */
  const serve = async (namespace: string, ...words: string[]) => {
    const before = await execute(namespace, 'ss', '-Hlntu');
    const child = spawn('ip', ['netns', 'exec', namespace, ...words], {
      stdio: ['pipe', 'pipe', 'inherit'],
      detached: true,
    });
    servers.push(child);
    const until = Date.now() + 5000;
    while ((await execute(namespace, 'ss', '-Hlntu')) === before) {
      if (Date.now() > until) throw new Error(`${words.join(' ')} does not listen in ${namespace} after 5 seconds`);
    }
    return child;
  };
  /** A server that tells each client its address, as the server sees it. */
  const tellPeer = (namespace: string, port: number, protocol: 'TCP' | 'UDP' = 'TCP') =>
    serve(
      namespace,
      'socat',
      `${protocol}4-LISTEN:${port},fork,reuseaddr`,
      `SYSTEM:${protocol === 'UDP' ? 'head -c 1 > /dev/null; ' : ''}echo $SOCAT_PEERADDR`,
    );
  /** What a server tells; `nothing` where no answer comes, `refused` where it is said that none will. */
  const ask = async (namespace: string, address: string, port: number, options = ''): Promise<string> => {
    try {
      return (
        await execute(namespace, 'socat', '-T2', '-u', `TCP4:${address}:${port},connect-timeout=1${options}`, '-')
      ).trim();
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      return /timed out/i.test(error.stderr)
        ? 'nothing'
        : (/refused|unreachable|No route/i.exec(error.stderr)?.[0] ?? error.stderr);
    }
  };
  const close = async () => {
    for (const { pid } of servers) {
      try {
        process.kill(-pid!, 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    }
    await network.close();
    sweeper.stdin?.end();
  };
  const machine = (id: string) => namespaceOf.machine(runId, id);
  return {
    runId,
    records,
    network,
    execute,
    serve,
    tellPeer,
    ask,
    machine,
    close,
    internet: namespaceOf.internet(runId),
  };
}
