import {
  CreateNetworkInterfaceCommand,
  DeleteNetworkInterfaceCommand,
  DescribeNetworkInterfacesCommand,
  ModifyNetworkInterfaceAttributeCommand,
  type ModifyNetworkInterfaceAttributeCommandInput,
  type NetworkInterface,
} from '@aws-sdk/client-ec2';
import { minutes } from '../../base/duration.ts';
import type { Found } from '../../model/snapshot.ts';
import { idTag } from '../../model/tags.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allItems } from './all-items.ts';
import { gone, madeOrGone, withClientToken } from './client-token.ts';
import type { Connection } from './connection.ts';
import { ec2Arn, retag, retagPermissions, tagOnCreate, tagSpecification } from './ec2.ts';
import { fromTagList, idOf, ourFilter } from './found.ts';
import { unlessGone } from './gone.ts';
import { hasSeats, hullPermissions } from './hull.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';

type Face = Settled<'network-interface'>;

/** Interfaces that instances make may carry our cluster's tag: only ids of this kind are asked for. */
const ourInterfaces = ({ clients, call }: Connection, context: ReadContext): Promise<NetworkInterface[]> => {
  const Filters = [...ourFilter(context.scope), { Name: `tag:${idTag}`, Values: ['network-interface/*'] }];
  return allItems(
    (NextToken) =>
      call('ec2:DescribeNetworkInterfaces', () =>
        clients.ec2.send(new DescribeNetworkInterfacesCommand({ Filters, NextToken })),
      ),
    (page) => page.NetworkInterfaces,
  );
};

/** EC2 shows a new interface as `pending` for a moment, which its list of statuses lacks. */
const isPending = (face: NetworkInterface): boolean => String(face.Status) === 'pending';

const observedOf = (face: NetworkInterface): Observed<'network-interface'> => ({
  networkInterfaceId: face.NetworkInterfaceId!,
  privateIp: face.PrivateIpAddress!,
});

function toFound(face: NetworkInterface, context: ReadContext): Found<'network-interface'>[] {
  const tags = fromTagList(face.TagSet);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  return [
    {
      kind: 'network-interface',
      id,
      name: face.NetworkInterfaceId!,
      state: isPending(face) ? 'pending' : 'ready',
      settled: {
        subnetId: face.SubnetId!,
        description: face.Description ?? '',
        securityGroupIds: (face.Groups ?? []).map((group) => group.GroupId!).sort(),
        sourceDestCheck: face.SourceDestCheck ?? true,
        tags,
      },
      observed: observedOf(face),
    },
  ];
}

const usable = ({ clients, call }: Connection, id: string, context: CallContext) =>
  madeOrGone<NetworkInterface, Observed<'network-interface'>>(`network interface ${id} to be available`, context, {
    describe: async () => {
      const answer = await unlessGone(
        call('ec2:DescribeNetworkInterfaces', () =>
          clients.ec2.send(new DescribeNetworkInterfacesCommand({ NetworkInterfaceIds: [id] })),
        ),
      );
      return answer?.NetworkInterfaces?.[0];
    },
    judge: (face) => (isPending(face) ? { waiting: 'pending' } : { done: observedOf(face) }),
    deadline: minutes(5),
  });

/** EC2 takes one attribute a call. */
async function modify(
  { clients, call }: Connection,
  id: string,
  change: Omit<ModifyNetworkInterfaceAttributeCommandInput, 'NetworkInterfaceId'>,
): Promise<void> {
  const input = { NetworkInterfaceId: id, ...change };
  await call('ec2:ModifyNetworkInterfaceAttribute', () =>
    clients.ec2.send(new ModifyNetworkInterfaceAttributeCommand(input)),
  );
}

const setCheck = (connection: Connection, id: string, Value: boolean): Promise<void> =>
  modify(connection, id, { SourceDestCheck: { Value } });

async function create(connection: Connection, id: string, settled: Face, context: CallContext) {
  const { clients, call } = connection;
  const input = {
    SubnetId: settled.subnetId,
    Description: settled.description,
    Groups: [...settled.securityGroupIds],
    ...tagSpecification('network-interface', settled.tags),
  };
  const asked = { operation: 'ec2:CreateNetworkInterface', id, content: input };
  const made = await withClientToken<Observed<'network-interface'>>(asked, context, async (ClientToken) => {
    const answer = await call('ec2:CreateNetworkInterface', () =>
      clients.ec2.send(new CreateNetworkInterfaceCommand({ ...input, ClientToken })),
    );
    const face = answer.NetworkInterface?.NetworkInterfaceId;
    return face === undefined ? gone : usable(connection, face, context);
  });
  if (!settled.sourceDestCheck) {
    const what = `network interface ${made.networkInterfaceId}`;
    await whenKnown(what, context, () => setCheck(connection, made.networkInterfaceId, false));
  }
  return made;
}

const read = { action: 'ec2:DescribeNetworkInterfaces', resource: '*' };
const ours = (action: string) =>
  ({ action, resource: ec2Arn('network-interface'), condition: 'our-tag-on-resource' }) as const;
/** Groups may be the spec's own, which carry no tag of ours. */
const modifies = [
  ours('ec2:ModifyNetworkInterfaceAttribute'),
  { action: 'ec2:ModifyNetworkInterfaceAttribute', resource: ec2Arn('security-group') },
];

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_CreateNetworkInterface.html */
export const networkInterface: Adapter<'network-interface'> = {
  permissions: {
    read: [...hullPermissions, read],
    create: [
      {
        action: 'ec2:CreateNetworkInterface',
        resource: ec2Arn('network-interface'),
        condition: 'our-tag-in-request',
      },
      // The subnet may be a given one, which carries no tag of ours.
      { action: 'ec2:CreateNetworkInterface', resource: ec2Arn('subnet') },
      { action: 'ec2:CreateNetworkInterface', resource: ec2Arn('security-group') },
      tagOnCreate('network-interface', 'CreateNetworkInterface'),
      ...modifies,
      read,
    ],
    update: [...modifies, ...retagPermissions('network-interface')],
    delete: [ours('ec2:DeleteNetworkInterface')],
  },

  reader: (connection) => ({
    async list(context) {
      if (!(await hasSeats(connection, context))) return [];
      return (await ourInterfaces(connection, context)).flatMap((face) => toFound(face, context));
    },
  }),

  writer: (connection) => ({
    create: ({ id, settled }, context) => create(connection, id, settled, context),

    async update({ found, settled, changed }) {
      const id = found.observed.networkInterfaceId;
      if (changed.includes('description'))
        await modify(connection, id, { Description: { Value: settled.description } });
      if (changed.includes('securityGroupIds')) await modify(connection, id, { Groups: [...settled.securityGroupIds] });
      if (changed.includes('sourceDestCheck')) await setCheck(connection, id, settled.sourceDestCheck);
      if (changed.includes('tags'))
        await retag(connection, id, { before: found.settled.tags ?? {}, after: settled.tags });
      return found.observed;
    },

    delete(found, context) {
      const { clients, call } = connection;
      const NetworkInterfaceId = found.observed.networkInterfaceId;
      return deleteWhenFree(`network interface ${NetworkInterfaceId}`, context, () =>
        call('ec2:DeleteNetworkInterface', () =>
          clients.ec2.send(new DeleteNetworkInterfaceCommand({ NetworkInterfaceId })),
        ),
      );
    },
  }),
};
