import {
  CreateNatGatewayCommand,
  DeleteNatGatewayCommand,
  DescribeNatGatewaysCommand,
  type NatGateway,
} from '@aws-sdk/client-ec2';
import { minutes, seconds } from '../../base/duration.ts';
import type { Found, State } from '../../model/snapshot.ts';
import type { Observed } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { gone, madeOrGone, present, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { failedLater } from './failed-later.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { whenKnown } from './retry.ts';
import { waitFor } from './wait.ts';

/** AWS shows a deleted gateway for an hour; those are left out on the server. */
const alive = { Name: 'state', Values: ['pending', 'available', 'failed', 'deleting'] };

export const ourNatGateways = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'natgateway',
    ask: () => {
      const Filter = [...ourFilter(context.scope), alive];
      return allItems(
        (NextToken) =>
          connection.call('ec2:DescribeNatGateways', () =>
            connection.clients.ec2.send(new DescribeNatGatewaysCommand({ Filter, NextToken })),
          ),
        (page) => page.NatGateways,
      );
    },
  });

const states: Readonly<Record<string, State>> = {
  pending: 'pending',
  available: 'ready',
  failed: 'failed',
  deleting: 'deleting',
};

const allocationOf = (nat: NatGateway): string | undefined =>
  (nat.NatGatewayAddresses?.find((address) => address.IsPrimary) ?? nat.NatGatewayAddresses?.[0])?.AllocationId;

const reasonOf = (nat: NatGateway): string | undefined =>
  nat.FailureMessage === undefined ? undefined : `${nat.FailureCode}: ${nat.FailureMessage}`;

function toFound(nat: NatGateway, context: ReadContext): Found<'nat-gateway'>[] {
  const tags = fromTagList(nat.Tags);
  const id = idOf(tags, context.scope);
  const state = states[nat.State ?? ''];
  if (id === undefined || state === undefined) return [];
  const allocationId = allocationOf(nat);
  const reason = reasonOf(nat);
  return [
    {
      kind: 'nat-gateway',
      id,
      name: nat.NatGatewayId!,
      state,
      ...(reason === undefined ? {} : { stateReason: reason }),
      settled: { subnetId: nat.SubnetId!, ...(allocationId === undefined ? {} : { allocationId }), tags },
      observed: { natGatewayId: nat.NatGatewayId! },
    },
  ];
}

async function describe({ clients, call }: Connection, natGatewayId: string): Promise<NatGateway | undefined> {
  const answer = await call('ec2:DescribeNatGateways', () =>
    clients.ec2.send(new DescribeNatGatewaysCommand({ NatGatewayIds: [natGatewayId] })),
  );
  return answer.NatGateways?.[0];
}

const available = (connection: Connection, natGatewayId: string, context: CallContext) =>
  madeOrGone<NatGateway, Observed<'nat-gateway'>>(`NAT gateway ${natGatewayId} to be available`, context, {
    every: seconds(5),
    deadline: minutes(10),
    describe: () => describe(connection, natGatewayId),
    judge: (nat) => {
      if (nat.State === 'available') return { done: { natGatewayId } };
      if (nat.State === 'deleted' || nat.State === 'deleting') return { done: gone };
      if (nat.State !== 'failed') return { waiting: nat.State ?? 'pending' };
      const message = nat.FailureMessage ?? `NAT gateway ${natGatewayId} could not be made`;
      throw failedLater('ec2:CreateNatGateway', nat.FailureCode ?? 'Failed', message);
    },
  });

const read = { action: 'ec2:DescribeNatGateways', resource: '*' };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNatGateway.html */
export const natGateway: Adapter<'nat-gateway'> = {
  permissions: {
    read: [describeTags, read],
    create: [
      { action: 'ec2:CreateNatGateway', resource: ec2Arn('natgateway'), condition: 'our-tag-in-request' },
      { action: 'ec2:CreateNatGateway', resource: ec2Arn('subnet'), condition: 'our-tag-on-resource' },
      { action: 'ec2:CreateNatGateway', resource: ec2Arn('elastic-ip'), condition: 'our-tag-on-resource' },
      tagOnCreate('natgateway', 'CreateNatGateway'),
      read,
    ],
    update: [...retagPermissions('natgateway'), read],
    delete: [
      { action: 'ec2:DeleteNatGateway', resource: ec2Arn('natgateway'), condition: 'our-tag-on-resource' },
      read,
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourNatGateways(connection, context)).flatMap((nat) => toFound(nat, context));
    },
  }),

  writer: (connection) => ({
    create({ id, settled }, context) {
      const { clients, call } = connection;
      const operation = 'ec2:CreateNatGateway';
      return withClientToken({ operation, id, content: settled }, context, async (ClientToken) => {
        const input = {
          SubnetId: settled.subnetId,
          AllocationId: settled.allocationId,
          ConnectivityType: 'public',
          ClientToken,
          ...tagSpecification('natgateway', settled.tags),
        } as const;
        const answer = await whenKnown('the subnet and address of a NAT gateway', context, () =>
          call(operation, () => clients.ec2.send(new CreateNatGatewayCommand(input))),
        );
        return available(connection, answer.NatGateway!.NatGatewayId!, context);
      });
    },

    async update({ found, settled, changed }) {
      const { natGatewayId } = found.observed;
      if (changed.includes('tags'))
        await retag(connection, natGatewayId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { natGatewayId };
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const NatGatewayId = found.observed.natGatewayId;
      await unlessGone(
        call('ec2:DeleteNatGateway', () => clients.ec2.send(new DeleteNatGatewayCommand({ NatGatewayId }))),
      );
      await waitFor(
        `NAT gateway ${NatGatewayId} to be gone`,
        context,
        async () => {
          const state = (await unlessGone(describe(connection, NatGatewayId)))?.State ?? 'deleted';
          return state === 'deleted' ? { done: undefined } : { waiting: state };
        },
        { every: seconds(5), deadline: minutes(10) },
      );
    },

    ready: (found, context) => {
      const id = found.observed.natGatewayId;
      return present('ec2:DescribeNatGateways', `NAT gateway ${id}`, available(connection, id, context));
    },
  }),
};
