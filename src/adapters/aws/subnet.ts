import {
  AssociateSubnetCidrBlockCommand,
  CreateSubnetCommand,
  DeleteSubnetCommand,
  DescribeSubnetsCommand,
  DescribeVpcsCommand,
  DisassociateSubnetCidrBlockCommand,
  ModifySubnetAttributeCommand,
  type Subnet,
  type Vpc,
} from '@aws-sdk/client-ec2';
import { cidr, subnetAt } from '../../base/cidr.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf, markOf, ownerTag } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree } from './retry.ts';
import { ipv6Of, ourVpcs } from './vpc.ts';
import { waitFor } from './wait.ts';

/**
 * Subnets that are ours or carry our mark as given: one question for both, by the keys of the tags, so that
 * other clusters' subnets may be among them; whoever reads them looks at the tags' values.
 */
export const ourSubnets = (connection: Connection, context: ReadContext): Promise<readonly Subnet[]> =>
  ofOurType(connection, context, {
    type: 'subnet',
    ask: () => {
      const Filters = [{ Name: 'tag-key', Values: [ownerTag(context.scope), markOf(context.scope)] }];
      return allItems(
        (NextToken) =>
          connection.call('ec2:DescribeSubnets', () =>
            connection.clients.ec2.send(new DescribeSubnetsCommand({ Filters, NextToken })),
          ),
        (page) => page.Subnets,
      );
    },
  });

const describeVpcs = async ({ clients, call }: Connection, VpcIds: string[]): Promise<readonly Vpc[]> => {
  const answer = await call('ec2:DescribeVpcs', () => clients.ec2.send(new DescribeVpcsCommand({ VpcIds })));
  return answer.Vpcs ?? [];
};

const blockOf = (subnet: Subnet) =>
  subnet.Ipv6CidrBlockAssociationSet?.find((set) =>
    ['associated', 'associating'].includes(set.Ipv6CidrBlockState?.State ?? ''),
  );

const hasIpv6 = (subnet: Subnet): boolean => blockOf(subnet) !== undefined;

/** IPv6 ranges by VPC: of our VPCs from the question that is asked anyway, of given ones only where a subnet of ours has IPv6. */
async function ipv6Ranges(connection: Connection, context: ReadContext, subnets: readonly Subnet[]) {
  const ours = await ourVpcs(connection, context);
  const known = new Set(ours.map((vpc) => vpc.VpcId));
  const other = [...new Set(subnets.filter(hasIpv6).map((subnet) => subnet.VpcId!))].filter((id) => !known.has(id));
  const vpcs = other.length === 0 ? ours : [...ours, ...(await describeVpcs(connection, other))];
  return new Map(vpcs.map((vpc) => [vpc.VpcId!, ipv6Of(vpc)?.Ipv6CidrBlock]));
}

function indexIn(range: string | undefined, block: string | undefined): number | null {
  if (range === undefined || block === undefined) return null;
  return Number((cidr(block).first - cidr(range).first) >> 64n);
}

const observedOf = (subnet: Subnet): Observed<'subnet'> => {
  const ipv6Cidr = blockOf(subnet)?.Ipv6CidrBlock;
  return { subnetId: subnet.SubnetId!, ...(ipv6Cidr === undefined ? {} : { ipv6Cidr }) };
};

function toFound(subnet: Subnet, id: string, range: string | undefined): Found<'subnet'> {
  const failed = subnet.State?.startsWith('failed') ?? false;
  return {
    kind: 'subnet',
    id,
    name: subnet.SubnetId!,
    state: subnet.State === 'available' ? 'ready' : failed ? 'failed' : 'pending',
    ...(failed ? { stateReason: `AWS gives its state as ${subnet.State}` } : {}),
    settled: {
      vpcId: subnet.VpcId!,
      zone: subnet.AvailabilityZone!,
      cidr: subnet.CidrBlock!,
      ipv6Index: indexIn(range, blockOf(subnet)?.Ipv6CidrBlock),
      publicIpOnLaunch: subnet.MapPublicIpOnLaunch ?? false,
      ipv6OnCreation: subnet.AssignIpv6AddressOnCreation ?? false,
      tags: fromTagList(subnet.Tags),
    },
    observed: observedOf(subnet),
  };
}

/** The /64 of a VPC's IPv6 range with that number. Fails where the VPC has no IPv6. */
async function blockAt(connection: Connection, vpcId: string, index: number): Promise<string> {
  const vpc = (await describeVpcs(connection, [vpcId]))[0];
  const range = vpc === undefined ? undefined : ipv6Of(vpc)?.Ipv6CidrBlock;
  if (range === undefined) {
    throw failedLater('ec2:CreateSubnet', 'InvalidVpc.NoIpv6', `VPC ${vpcId} has no IPv6 range to take a subnet from`);
  }
  return subnetAt(cidr(range), 64, index).text;
}

/** Waits until the subnet is usable and its IPv6 range is (or is no longer) there. */
const available = ({ clients, call }: Connection, subnetId: string, context: CallContext, ipv6: string | null) =>
  waitFor(`subnet ${subnetId} to be available`, context, async () => {
    const answer = await unlessGone(
      call('ec2:DescribeSubnets', () => clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] }))),
    );
    const subnet = answer?.Subnets?.[0];
    if (subnet?.State !== 'available') return { waiting: subnet?.State ?? 'not visible yet' };
    const block = blockOf(subnet);
    const settled = ipv6 === null ? block === undefined : block?.Ipv6CidrBlockState?.State === 'associated';
    return settled ? { done: observedOf(subnet) } : { waiting: 'its IPv6 range is changing' };
  });

