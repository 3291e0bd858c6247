import { seconds } from '../../base/duration.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { eksImageId } from '../aws/ec2/eks-images.ts';
import { takeAddress } from '../aws/ec2/private-addresses.ts';
import type { Turn } from '../call.ts';

const region = 'us-east-1';
const account = '123456789012';

/** A node role with the policies that EKS asks for, and its instance profile. */
export function makeRole(turn: Turn): void {
  const { iam } = turn.world;
  iam.roles.nodes = {
    arn: `arn:aws:iam::${account}:role/nodes`,
    path: '/',
    createDate: 0,
    tags: {},
    inlinePolicies: {},
    attachedPolicies: ['AmazonEKSWorkerNodePolicy', 'AmazonEC2ContainerRegistryPullOnly', 'AmazonEKS_CNI_Policy'].map(
      (name) => `arn:aws:iam::aws:policy/${name}`,
    ),
    roleName: 'nodes',
    roleId: 'AROANODES',
    assumeRolePolicyDocument: '{}',
    maxSessionDuration: 3600,
  };
  iam.instanceProfiles.nodes = {
    instanceProfileName: 'nodes',
    instanceProfileId: 'AIPANODES',
    arn: `arn:aws:iam::${account}:instance-profile/nodes`,
    path: '/',
    createDate: 0,
    roles: ['nodes'],
    tags: {},
  };
}

/** An instance that runs and will boot, with a public address in a public subnet. */
export function launchInstance(
  turn: Turn,
  change: Partial<InstanceRecord> & { readonly userData: string },
): InstanceRecord {
  const { ec2 } = turn.state;
  const subnets = Object.values(ec2.subnets);
  const subnet = ec2.subnets[change.subnetId ?? ''] ?? subnets[Object.keys(ec2.instances).length % subnets.length]!;
  const [id, eniId] = [turn.newId('i-'), turn.newId('eni-')];
  const privateIp = takeAddress(turn, subnet);
  ec2.networkInterfaces[eniId] = {
    id: eniId,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    description: '',
    interfaceType: 'interface',
    mac: '0e:00:00:00:00:01',
    privateIps: [privateIp],
    ipv6Addresses: [],
    ipv4Prefixes: [],
    ipv6Prefixes: [],
    groups: [Object.values(ec2.securityGroups).find(({ vpcId }) => vpcId === subnet.vpcId)!.id],
    sourceDestCheck: true,
    publicIp: `198.51.100.${Object.keys(ec2.instances).length + 1}`,
    createdAt: turn.now,
  };
  const instance: InstanceRecord = {
    id,
    reservationId: 'r-1',
    launchIndex: 0,
    imageId: eksImageId(region, '1.34', 'al2023', 'x86_64')!,
    type: 'm5.large',
    architecture: 'x86_64',
    state: 'running',
    stateTransitionReason: '',
    launchedAt: turn.now,
    vpcId: subnet.vpcId,
    subnetId: subnet.id,
    zone: subnet.zone,
    privateIp,
    privateDnsName: `ip-${privateIp.replaceAll('.', '-')}.ec2.internal`,
    networkInterfaceIds: [eniId],
    iamInstanceProfile: { arn: `arn:aws:iam::${account}:instance-profile/nodes`, id: 'AIPANODES' },
    metadataOptions: { HttpTokens: 'required', HttpPutResponseHopLimit: 1 },
    monitoring: 'disabled',
    ebsOptimized: true,
    sourceDestCheck: true,
    disableApiTermination: false,
    disableApiStop: false,
    shutdownBehavior: 'stop',
    rootDeviceName: '/dev/xvda',
    blockDevices: [],
    tenancy: 'default',
    cpuOptions: {},
    privateDnsNameOptions: {},
    console: [],
    ...change,
  };
  ec2.instances[id] = instance;
  turn.later(seconds(35), 'nodes.boot', { instanceId: id });
  return instance;
}
