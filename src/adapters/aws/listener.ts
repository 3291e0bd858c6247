import {
  CreateListenerCommand,
  DeleteListenerCommand,
  DescribeListenersCommand,
  ModifyListenerCommand,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import { idOrBareId, ofNobody } from './bare.ts';
import type { Connection } from './connection.ts';
import {
  balancingAny,
  balancingArn,
  balancingRead,
  balancingTags,
  listenerNote,
  type OurListener,
  onBalancing,
  ourBalancing,
  retagBalancing,
} from './elbv2.ts';
import { fromTagMap, idOf, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { forget, note, notePermissions } from './hull.ts';
import { notOurs, oursOrFail } from './not-ours.ts';
import type { RawTags } from './tagged-resources.ts';

type Kind = 'listener';

/** A load balancer has one listener of a port. */
const signOf = ({ loadBalancerArn, port }: Pick<OurListener, 'loadBalancerArn' | 'port'>): string =>
  `${loadBalancerArn} ${port}`;

function toFound(listener: OurListener, raw: RawTags, context: ReadContext): Found<Kind>[] {
  const tags = fromTagMap(raw);
  const id = idOrBareId('listener', signOf(listener), { tags, scope: context.scope });
  if (id === undefined) return [];
  const { arn, ...settled } = listener;
  return [{ kind: 'listener', id, name: arn, state: 'ready', settled: { ...settled, tags }, observed: { arn } }];
}

const forwarding = ({ targetGroupArn }: Settled<Kind>) => [
  { Type: 'forward' as const, TargetGroupArn: targetGroupArn },
];

async function forwardTo({ clients, call }: Connection, arn: string, settled: Settled<Kind>): Promise<void> {
  const input = { ListenerArn: arn, DefaultActions: forwarding(settled) };
  await call('elasticloadbalancing:ModifyListener', () => clients.elbv2.send(new ModifyListenerCommand(input)));
}

/** The listener of that port, which a call of ours made whose answer was lost; somebody else's is left alone. */
async function adopt(connection: Connection, settled: Settled<Kind>, context: CallContext): Promise<string> {
  const { clients, call } = connection;
  const input = { LoadBalancerArn: settled.loadBalancerArn };
  const what = `listener on port ${settled.port} of ${settled.loadBalancerArn}`;
  const arn = await oursOrFail(what, context, async () => {
    const answer = await call('elasticloadbalancing:DescribeListeners', () =>
      clients.elbv2.send(new DescribeListenersCommand(input)),
    );
    const found = answer.Listeners?.find((listener) => listener.Port === settled.port)?.ListenerArn ?? '';
    const raw = found === '' ? {} : ((await balancingTags(connection, [found])).get(found) ?? {});
    if (idOf(fromTagMap(raw), context.scope) !== undefined) return found;
    throw notOurs('elasticloadbalancing:CreateListener', `A ${what}`, 'Delete it.');
  });
  await forwardTo(connection, arn, settled);
  return arn;
}

async function make(connection: Connection, settled: Settled<Kind>, context: CallContext): Promise<string> {
  const { clients, call } = connection;
  const input = {
    LoadBalancerArn: settled.loadBalancerArn,
    Protocol: 'TCP' as const,
    Port: settled.port,
    DefaultActions: forwarding(settled),
    Tags: toTagList(settled.tags),
  };
  try {
    const answer = await call('elasticloadbalancing:CreateListener', () =>
      clients.elbv2.send(new CreateListenerCommand(input)),
    );
    return answer.Listeners![0]!.ListenerArn!;
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
    return adopt(connection, settled, context);
  }
}

const type = 'listener/net';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateListener.html */
export const listener: Adapter<Kind> = {
  permissions: {
    read: balancingRead,
    create: [
      ...notePermissions,
      { action: 'elasticloadbalancing:CreateListener', resource: balancingArn('loadbalancer/net') },
      ...onBalancing(type, ['AddTags'], 'our-tag-in-request'),
      ...onBalancing(type, ['ModifyListener']),
      { action: 'elasticloadbalancing:DescribeListeners', resource: '*' },
    ],
    own: [balancingAny('DescribeListeners'), ...onBalancing(type, ['AddTags'], ofNobody)],
    update: onBalancing(type, ['ModifyListener', 'AddTags', 'RemoveTags']),
    delete: [...notePermissions, ...onBalancing(type, ['DeleteListener'])],
  },

  reader: (connection) => ({
    async list(context) {
      const { listeners, tags } = await ourBalancing(connection, context);
      return listeners.flatMap((one) => toFound(one, tags.get(one.arn) ?? {}, context));
    },
    notes: ({ name, settled: { port } }) =>
      name === undefined || port === undefined ? [] : [listenerNote(name, port)],
    sign: ({ settled: { loadBalancerArn, port } }) =>
      allKnown(loadBalancerArn) ? signOf({ loadBalancerArn: loadBalancerArn!, port: port! }) : undefined,
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const arn = await make(connection, settled, context);
      // A cut before the note costs nothing: the same listener is asked for again, and found by its port.
      await note(connection, 'listener', listenerNote(arn, settled.port), context);
      return { arn };
    },

    async update({ found, settled, changed }) {
      const { arn } = found.observed;
      if (changed.includes('targetGroupArn')) await forwardTo(connection, arn, settled);
      if (changed.includes('tags')) {
        await retagBalancing(connection, arn, { before: found.settled.tags ?? {}, after: settled.tags });
      }
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const ListenerArn = found.observed.arn;
      await unlessGone(
        call('elasticloadbalancing:DeleteListener', () =>
          clients.elbv2.send(new DeleteListenerCommand({ ListenerArn })),
        ),
      );
      await forget(connection, 'listener', listenerNote(ListenerArn, found.settled.port!), context);
    },
  }),
};
