import {
  type Address,
  AllocateAddressCommand,
  DescribeAddressesCommand,
  ReleaseAddressCommand,
} from '@aws-sdk/client-ec2';
import type { Found } from '../../model/snapshot.ts';
import type { AwsFailure, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { describeTags, ofOurType } from './ec2-types.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { deleteWhenFree, isConflict } from './retry.ts';

export const ourAddresses = (connection: Connection, context: ReadContext): Promise<readonly Address[]> =>
  ofOurType(connection, context, {
    type: 'elastic-ip',
    ask: async () => {
      const answer = await connection.call('ec2:DescribeAddresses', () =>
        connection.clients.ec2.send(new DescribeAddressesCommand({ Filters: ourFilter(context.scope) })),
      );
      return answer.Addresses ?? [];
    },
  });

function toFound(address: Address, context: ReadContext): Found<'elastic-ip'>[] {
  const tags = fromTagList(address.Tags);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  return [
    {
      kind: 'elastic-ip',
      id,
      name: address.AllocationId!,
      state: 'ready',
      settled: { tags },
      observed: { allocationId: address.AllocationId!, publicIp: address.PublicIp! },
    },
  ];
}

/** An address that a NAT gateway on its way out still holds belongs to that service: AWS answers AuthFailure or InvalidIPAddress.InUse. */
const isHeld = (failure: AwsFailure): boolean => isConflict(failure) || failure.code === 'AuthFailure';

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_AllocateAddress.html */
export const elasticIp: Adapter<'elastic-ip'> = {
  permissions: {
    read: [describeTags, { action: 'ec2:DescribeAddresses', resource: '*' }],
    create: [
      { action: 'ec2:AllocateAddress', resource: ec2Arn('elastic-ip'), condition: 'our-tag-in-request' },
      tagOnCreate('elastic-ip', 'AllocateAddress'),
    ],
    update: retagPermissions('elastic-ip'),
    delete: [{ action: 'ec2:ReleaseAddress', resource: ec2Arn('elastic-ip'), condition: 'our-tag-on-resource' }],
  },

  reader: (connection) => ({
    async list(context) {
      return (await ourAddresses(connection, context)).flatMap((address) => toFound(address, context));
    },
  }),

  writer: (connection) => ({
    async create({ settled }) {
      const { clients, call } = connection;
      const input = { Domain: 'vpc', ...tagSpecification('elastic-ip', settled.tags) } as const;
      const answer = await call('ec2:AllocateAddress', () => clients.ec2.send(new AllocateAddressCommand(input)), {
        once: true,
      });
      return { allocationId: answer.AllocationId!, publicIp: answer.PublicIp! };
    },

    async update({ found, settled, changed }) {
      if (changed.includes('tags'))
        await retag(connection, found.observed.allocationId, {
          before: found.settled.tags ?? {},
          after: settled.tags,
        });
      return found.observed;
    },

    delete(found, context) {
      const { clients, call } = connection;
      const { allocationId, publicIp } = found.observed;
      return deleteWhenFree(
        `elastic IP address ${publicIp}`,
        context,
        () =>
          call('ec2:ReleaseAddress', () => clients.ec2.send(new ReleaseAddressCommand({ AllocationId: allocationId }))),
        { held: isHeld },
      );
    },
  }),
};
