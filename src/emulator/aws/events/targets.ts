import type {
  ListTargetsByRuleRequest,
  ListTargetsByRuleResponse,
  PutTargetsRequest,
  PutTargetsResponse,
  RemoveTargetsRequest,
  RemoveTargetsResponse,
  Target,
} from '@aws-sdk/client-eventbridge';
import type { Handler, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { checkBus, ruleOf, validationException } from './errors.ts';

function checkTarget(target: Target): void {
  const plain = Object.keys(target).every((name) => ['Id', 'Arn'].includes(name) || target[name as 'Id'] === undefined);
  if (!plain || !target.Arn!.includes(':sqs:'))
    throw new AwsError('NotImplemented', 'Targets of the embedded AWS are standard SQS queues, by id and ARN.', 501);
}

/** Five targets a rule: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const mostTargets = 5;

const putTargets: Handler<Given<PutTargetsRequest>, PutTargetsResponse> = (input, call) => {
  checkBus(input.EventBusName);
  const rule = ruleOf(call, input.Rule);
  for (const target of input.Targets) checkTarget(target);
  const given = input.Targets.map(({ Id, Arn }) => ({ id: Id!, arn: Arn! }));
  const targets = [...rule.targets.filter((own) => !given.some(({ id }) => id === own.id)), ...given];
  if (targets.length > mostTargets)
    throw new AwsError('LimitExceededException', 'The requested resource exceeds the maximum number allowed.');
  rule.targets = targets;
  return { FailedEntryCount: 0, FailedEntries: [] };
};

const removeTargets: Handler<Given<RemoveTargetsRequest>, RemoveTargetsResponse> = (input, call) => {
  checkBus(input.EventBusName);
  const rule = ruleOf(call, input.Rule);
  const unknown = input.Ids.filter((id) => !rule.targets.some((own) => own.id === id));
  rule.targets = rule.targets.filter((own) => !input.Ids.includes(own.id));
  return {
    FailedEntryCount: unknown.length,
    FailedEntries: unknown.map((id) => ({
      TargetId: id,
      ErrorCode: 'ResourceNotFoundException',
      ErrorMessage: `Target ${id} does not exist on the Rule ${rule.name}.`,
    })),
  };
};

const listTargetsByRule: Handler<Given<ListTargetsByRuleRequest>, ListTargetsByRuleResponse> = (input, call) => {
  checkBus(input.EventBusName);
  const page = pageOf(ruleOf(call, input.Rule).targets, {
    token: input.NextToken,
    size: input.Limit,
    usual: 100,
    invalidToken: () => validationException('Token is not valid.'),
  });
  return { Targets: page.items.map(({ id, arn }) => ({ Id: id, Arn: arn })), NextToken: page.next };
};

export const targetHandlers: Handlers = {
  ListTargetsByRule: listTargetsByRule,
  PutTargets: putTargets,
  RemoveTargets: removeTargets,
};
