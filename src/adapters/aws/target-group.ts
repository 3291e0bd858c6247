import {
  CreateTargetGroupCommand,
  DeleteTargetGroupCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  ModifyTargetGroupAttributesCommand,
  ModifyTargetGroupCommand,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { minutes } from '../../base/duration.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { type CallContext, isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { balancingAny, balancingRead, balancingTags, onBalancing, ourBalancing, retagBalancing } from './elbv2.ts';
import { fromTagMap, idOf, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { notOurs, oursOrFail } from './not-ours.ts';
import { deleteWhenFree, whenKnown } from './retry.ts';
import type { RawTags } from './tagged-resources.ts';

type Kind = 'target-group';
type Group = Settled<Kind>;
type Attributes = Pick<Group, 'preserveClientIp' | 'deregistrationSeconds'>;

const clientIpKey = 'preserve_client_ip.enabled';
const deregistrationKey = 'deregistration_delay.timeout_seconds';

/** One call for each target group of ours, of which there are two at most. */
async function attributesOf({ clients, call }: Connection, TargetGroupArn: string): Promise<Attributes | undefined> {
  const answer = await unlessGone(
    call('elasticloadbalancing:DescribeTargetGroupAttributes', () =>
      clients.elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
    ),
  );
  if (answer === undefined) return undefined;
  const attribute = (key: string) => answer.Attributes?.find(({ Key }) => Key === key)?.Value;
  return {
    preserveClientIp: attribute(clientIpKey) === 'true',
    deregistrationSeconds: Number(attribute(deregistrationKey)),
  };
}

async function toFound(
  connection: Connection,
  { group, raw }: { readonly group: TargetGroup; readonly raw: RawTags },
  context: ReadContext,
): Promise<Found<Kind>[]> {
  const tags = fromTagMap(raw);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  const attributes = await attributesOf(connection, group.TargetGroupArn!);
  if (attributes === undefined) return [];
  const settled: Group = {
    name: group.TargetGroupName!,
    vpcId: group.VpcId!,
    protocol: group.Protocol as 'TCP',
    port: group.Port!,
    healthPath: group.HealthCheckPath ?? '',
    ...attributes,
    tags,
  };
  const observed = { arn: group.TargetGroupArn! };
  return [{ kind: 'target-group', id, name: settled.name, state: 'ready', settled, observed }];
}

const health = ({ healthPath }: Group) => ({
  HealthCheckProtocol: 'HTTPS' as const,
  HealthCheckPath: healthPath,
  HealthCheckPort: 'traffic-port',
});

async function setAttributes({ clients, call }: Connection, arn: string, settled: Attributes): Promise<void> {
  const Attributes = [
    { Key: clientIpKey, Value: String(settled.preserveClientIp) },
    { Key: deregistrationKey, Value: String(settled.deregistrationSeconds) },
  ];
  await call('elasticloadbalancing:ModifyTargetGroupAttributes', () =>
    clients.elbv2.send(new ModifyTargetGroupAttributesCommand({ TargetGroupArn: arn, Attributes })),
  );
}

async function setHealth({ clients, call }: Connection, arn: string, settled: Group): Promise<void> {
  const input = { TargetGroupArn: arn, ...health(settled) };
  await call('elasticloadbalancing:ModifyTargetGroup', () => clients.elbv2.send(new ModifyTargetGroupCommand(input)));
}

/** The ARN of a new one, or of the one that a run before made. */
async function make(connection: Connection, settled: Group, context: CallContext): Promise<string> {
  const { clients, call } = connection;
  const input = {
    Name: settled.name,
    Protocol: settled.protocol,
    Port: settled.port,
    VpcId: settled.vpcId,
    TargetType: 'instance' as const,
    ...health(settled),
    HealthCheckIntervalSeconds: 10,
    HealthyThresholdCount: 2,
    UnhealthyThresholdCount: 2,
    Tags: toTagList(settled.tags),
  };
  try {
    const answer = await call('elasticloadbalancing:CreateTargetGroup', () =>
      clients.elbv2.send(new CreateTargetGroupCommand(input)),
    );
    return answer.TargetGroups![0]!.TargetGroupArn!;
  } catch (error) {
    if (!isAwsFailure(error, 'exists')) throw error;
  }
  const what = `target group ${settled.name}`;
  const { arn, before } = await oursOrFail(what, context, async () => {
    const there = await call('elasticloadbalancing:DescribeTargetGroups', () =>
      clients.elbv2.send(new DescribeTargetGroupsCommand({ Names: [settled.name] })),
    );
    const found = there.TargetGroups![0]!.TargetGroupArn!;
    const tags = fromTagMap((await balancingTags(connection, [found])).get(found));
    if (idOf(tags, context.scope) !== undefined) return { arn: found, before: tags };
    throw notOurs('elasticloadbalancing:CreateTargetGroup', `The ${what}`, 'Delete it.');
  });
  await setHealth(connection, arn, settled);
  await retagBalancing(connection, arn, { before, after: settled.tags });
  return arn;
}

async function create(connection: Connection, settled: Group, context: CallContext) {
  const arn = await make(connection, settled, context);
  await whenKnown(`target group ${settled.name}`, context, () => setAttributes(connection, arn, settled));
  return { arn };
}

const type = 'targetgroup';
const changes = ['ModifyTargetGroup', 'ModifyTargetGroupAttributes', 'AddTags'];

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateTargetGroup.html */
export const targetGroup: Adapter<Kind> = {
  permissions: {
    read: [...balancingRead, balancingAny('DescribeTargetGroupAttributes')],
    create: [
      ...onBalancing(type, ['CreateTargetGroup', 'AddTags'], 'our-tag-in-request'),
      ...onBalancing(type, changes),
    ],
    update: onBalancing(type, [...changes, 'RemoveTags']),
    delete: onBalancing(type, ['DeleteTargetGroup']),
  },

  reader: (connection) => ({
    async list(context) {
      const { targetGroups, tags } = await ourBalancing(connection, context);
      const found = targetGroups.map((group) =>
        toFound(connection, { group, raw: tags.get(group.TargetGroupArn!) ?? {} }, context),
      );
      return (await Promise.all(found)).flat();
    },
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }) {
      const { arn } = found.observed;
      if (changed.includes('healthPath')) await setHealth(connection, arn, settled);
      const attributes = changed.includes('preserveClientIp') || changed.includes('deregistrationSeconds');
      if (attributes) await setAttributes(connection, arn, settled);
      await retagBalancing(connection, arn, { before: found.settled.tags ?? {}, after: settled.tags });
      return found.observed;
    },

    delete(found, context) {
      const { clients, call } = connection;
      const input = { TargetGroupArn: found.observed.arn };
      return deleteWhenFree(
        `target group ${found.name}`,
        context,
        () =>
          call('elasticloadbalancing:DeleteTargetGroup', () => clients.elbv2.send(new DeleteTargetGroupCommand(input))),
        { deadline: minutes(5) },
      );
    },
  }),
};