const setAttribute = ({ clients, call }: Connection, SubnetId: string, attribute: object) =>
  call('ec2:ModifySubnetAttribute', () =>
    clients.ec2.send(new ModifySubnetAttributeCommand({ SubnetId, ...attribute })),
  );

const setIpv6OnCreation = (connection: Connection, subnetId: string, Value: boolean) =>
  setAttribute(connection, subnetId, { AssignIpv6AddressOnCreation: { Value } });

async function changeIpv6(connection: Connection, subnetId: string, block: string | null): Promise<void> {
  const { clients, call } = connection;
  const answer = await call('ec2:DescribeSubnets', () =>
    clients.ec2.send(new DescribeSubnetsCommand({ SubnetIds: [subnetId] })),
  );
  const present = blockOf(answer.Subnets![0]!);
  if (present !== undefined && present.Ipv6CidrBlock === block) return;
  if (present !== undefined) {
    // AWS refuses to take the range away while interfaces get addresses from it.
    await setIpv6OnCreation(connection, subnetId, false);
    await call('ec2:DisassociateSubnetCidrBlock', () =>
      clients.ec2.send(new DisassociateSubnetCidrBlockCommand({ AssociationId: present.AssociationId! })),
    );
  }
  if (block === null) return;
  await call(
    'ec2:AssociateSubnetCidrBlock',
    () => clients.ec2.send(new AssociateSubnetCidrBlockCommand({ SubnetId: subnetId, Ipv6CidrBlock: block })),
    { once: true },
  );
}

async function create(connection: Connection, settled: Settled<'subnet'>, context: CallContext) {
  const { clients, call } = connection;
  const block = settled.ipv6Index === null ? null : await blockAt(connection, settled.vpcId, settled.ipv6Index);
  const input = {
    VpcId: settled.vpcId,
    AvailabilityZone: settled.zone,
    CidrBlock: settled.cidr,
    ...(block === null ? {} : { Ipv6CidrBlock: block }),
    ...tagSpecification('subnet', settled.tags),
  };
  const answer = await call('ec2:CreateSubnet', () => clients.ec2.send(new CreateSubnetCommand(input)), { once: true });
  const subnetId = answer.Subnet!.SubnetId!;
  const made = await available(connection, subnetId, context, block);
  if (settled.publicIpOnLaunch) await setAttribute(connection, subnetId, { MapPublicIpOnLaunch: { Value: true } });
  if (settled.ipv6OnCreation) await setIpv6OnCreation(connection, subnetId, true);
  return made;
}

const describe = { action: 'ec2:DescribeSubnets', resource: '*' };
const describeVpc = { action: 'ec2:DescribeVpcs', resource: '*' };
const modify = {
  action: 'ec2:ModifySubnetAttribute',
  resource: ec2Arn('subnet'),
  condition: 'our-tag-on-resource',
} as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateSubnet.html */
export const subnet: Adapter<'subnet'> = {
  permissions: {
    read: [describeTags, describe, describeVpc],
    create: [
      { action: 'ec2:CreateSubnet', resource: ec2Arn('subnet'), condition: 'our-tag-in-request' },
      // The VPC may be a given one, which carries no tag of ours.
      { action: 'ec2:CreateSubnet', resource: ec2Arn('vpc') },
      tagOnCreate('subnet', 'CreateSubnet'),
      modify,
      describe,
      describeVpc,
    ],
    update: [
      modify,
      { action: 'ec2:AssociateSubnetCidrBlock', resource: ec2Arn('subnet'), condition: 'our-tag-on-resource' },
      { action: 'ec2:DisassociateSubnetCidrBlock', resource: ec2Arn('subnet'), condition: 'our-tag-on-resource' },
      ...retagPermissions('subnet'),
      describe,
      describeVpc,
    ],
    delete: [{ action: 'ec2:DeleteSubnet', resource: ec2Arn('subnet'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      const subnets = await ourSubnets(connection, context);
      const ours = subnets.flatMap((subnet) => {
        const id = idOf(fromTagList(subnet.Tags), context.scope);
        return id === undefined ? [] : [{ subnet, id }];
      });
      const ranges = await ipv6Ranges(
        connection,
        context,
        ours.map((our) => our.subnet),
      );
      return ours.map(({ subnet, id }) => toFound(subnet, id, ranges.get(subnet.VpcId!)));
    },
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }, context) {
      const { subnetId } = found.observed;
      const block = settled.ipv6Index === null ? null : await blockAt(connection, settled.vpcId, settled.ipv6Index);
      if (changed.includes('ipv6OnCreation') && !settled.ipv6OnCreation)
        await setIpv6OnCreation(connection, subnetId, false);
      if (changed.includes('ipv6Index')) {
        await changeIpv6(connection, subnetId, block);
        await available(connection, subnetId, context, block);
      }
      if (settled.ipv6OnCreation && (changed.includes('ipv6OnCreation') || changed.includes('ipv6Index')))
        await setIpv6OnCreation(connection, subnetId, true);
      if (changed.includes('publicIpOnLaunch'))
        await setAttribute(connection, subnetId, { MapPublicIpOnLaunch: { Value: settled.publicIpOnLaunch } });
      if (changed.includes('tags'))
        await retag(connection, subnetId, { before: found.settled.tags ?? {}, after: settled.tags });
      return available(connection, subnetId, context, block);
    },

    delete(found, context) {
      const { clients, call } = connection;
      const SubnetId = found.observed.subnetId;
      return deleteWhenFree(`subnet ${SubnetId}`, context, () =>
        call('ec2:DeleteSubnet', () => clients.ec2.send(new DeleteSubnetCommand({ SubnetId }))),
      );
    },

    ready: (found, context) => available(connection, found.observed.subnetId, context, found.observed.ipv6Cidr ?? null),
  }),
};
