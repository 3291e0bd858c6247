import {
  CreateEgressOnlyInternetGatewayCommand,
  DeleteEgressOnlyInternetGatewayCommand,
  DescribeEgressOnlyInternetGatewaysCommand,
  type EgressOnlyInternetGateway,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { Observed } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { madeOrGone, present, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { deleteWhenFree } from './retry.ts';

type Kind = 'egress-only-internet-gateway';

export const ourEgressOnlyInternetGateways = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'egress-only-internet-gateway',
    ask: () => {
      const Filters = ourFilter(context.scope);
      return allItems(
        (NextToken) =>
          connection.call('ec2:DescribeEgressOnlyInternetGateways', () =>
            connection.clients.ec2.send(new DescribeEgressOnlyInternetGatewaysCommand({ Filters, NextToken })),
          ),
        (page) => page.EgressOnlyInternetGateways,
      );
    },
  });

const attachmentOf = (gateway: EgressOnlyInternetGateway) => gateway.Attachments?.[0];
const isAttached = (gateway: EgressOnlyInternetGateway): boolean => attachmentOf(gateway)?.State === 'attached';

function toFound(gateway: EgressOnlyInternetGateway, context: ReadContext): Found<Kind>[] {
  const tags = fromTagList(gateway.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const egressOnlyInternetGatewayId = gateway.EgressOnlyInternetGatewayId!;
  const vpcId = attachmentOf(gateway)?.VpcId;
  return [
    {
      kind: 'egress-only-internet-gateway',
      id,
      name: egressOnlyInternetGatewayId,
      state: isAttached(gateway) ? 'ready' : 'pending',
      settled: { ...(vpcId === undefined ? {} : { vpcId }), tags },
      observed: { egressOnlyInternetGatewayId },
    },
  ];
}

const attached = ({ clients, call }: Connection, id: string, context: CallContext) =>
  madeOrGone<EgressOnlyInternetGateway, Observed<Kind>>(`egress-only internet gateway ${id} to be attached`, context, {
    describe: async () => {
      const input = { EgressOnlyInternetGatewayIds: [id] };
      const answer = await call('ec2:DescribeEgressOnlyInternetGateways', () =>
        clients.ec2.send(new DescribeEgressOnlyInternetGatewaysCommand(input)),
      );
      return answer.EgressOnlyInternetGateways?.[0];
    },
    judge: (gateway) =>
      isAttached(gateway)
        ? { done: { egressOnlyInternetGatewayId: id } }
        : { waiting: attachmentOf(gateway)?.State ?? 'not attached yet' },
  });

const describe = { action: 'ec2:DescribeEgressOnlyInternetGateways', resource: '*' };

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateEgressOnlyInternetGateway.html */
export const egressOnlyInternetGateway: Adapter<Kind> = {
  permissions: {
    read: [describeTags, describe],
    create: [
      {
        action: 'ec2:CreateEgressOnlyInternetGateway',
        resource: ec2Arn('egress-only-internet-gateway'),
        condition: 'our-tag-in-request',
      },
      { action: 'ec2:CreateEgressOnlyInternetGateway', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
      tagOnCreate('egress-only-internet-gateway', 'CreateEgressOnlyInternetGateway'),
      describe,
    ],
    update: [...retagPermissions('egress-only-internet-gateway'), describe],
    delete: [
      {
        action: 'ec2:DeleteEgressOnlyInternetGateway',
        resource: ec2Arn('egress-only-internet-gateway'),
        condition: 'our-tag-on-resource',
      },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourEgressOnlyInternetGateways(connection, context)).flatMap((gateway) => toFound(gateway, context));
    },
  }),

  writer: (connection) => ({
    create({ id, settled }, context) {
      const { clients, call } = connection;
      const operation = 'ec2:CreateEgressOnlyInternetGateway';
      return withClientToken({ operation, id, content: settled }, context, async (ClientToken) => {
        const input = {
          VpcId: settled.vpcId,
          ClientToken,
          ...tagSpecification('egress-only-internet-gateway', settled.tags),
        };
        const answer = await call(operation, () => clients.ec2.send(new CreateEgressOnlyInternetGatewayCommand(input)));
        return attached(connection, answer.EgressOnlyInternetGateway!.EgressOnlyInternetGatewayId!, context);
      });
    },

    async update({ found, settled, changed }) {
      const { egressOnlyInternetGatewayId } = found.observed;
      if (changed.includes('tags'))
        await retag(connection, egressOnlyInternetGatewayId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { egressOnlyInternetGatewayId };
    },

    delete(found, context) {
      const { clients, call } = connection;
      const EgressOnlyInternetGatewayId = found.observed.egressOnlyInternetGatewayId;
      return deleteWhenFree(`egress-only internet gateway ${EgressOnlyInternetGatewayId}`, context, () =>
        call('ec2:DeleteEgressOnlyInternetGateway', () =>
          clients.ec2.send(new DeleteEgressOnlyInternetGatewayCommand({ EgressOnlyInternetGatewayId })),
        ),
      );
    },

    ready: (found, context) => {
      const id = found.observed.egressOnlyInternetGatewayId;
      const what = `egress-only internet gateway ${id}`;
      return present('ec2:DescribeEgressOnlyInternetGateways', what, attached(connection, id, context));
    },
  }),
};
