import {
  DeleteRuleCommand,
  DescribeRuleCommand,
  type DescribeRuleResponse,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-eventbridge';
import type { Tags } from '../../model/field.ts';
import type { Found } from '../../model/snapshot.ts';
import type { Observed, Settled } from '../../model/types.ts';
import type { CallContext, ReadContext } from '../../ports/aws.ts';
import type { Permission } from '../../ports/permissions.ts';
import type { Adapter } from './adapter.ts';
import type { Connection } from './connection.ts';
import { failedLater } from './failed-later.ts';
import { fromTagMap, idOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { forget, hullPermissions, note, notePermissions, notesOf, textsOf } from './hull.ts';
import { notOurs } from './not-ours.ts';
import { whenKnown } from './retry.ts';
import { type RawTags, taggedResourcesPermission, tagsOr } from './tagged-resources.ts';

type Rule = Settled<'event-rule'>;

/** The one target of a rule of ours. */
const targetId = 'queue';

const describe = ({ clients, call }: Connection, Name: string): Promise<DescribeRuleResponse | undefined> =>
  unlessGone(call('events:DescribeRule', () => clients.events.send(new DescribeRuleCommand({ Name }))));

async function tagsOf({ clients, call }: Connection, ResourceARN: string): Promise<RawTags> {
  const answer = await unlessGone(
    call('events:ListTagsForResource', () => clients.events.send(new ListTagsForResourceCommand({ ResourceARN }))),
  );
  return Object.fromEntries((answer?.Tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']));
}

/** Where a rule sends; empty where its target is gone, and a plan would put it back. */
async function queueOf({ clients, call }: Connection, Rule: string): Promise<string> {
  const answer = await unlessGone(
    call('events:ListTargetsByRule', () => clients.events.send(new ListTargetsByRuleCommand({ Rule }))),
  );
  return answer?.Targets?.find(({ Id }) => Id === targetId)?.Arn ?? '';
}

async function toFound(connection: Connection, name: string, context: ReadContext): Promise<Found<'event-rule'>[]> {
  const [rule, queueArn] = await Promise.all([describe(connection, name), queueOf(connection, name)]);
  const arn = rule?.Arn;
  if (arn === undefined) return [];
  const ask = () => tagsOf(connection, arn);
  const raw = await tagsOr(connection, context, { arn, ask });
  const tags = fromTagMap(raw);
  const id = idOf(tags, context.scope);
  if (id === undefined) return [];
  // One that is switched off sends nowhere.
  const settled = {
    name,
    pattern: rule?.EventPattern ?? '{}',
    queueArn: rule?.State === 'ENABLED' ? queueArn : '',
    tags,
  };
  return [{ kind: 'event-rule', id, name, state: 'ready', settled, observed: { arn } }];
}

/** Makes and changes alike, but tags only what it makes. */
async function putRule({ clients, call }: Connection, { name, pattern, tags }: Rule, withTags: boolean) {
  const input = { Name: name, EventPattern: pattern, State: 'ENABLED' as const };
  const answer = await call('events:PutRule', () =>
    clients.events.send(new PutRuleCommand({ ...input, ...(withTags ? { Tags: toTagList(tags) } : {}) })),
  );
  return answer.RuleArn!;
}

async function putTarget({ clients, call }: Connection, { name, queueArn }: Rule): Promise<void> {
  const input = { Rule: name, Targets: [{ Id: targetId, Arn: queueArn }] };
  const answer = await call('events:PutTargets', () => clients.events.send(new PutTargetsCommand(input)));
  const [failed] = answer.FailedEntries ?? [];
  if (failed !== undefined)
    throw failedLater('events:PutTargets', failed.ErrorCode ?? 'Failed', failed.ErrorMessage ?? 'no reason given');
}

async function retag({ clients, call }: Connection, ResourceARN: string, before: Tags, after: Tags): Promise<void> {
  const { set, remove } = tagChanges(before, after);
  if (Object.keys(set).length > 0) {
    const input = { ResourceARN, Tags: toTagList(set) };
    await call('events:TagResource', () => clients.events.send(new TagResourceCommand(input)));
  }
  if (remove.length > 0) {
    const input = { ResourceARN, TagKeys: remove };
    await call('events:UntagResource', () => clients.events.send(new UntagResourceCommand(input)));
  }
}

async function create(connection: Connection, settled: Rule, context: CallContext): Promise<Observed<'event-rule'>> {
  const { name } = settled;
  const there = await describe(connection, name);
  const before = there?.Arn === undefined ? undefined : await tagsOf(connection, there.Arn);
  // PutRule changes what is there, whoever made it.
  if (before !== undefined && idOf(fromTagMap(before), context.scope) === undefined) {
    throw notOurs('events:PutRule', `The event rule ${name}`, 'Delete it.');
  }
  await note(connection, 'event-rule', name, context);
  const arn = await putRule(connection, settled, before === undefined);
  await whenKnown(`event rule ${name}`, context, () => putTarget(connection, settled));
  if (before !== undefined) await retag(connection, arn, fromTagMap(before), settled.tags);
  return { arn };
}

async function remove(connection: Connection, name: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  // A rule with targets cannot be deleted.
  const targets = { Rule: name, Ids: [targetId] };
  await unlessGone(call('events:RemoveTargets', () => clients.events.send(new RemoveTargetsCommand(targets))));
  await unlessGone(call('events:DeleteRule', () => clients.events.send(new DeleteRuleCommand({ Name: name }))));
  await forget(connection, 'event-rule', name, context);
}

const onRules = (actions: readonly string[], condition?: Permission['condition']): Permission[] =>
  actions.map((action) => ({
    action: `events:${action}`,
    resource: 'arn:${partition}:events:${region}:${account}:rule/${noticesName}',
    ...(condition === undefined ? {} : { condition }),
  }));

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
export const eventRule: Adapter<'event-rule'> = {
  permissions: {
    read: [
      ...hullPermissions,
      taggedResourcesPermission,
      ...onRules(['DescribeRule', 'ListTargetsByRule', 'ListTagsForResource']),
    ],
    create: [
      ...notePermissions,
      ...onRules(['PutRule', 'TagResource'], 'our-tag-in-request'),
      // A rule that a run before made is changed without tags in the request.
      ...onRules(['PutRule', 'PutTargets', 'TagResource', 'UntagResource'], 'our-tag-on-resource'),
    ],
    update: onRules(['PutRule', 'PutTargets', 'TagResource', 'UntagResource'], 'our-tag-on-resource'),
    delete: [...notePermissions, ...onRules(['RemoveTargets', 'DeleteRule'], 'our-tag-on-resource')],
  },

  reader: (connection) => ({
    async list(context) {
      const names = await notesOf(connection, context, 'event-rule');
      return (await Promise.all(names.map((name) => toFound(connection, name, context)))).flat();
    },
    notes: ({ settled: { name } }) => textsOf(name),
  }),

  writer: (connection) => ({
    create: ({ settled }, context) => create(connection, settled, context),

    async update({ found, settled, changed }) {
      // It also switches the rule on.
      if (changed.includes('pattern') || changed.includes('queueArn')) await putRule(connection, settled, false);
      if (changed.includes('queueArn')) await putTarget(connection, settled);
      await retag(connection, found.observed.arn, found.settled.tags ?? {}, settled.tags);
      return found.observed;
    },

    delete: (found, context) => remove(connection, found.name, context),
  }),
};
