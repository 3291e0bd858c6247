import {
  DeleteNetworkInterfaceCommand,
  DeleteSecurityGroupCommand,
  DeleteVolumeCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
  type Filter,
  type NetworkInterface,
  RevokeSecurityGroupEgressCommand,
  RevokeSecurityGroupIngressCommand,
  type SecurityGroup,
  type Volume,
} from '@aws-sdk/client-ec2';
import { minutes } from '../../base/duration.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Leftover } from '../../ports/leftovers.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { describeCluster } from './eks.ts';
import { fromTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { cniTag, ebsCsiTag, isOurs, kubernetesClusterTag, loadBalancerTag, madeFor } from './leftover-tags.ts';
import { deleteWhenFree } from './retry.ts';

const interfacesWhere = ({ clients, call }: Connection, Filters: Filter[]): Promise<NetworkInterface[]> =>
  allItems(
    (NextToken) =>
      call('ec2:DescribeNetworkInterfaces', () =>
        clients.ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken })),
      ),
    (page) => page.NetworkInterfaces,
  );

const groupsWhere = ({ clients, call }: Connection, Filters: Filter[]): Promise<SecurityGroup[]> =>
  allItems(
    (NextToken) =>
      call('ec2:DescribeSecurityGroups', () =>
        clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
      ),
    (page) => page.SecurityGroups,
  );

/** Goes with its instance: root volumes carry the tags of their launch template. */
const goesWithInstance = (volume: Volume): boolean =>
  (volume.Attachments ?? []).some((attachment) => attachment.DeleteOnTermination === true);

/** EC2 shows a deleted volume for some minutes. */
const isGoing = ({ State }: Volume): boolean => State === 'deleting' || State === 'deleted';

/** Volumes that the EBS CSI driver made for claims of the cluster. */
export async function findVolumes({ clients, call }: Connection, cluster: string): Promise<Leftover[]> {
  const Filters = [{ Name: 'tag-key', Values: [kubernetesClusterTag(cluster), ebsCsiTag] }];
  const volumes = await allItems(
    (NextToken) =>
      call('ec2:DescribeVolumes', () => clients.ec2.send(new DescribeVolumesCommand({ Filters, NextToken }))),
    (page) => page.Volumes,
  );
  return volumes.flatMap((volume): Leftover[] => {
    const tags = fromTagList(volume.Tags);
    const tag = madeFor(tags, cluster);
    if (tag === undefined || isOurs(tags, cluster) || goesWithInstance(volume) || isGoing(volume)) return [];
    const claim = tags['kubernetes.io/created-for/pvc/name'];
    const because = claim === undefined ? `tagged ${tag}` : `holds the data of the claim ${claim}; tagged ${tag}`;
    return [
      { type: 'volume', id: volume.VolumeId!, name: tags.Name ?? volume.VolumeId!, because, belongsToCluster: true },
    ];
  });
}

/** `ELB name` is how a classic load balancer describes its interfaces; those of the others have `app/` or `net/` before the name. */
const classicName = (face: NetworkInterface): string | undefined =>
  face.RequesterId === 'amazon-elb' || face.RequesterManaged === true
    ? /^ELB ([^/]+)$/.exec(face.Description ?? '')?.[1]
    : undefined;

/** An interface of something that is neither ours nor the cluster's, in a VPC or subnet that goes. */
function inTheWay(face: NetworkInterface): Leftover[] {
  const id = face.NetworkInterfaceId!;
  const where = `it stands in ${face.SubnetId} of ${face.VpcId}`;
  const classic = classicName(face);
  if (classic !== undefined) {
    const because = `${where}; delete its Service, or: aws elb delete-load-balancer --load-balancer-name ${classic}`;
    return [{ type: 'classic-load-balancer', id: classic, name: classic, because, belongsToCluster: false }];
  }
  const instance = face.Attachment?.InstanceId;
  if (instance !== undefined)
    return [{ type: 'instance', id: instance, name: instance, because: where, belongsToCluster: false }];
  if (face.Status === 'available' || face.InterfaceType === 'lambda') {
    const name = face.Description || id;
    return [{ type: 'network-interface', id, name, because: where, belongsToCluster: false }];
  }
  // What is left belongs to NAT gateways, endpoints, load balancers or the control plane, which are looked after as such.
  return [];
}

export async function findInterfaces(
  connection: Connection,
  cluster: string,
  places: { readonly vpcIds: readonly string[]; readonly subnetIds: readonly string[] },
): Promise<Leftover[]> {
  const { vpcIds, subnetIds } = places;
  const idle = [
    { Name: 'tag-key', Values: [cniTag, kubernetesClusterTag(cluster)] },
    { Name: 'status', Values: ['available'] },
  ];
  const [made, inVpcs, inSubnets] = await Promise.all([
    interfacesWhere(connection, idle),
    vpcIds.length === 0 ? [] : interfacesWhere(connection, [{ Name: 'vpc-id', Values: [...vpcIds] }]),
    subnetIds.length === 0 ? [] : interfacesWhere(connection, [{ Name: 'subnet-id', Values: [...subnetIds] }]),
  ]);
  const ofCluster = made.flatMap((face): Leftover[] => {
    const tags = fromTagList(face.TagSet);
    const tag = madeFor(tags, cluster);
    if (tag === undefined || isOurs(tags, cluster)) return [];
    const id = face.NetworkInterfaceId!;
    return [
      { type: 'network-interface', id, name: face.Description || id, because: `tagged ${tag}`, belongsToCluster: true },
    ];
  });
  const others = [...inVpcs, ...inSubnets].filter((face) => {
    const tags = fromTagList(face.TagSet);
    return !isOurs(tags, cluster) && madeFor(tags, cluster) === undefined;
  });
  const byId = new Map([...others.flatMap(inTheWay), ...ofCluster].map((one) => [`${one.type} ${one.id}`, one]));
  return [...byId.values()];
}

