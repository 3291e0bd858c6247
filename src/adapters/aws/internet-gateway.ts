import {
  AttachInternetGatewayCommand,
  CreateInternetGatewayCommand,
  DeleteInternetGatewayCommand,
  DescribeInternetGatewaysCommand,
  DetachInternetGatewayCommand,
  type InternetGateway,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import { type AwsFailure, type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';

export const ourInternetGateways = (connection: Connection, context: ReadContext) =>
  ofOurType(connection, context, {
    type: 'internet-gateway',
    ask: () =>
      allItems(
        (NextToken) =>
          connection.call('ec2:DescribeInternetGateways', () =>
            connection.clients.ec2.send(
              new DescribeInternetGatewaysCommand({ Filters: ourFilter(context.scope), NextToken }),
            ),
          ),
        (page) => page.InternetGateways,
      ),
  });

/** The VPC that it is attached to; empty where it is not. AWS gives `available` for an attachment that stands. */
const attachedTo = (gateway: InternetGateway): string =>
  gateway.Attachments?.find((attachment) => attachment.State !== 'detached')?.VpcId ?? '';

function toFound(gateway: InternetGateway, context: ReadContext): Found<'internet-gateway'>[] {
  const tags = fromTagList(gateway.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const internetGatewayId = gateway.InternetGatewayId!;
  return [
    {
      kind: 'internet-gateway',
      id,
      name: internetGatewayId,
      state: 'ready',
      settled: { vpcId: attachedTo(gateway), tags },
      observed: { internetGatewayId },
    },
  ];
}

async function attach(
  { clients, call }: Connection,
  InternetGatewayId: string,
  to: { VpcId: string; context: CallContext },
) {
  const { VpcId, context } = to;
  try {
    await whenKnown(`internet gateway ${InternetGatewayId}`, context, () =>
      call('ec2:AttachInternetGateway', () =>
        clients.ec2.send(new AttachInternetGatewayCommand({ InternetGatewayId, VpcId })),
      ),
    );
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    // The answer of the first try was lost, or the VPC has another one: only the first is fine.
    const answer = await call('ec2:DescribeInternetGateways', () =>
      clients.ec2.send(new DescribeInternetGatewaysCommand({ InternetGatewayIds: [InternetGatewayId] })),
    );
    const gateway = answer.InternetGateways?.[0];
    if (gateway === undefined || attachedTo(gateway) !== VpcId) throw error;
  }
}

const isDetached = (failure: AwsFailure) => failure.code === 'Gateway.NotAttached';

async function detach({ clients, call }: Connection, gateway: { id: string; vpcId: string }, context: CallContext) {
  // AWS refuses while addresses of the VPC are mapped: load balancers and instances take time to go.
  await deleteWhenFree(`the attachment of internet gateway ${gateway.id}`, context, async () => {
    try {
      const input = { InternetGatewayId: gateway.id, VpcId: gateway.vpcId };
      await call('ec2:DetachInternetGateway', () => clients.ec2.send(new DetachInternetGatewayCommand(input)));
    } catch (error) {
      if (!(isAwsFailure(error) && isDetached(error))) throw error;
    }
  });
}

const describe = { action: 'ec2:DescribeInternetGateways', resource: '*' };
const attachPermissions = [
  { action: 'ec2:AttachInternetGateway', resource: ec2Arn('internet-gateway'), condition: 'our-tag-on-resource' },
  { action: 'ec2:AttachInternetGateway', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
] as const;
const detachPermissions = [
  { action: 'ec2:DetachInternetGateway', resource: ec2Arn('internet-gateway'), condition: 'our-tag-on-resource' },
  { action: 'ec2:DetachInternetGateway', resource: ec2Arn('vpc'), condition: 'our-tag-on-resource' },
] as const;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateInternetGateway.html */
export const internetGateway: Adapter<'internet-gateway'> = {
  permissions: {
    read: [describeTags, describe],
    create: [
      { action: 'ec2:CreateInternetGateway', resource: ec2Arn('internet-gateway'), condition: 'our-tag-in-request' },
      tagOnCreate('internet-gateway', 'CreateInternetGateway'),
      ...attachPermissions,
      describe,
    ],
    update: [...attachPermissions, ...detachPermissions, ...retagPermissions('internet-gateway'), describe],
    delete: [
      ...detachPermissions,
      { action: 'ec2:DeleteInternetGateway', resource: ec2Arn('internet-gateway'), condition: 'our-tag-on-resource' },
    ],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourInternetGateways(connection, context)).flatMap((gateway) => toFound(gateway, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const answer = await call(
        'ec2:CreateInternetGateway',
        () => clients.ec2.send(new CreateInternetGatewayCommand(tagSpecification('internet-gateway', settled.tags))),
        { once: true },
      );
      const internetGatewayId = answer.InternetGateway!.InternetGatewayId!;
      await attach(connection, internetGatewayId, { VpcId: settled.vpcId, context });
      return { internetGatewayId };
    },

    async update({ found, settled, changed }, context) {
      const { internetGatewayId } = found.observed;
      if (changed.includes('vpcId')) {
        const before = found.settled.vpcId ?? '';
        if (before !== '') await detach(connection, { id: internetGatewayId, vpcId: before }, context);
        await attach(connection, internetGatewayId, { VpcId: settled.vpcId, context });
      }
      if (changed.includes('tags'))
        await retag(connection, internetGatewayId, { before: found.settled.tags ?? {}, after: settled.tags });
      return { internetGatewayId };
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const InternetGatewayId = found.observed.internetGatewayId;
      const vpcId = found.settled.vpcId ?? '';
      if (vpcId !== '') await detach(connection, { id: InternetGatewayId, vpcId }, context);
      await unlessGone(
        call('ec2:DeleteInternetGateway', () =>
          clients.ec2.send(new DeleteInternetGatewayCommand({ InternetGatewayId })),
        ),
      );
    },
  }),
};
