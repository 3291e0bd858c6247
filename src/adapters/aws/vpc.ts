import {
  AssociateVpcCidrBlockCommand,
  CreateVpcCommand,
  DeleteVpcCommand,
  DescribeVpcAttributeCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  ModifyVpcAttributeCommand,
  type Vpc,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';
import { waitFor } from './wait.ts';

/** Our VPCs as AWS describes them: one question of an observation, whoever asks. */
export const ourVpcs = (connection: Connection, context: ReadContext): Promise<readonly Vpc[]> =>
  ofOurType(connection, context, {
    type: 'vpc',
    ask: async () => {
      const answer = await connection.call('ec2:DescribeVpcs', () =>
        connection.clients.ec2.send(new DescribeVpcsCommand({ Filters: ourFilter(context.scope) })),
      );
      return answer.Vpcs ?? [];
    },
  });

async function dnsOf(
  { clients, call }: Connection,
  vpcId: string,
): Promise<{ dnsSupport: boolean; dnsHostnames: boolean }> {
  const ask = (Attribute: 'enableDnsSupport' | 'enableDnsHostnames') =>
    call('ec2:DescribeVpcAttribute', () =>
      clients.ec2.send(new DescribeVpcAttributeCommand({ VpcId: vpcId, Attribute })),
    );
  const [support, hostnames] = await Promise.all([ask('enableDnsSupport'), ask('enableDnsHostnames')]);
  return {
    dnsSupport: support.EnableDnsSupport?.Value ?? false,
    dnsHostnames: hostnames.EnableDnsHostnames?.Value ?? false,
  };
}

/** The IPv6 range of a VPC that stands or is being associated. */
export const ipv6Of = (vpc: Vpc) =>
  vpc.Ipv6CidrBlockAssociationSet?.find((set) =>
    ['associated', 'associating'].includes(set.Ipv6CidrBlockState?.State ?? ''),
  );

async function toFound(connection: Connection, vpc: Vpc, context: ReadContext): Promise<Found<'vpc'>[]> {
  const tags = fromTagList(vpc.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const ipv6 = ipv6Of(vpc);
  // A list that lags shows a VPC that is gone, and knows a new one before its attributes are known: only time tells them apart.
  const dns = await unlessGone(whenKnown(`VPC ${vpc.VpcId}`, context, () => dnsOf(connection, vpc.VpcId!)));
  if (dns === undefined) return [];
  return [
    {
      kind: 'vpc',
      id,
      name: vpc.VpcId!,
      state: vpc.State === 'available' ? 'ready' : 'pending',
      settled: { cidr: vpc.CidrBlock!, ipv6: ipv6 !== undefined, ...dns, tags },
      observed: { vpcId: vpc.VpcId!, ...(ipv6?.Ipv6CidrBlock === undefined ? {} : { ipv6Cidr: ipv6.Ipv6CidrBlock }) },
    },
  ];
}

async function setDns(
  { clients, call }: Connection,
  VpcId: string,
  { dnsSupport, dnsHostnames }: Settled<'vpc'>,
): Promise<void> {
  const set = (change: object) =>
    call('ec2:ModifyVpcAttribute', () => clients.ec2.send(new ModifyVpcAttributeCommand({ VpcId, ...change })));
  await set({ EnableDnsSupport: { Value: dnsSupport } });
  await set({ EnableDnsHostnames: { Value: dnsHostnames } });
}

function available({ clients, call }: Connection, vpcId: string, context: CallContext, wantsIpv6: boolean) {
  return waitFor(`VPC ${vpcId} to be available`, context, async () => {
    const answer = await unlessGone(
      call('ec2:DescribeVpcs', () => clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))),
    );
    const vpc = answer?.Vpcs?.[0];
    const ipv6 = vpc === undefined ? undefined : ipv6Of(vpc);
    if (vpc?.State !== 'available') return { waiting: vpc?.State ?? 'not visible yet' };
    if (wantsIpv6 && ipv6?.Ipv6CidrBlockState?.State !== 'associated') return { waiting: 'IPv6 range associating' };
    return { done: { vpcId, ...(wantsIpv6 ? { ipv6Cidr: ipv6!.Ipv6CidrBlock! } : {}) } };
  });
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateVpc.html */
export const vpc: Adapter<'vpc'> = {
  permissions: {
    read: [
      describeTags,
      { action: 'ec2:DescribeVpcs', resource: '*' },
      { action: 'ec2:DescribeVpcAttribute', resource: '*' },
    ],
    create: [
      { action: 'ec2:CreateVpc', resource: ec2Arn('vpc'), condition: 'our-tag-in-request' },
      tagOnCreate('vpc', 'CreateVpc'),
      { action: 'ec2:ModifyVpcAttribute', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
    ],
    update: [
      { action: 'ec2:ModifyVpcAttribute', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      { action: 'ec2:AssociateVpcCidrBlock', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      { action: 'ec2:DisassociateVpcCidrBlock', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      ...retagPermissions('vpc'),
    ],
    delete: [{ action: 'ec2:DeleteVpc', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      const found = await Promise.all(
        (await ourVpcs(connection, context)).map((vpc) => toFound(connection, vpc, context)),
      );
      return found.flat();
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const input = {
        CidrBlock: settled.cidr,
        AmazonProvidedIpv6CidrBlock: settled.ipv6,
        ...tagSpecification('vpc', settled.tags),
      };
      const answer = await call('ec2:CreateVpc', () => clients.ec2.send(new CreateVpcCommand(input)), { once: true });
      const vpcId = answer.Vpc!.VpcId!;
      const observed = await available(connection, vpcId, context, settled.ipv6);
      await setDns(connection, vpcId, settled);
      return observed;
    },

    async update({ found, settled, changed }, context) {
      const { clients, call } = connection;
      const vpcId = found.observed.vpcId;
      if (changed.includes('dnsSupport') || changed.includes('dnsHostnames')) await setDns(connection, vpcId, settled);
      if (changed.includes('tags'))
        await retag(connection, vpcId, { before: found.settled.tags ?? {}, after: settled.tags });
      if (changed.includes('ipv6') && settled.ipv6) {
        const input = { VpcId: vpcId, AmazonProvidedIpv6CidrBlock: true };
        await call('ec2:AssociateVpcCidrBlock', () => clients.ec2.send(new AssociateVpcCidrBlockCommand(input)), {
          once: true,
        });
      }
      if (changed.includes('ipv6') && !settled.ipv6) {
        const answer = await call('ec2:DescribeVpcs', () =>
          clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] })),
        );
        const AssociationId = ipv6Of(answer.Vpcs![0]!)?.AssociationId;
        await call('ec2:DisassociateVpcCidrBlock', () =>
          clients.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId })),
        );
      }
      return available(connection, vpcId, context, settled.ipv6);
    },

    delete(found, context) {
      const { clients, call } = connection;
      const VpcId = found.observed.vpcId;
      return deleteWhenFree(`VPC ${VpcId}`, context, () =>
        call('ec2:DeleteVpc', () => clients.ec2.send(new DeleteVpcCommand({ VpcId }))),
      );
    },

    ready: (found, context) => available(connection, found.observed.vpcId, context, found.settled.ipv6 ?? false),
  }),
};
