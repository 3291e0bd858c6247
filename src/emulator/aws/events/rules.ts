import type {
  DeleteRuleRequest,
  DescribeRuleRequest,
  DescribeRuleResponse,
  DisableRuleRequest,
  EnableRuleRequest,
  ListRulesRequest,
  ListRulesResponse,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  PutRuleRequest,
  PutRuleResponse,
  Rule,
  Tag,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-eventbridge';
import type { Call, Handler, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { checkBus, ruleOf, validationException } from './errors.ts';
import { patternFault } from './pattern.ts';
import type { RuleRecord } from './state.ts';

const view = (rule: RuleRecord): Rule => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  State: rule.state,
  ...(rule.description !== undefined && { Description: rule.description }),
  EventBusName: 'default',
});

const readTags = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value!]));

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const mostRules = 300;

function checkRule(input: Given<PutRuleRequest>): string {
  checkBus(input.EventBusName);
  if (!/^[.\-_A-Za-z0-9]{1,64}$/.test(input.Name)) {
    throw validationException(
      `1 validation error detected: Value '${input.Name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+`,
    );
  }
  if (input.ScheduleExpression !== undefined)
    throw new AwsError('NotImplemented', 'The embedded AWS has rules with an event pattern only.', 501);
  if (input.EventPattern === undefined)
    throw validationException('Parameter(s) EventPattern or ScheduleExpression must be specified.');
  const fault = patternFault(input.EventPattern);
  if (fault !== undefined)
    throw new AwsError('InvalidEventPatternException', `Event pattern is not valid. Reason: ${fault}`);
  return input.EventPattern;
}

/** Makes a rule or changes one; tags count at its making only. */
const putRule: Handler<Given<PutRuleRequest>, PutRuleResponse> = (input, call) => {
  const pattern = checkRule(input);
  const { rules } = call.state.events;
  const before = rules[input.Name];
  if (before === undefined && Object.keys(rules).length >= mostRules)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  const rule: RuleRecord = {
    name: input.Name,
    arn: `arn:${call.world.partition}:events:${call.region}:${call.account}:rule/${input.Name}`,
    targets: before?.targets ?? [],
    tags: before?.tags ?? readTags(input.Tags),
    pattern,
    ...(input.Description !== undefined && { description: input.Description }),
    state: input.State === 'DISABLED' ? 'DISABLED' : 'ENABLED',
  };
  rules[rule.name] = rule;
  return { RuleArn: rule.arn };
};

const describeRule: Handler<Given<DescribeRuleRequest>, DescribeRuleResponse> = (input, call) => {
  checkBus(input.EventBusName);
  return { ...view(ruleOf(call, input.Name)), CreatedBy: call.account };
};

const listRules: Handler<ListRulesRequest, ListRulesResponse> = (input, call) => {
  checkBus(input.EventBusName);
  const rows = Object.values(call.state.events.rules)
    .filter((rule) => rule.name.startsWith(input.NamePrefix ?? ''))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(rows, {
    token: input.NextToken,
    size: input.Limit,
    usual: 100,
    invalidToken: () => validationException('Token is not valid.'),
  });
  return { Rules: page.items.map(view), NextToken: page.next };
};

/** A rule goes only without targets; one that is gone is no error. */
const deleteRule: Handler<Given<DeleteRuleRequest>, undefined> = (input, call) => {
  checkBus(input.EventBusName);
  const rule = call.state.events.rules[input.Name];
  if (rule !== undefined && rule.targets.length > 0)
    throw validationException("Rule can't be deleted since it has targets.");
  delete call.state.events.rules[input.Name];
  return undefined;
};

const setState =
  (state: RuleRecord['state']): Handler<Given<EnableRuleRequest | DisableRuleRequest>, undefined> =>
  (input, call) => {
    ruleOf(call, input.Name).state = state;
    return undefined;
  };

function ruleAt(call: Call, arn: string): RuleRecord {
  const rule = Object.values(call.state.events.rules).find((own) => own.arn === arn);
  if (rule !== undefined) return rule;
  throw new AwsError('ResourceNotFoundException', `Rule ${arn.split('/').at(-1)} does not exist on EventBus default.`);
}

const tagResource: Handler<Given<TagResourceRequest>, object> = (input, call) => {
  const rule = ruleAt(call, input.ResourceARN);
  rule.tags = { ...rule.tags, ...readTags(input.Tags) };
  return {};
};

const untagResource: Handler<Given<UntagResourceRequest>, object> = (input, call) => {
  const rule = ruleAt(call, input.ResourceARN);
  rule.tags = Object.fromEntries(Object.entries(rule.tags).filter(([key]) => !input.TagKeys.includes(key)));
  return {};
};

const listTags: Handler<Given<ListTagsForResourceRequest>, ListTagsForResourceResponse> = (input, call) => ({
  Tags: Object.entries(ruleAt(call, input.ResourceARN).tags).map(([Key, Value]) => ({ Key, Value })),
});

export const ruleHandlers: Handlers = {
  DeleteRule: deleteRule,
  DescribeRule: describeRule,
  DisableRule: setState('DISABLED'),
  EnableRule: setState('ENABLED'),
  ListRules: listRules,
  ListTagsForResource: listTags,
  PutRule: putRule,
  TagResource: tagResource,
  UntagResource: untagResource,
};