/**
 * The group that EKS makes for a cluster goes with it, unless an interface of the CNI still names it: then EKS leaves it behind.
 * https://docs.aws.amazon.com/eks/latest/userguide/sec-group-reqs.html
 */
const isEksGroup = (group: SecurityGroup): boolean =>
  group.GroupName?.startsWith('eks-cluster-sg-') === true ||
  (group.Tags ?? []).some((tag) => tag.Key === 'aws:eks:cluster-name');

const leftByEks = (group: SecurityGroup, cluster: string): boolean =>
  ['aws:eks:cluster-name', kubernetesClusterTag(cluster)].every((key, i) =>
    (group.Tags ?? []).some((tag) => tag.Key === key && tag.Value === [cluster, 'owned'][i]),
  );

export async function findSecurityGroups(
  connection: Connection,
  cluster: string,
  vpcIds: readonly string[],
): Promise<Leftover[]> {
  const tagged = [{ Name: 'tag-key', Values: [kubernetesClusterTag(cluster), loadBalancerTag] }];
  const [made, inVpcs] = await Promise.all([
    groupsWhere(connection, tagged),
    vpcIds.length === 0 ? [] : groupsWhere(connection, [{ Name: 'vpc-id', Values: [...vpcIds] }]),
  ]);
  const groups = [...new Map([...made, ...inVpcs].map((group) => [group.GroupId!, group])).values()];
  const left = groups.filter((group) => leftByEks(group, cluster));
  const clusterIsThere = left.length > 0 && (await describeCluster(connection, cluster)) !== undefined;
  return groups.flatMap((group): Leftover[] => {
    const tags = fromTagList(group.Tags);
    const goesWithCluster = isEksGroup(group) && (clusterIsThere || !left.includes(group));
    if (isOurs(tags, cluster) || goesWithCluster || group.GroupName === 'default') return [];
    const [id, name, tag] = [group.GroupId!, group.GroupName!, madeFor(tags, cluster)];
    if (tag !== undefined)
      return [{ type: 'security-group', id, name, because: `tagged ${tag}`, belongsToCluster: true }];
    if (!vpcIds.includes(group.VpcId ?? '')) return [];
    return [{ type: 'security-group', id, name, because: `it stands in ${group.VpcId}`, belongsToCluster: false }];
  });
}

export const removeVolume = ({ clients, call }: Connection, VolumeId: string, context: CallContext): Promise<void> =>
  deleteWhenFree(`volume ${VolumeId}`, context, () =>
    call('ec2:DeleteVolume', () => clients.ec2.send(new DeleteVolumeCommand({ VolumeId }))),
  );

export const removeInterface = ({ clients, call }: Connection, id: string, context: CallContext): Promise<void> =>
  deleteWhenFree(`network interface ${id}`, context, () =>
    call('ec2:DeleteNetworkInterface', () =>
      clients.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId: id })),
    ),
  );

type Direction = 'ingress' | 'egress';

/** Takes back the rules that name a group on the cluster's other groups (the load balancer controller opens the nodes' group to its own): AWS keeps a group while a rule names it. */
async function forgetGroup(connection: Connection, groupId: string, direction: Direction, cluster: string) {
  const { clients, call } = connection;
  const isIngress = direction === 'ingress';
  const name = isIngress ? 'ip-permission.group-id' : 'egress.ip-permission.group-id';
  const naming = await groupsWhere(connection, [{ Name: name, Values: [groupId] }]);
  const ofCluster = naming.filter(
    ({ GroupId, Tags }) =>
      GroupId === groupId || isOurs(fromTagList(Tags), cluster) || madeFor(fromTagList(Tags), cluster) !== undefined,
  );
  for (const group of ofCluster) {
    const permissions = (isIngress ? group.IpPermissions : group.IpPermissionsEgress) ?? [];
    const IpPermissions = permissions.flatMap(({ IpProtocol, FromPort, ToPort, UserIdGroupPairs }) => {
      const pairs = (UserIdGroupPairs ?? []).filter((pair) => pair.GroupId === groupId);
      return pairs.length === 0
        ? []
        : [{ IpProtocol, FromPort, ToPort, UserIdGroupPairs: pairs.map(({ GroupId }) => ({ GroupId })) }];
    });
    if (IpPermissions.length === 0) continue;
    const input = { GroupId: group.GroupId!, IpPermissions };
    await unlessGone<unknown>(
      isIngress
        ? call('ec2:RevokeSecurityGroupIngress', () => clients.ec2.send(new RevokeSecurityGroupIngressCommand(input)))
        : call('ec2:RevokeSecurityGroupEgress', () => clients.ec2.send(new RevokeSecurityGroupEgressCommand(input))),
    );
  }
}

export async function removeSecurityGroup(
  connection: Connection,
  groupId: string,
  context: CallContext,
): Promise<void> {
  const { clients, call } = connection;
  for (const direction of ['ingress', 'egress'] as const)
    await forgetGroup(connection, groupId, direction, context.scope.cluster);
  await deleteWhenFree(
    `security group ${groupId}`,
    context,
    () => call('ec2:DeleteSecurityGroup', () => clients.ec2.send(new DeleteSecurityGroupCommand({ GroupId: groupId }))),
    { deadline: minutes(10) },
  );
}
