import {
  AssociateVpcCidrBlockCommand,
  DescribeVpcsCommand,
  DisassociateVpcCidrBlockCommand,
  type Vpc,
  type VpcCidrBlockAssociation,
} from '@aws-sdk/client-ec2';
import { seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn } from './ec2.ts';
import { describeTags } from './ec2-types.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree } from './retry.ts';
import { ourVpcs } from './vpc.ts';
import { waitFor } from './wait.ts';

const states: Readonly<Record<string, State | 'gone'>> = {
  associating: 'pending',
  associated: 'ready',
  failing: 'failed',
  failed: 'failed',
  disassociating: 'deleting',
  disassociated: 'gone',
};

const furtherRanges = (vpc: Vpc): VpcCidrBlockAssociation[] =>
  (vpc.CidrBlockAssociationSet ?? []).filter((set) => set.CidrBlock !== vpc.CidrBlock);

function toFound(vpc: Vpc, set: VpcCidrBlockAssociation): Found<'vpc-cidr-block'>[] {
  const state = states[set.CidrBlockState?.State ?? ''] ?? 'pending';
  if (state === 'gone') return [];
  const reason = set.CidrBlockState?.StatusMessage;
  return [
    {
      kind: 'vpc-cidr-block',
      id: `vpc-cidr-block/${set.CidrBlock}`,
      name: set.AssociationId!,
      state,
      ...(reason === undefined || state === 'ready' ? {} : { stateReason: reason }),
      settled: { vpcId: vpc.VpcId!, cidr: set.CidrBlock! },
      observed: { associationId: set.AssociationId! },
    },
  ];
}

async function look({ clients, call }: Connection, vpcId: string, associationId: string) {
  const answer = await unlessGone(
    call('ec2:DescribeVpcs', () => clients.ec2.send(new DescribeVpcsCommand({ VpcIds: [vpcId] }))),
  );
  return answer?.Vpcs?.[0]?.CidrBlockAssociationSet?.find((set) => set.AssociationId === associationId);
}

const associated = (
  connection: Connection,
  { vpcId, associationId }: { vpcId: string; associationId: string },
  context: CallContext,
) =>
  waitFor(`address range ${associationId} of VPC ${vpcId} to be associated`, context, async () => {
    const set = await look(connection, vpcId, associationId);
    const state = set?.CidrBlockState?.State;
    if (state === 'associated') return { done: { associationId } };
    if (state === 'failed' || state === 'failing') {
      const message = set?.CidrBlockState?.StatusMessage ?? `the range ${set?.CidrBlock} could not be associated`;
      throw failedLater('ec2:AssociateVpcCidrBlock', 'AssociationFailed', message);
    }
    return { waiting: state ?? 'not visible yet' };
  });

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AssociateVpcCidrBlock.html */
export const vpcCidrBlock: Adapter<'vpc-cidr-block'> = {
  permissions: {
    read: [describeTags, { action: 'ec2:DescribeVpcs', resource: '*' }],
    create: [
      { action: 'ec2:AssociateVpcCidrBlock', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ],
    update: [],
    delete: [
      { action: 'ec2:DisassociateVpcCidrBlock', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      { action: 'ec2:DescribeVpcs', resource: '*' },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      const ours = (await ourVpcs(connection, context)).filter((vpc) => idOf(fromTagList(vpc.Tags), context.scope));
      return ours.flatMap((vpc) => furtherRanges(vpc).flatMap((set) => toFound(vpc, set)));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const answer = await call(
        'ec2:AssociateVpcCidrBlock',
        () => clients.ec2.send(new AssociateVpcCidrBlockCommand({ VpcId: settled.vpcId, CidrBlock: settled.cidr })),
        { once: true },
      );
      const associationId = answer.CidrBlockAssociation!.AssociationId!;
      return associated(connection, { vpcId: settled.vpcId, associationId }, context);
    },

    // Every field is fixed: what remains of an update is to wait for what a killed run began.
    update: ({ found, settled }, context) =>
      associated(connection, { vpcId: settled.vpcId, associationId: found.observed.associationId }, context),

    async delete(found, context) {
      const { clients, call } = connection;
      const AssociationId = found.observed.associationId;
      const vpcId = found.settled.vpcId!;
      await deleteWhenFree(`address range ${found.settled.cidr}`, context, () =>
        call('ec2:DisassociateVpcCidrBlock', () =>
          clients.ec2.send(new DisassociateVpcCidrBlockCommand({ AssociationId })),
        ),
      );
      await waitFor(
        `address range ${found.settled.cidr} to leave VPC ${vpcId}`,
        context,
        async () => {
          const state = (await look(connection, vpcId, AssociationId))?.CidrBlockState?.State ?? 'disassociated';
          return state === 'disassociated' ? { done: undefined } : { waiting: state };
        },
        { every: seconds(2) },
      );
    },

    ready: (found, context) =>
      associated(connection, { vpcId: found.settled.vpcId!, associationId: found.observed.associationId }, context),
  }),
};
