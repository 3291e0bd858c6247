import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';

export const readTags = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));

function tagged(turn: Turn, arn: string): { tags: Record<string, string> } {
  const { loadBalancers, targetGroups, listeners } = turn.state.elbv2;
  const found = loadBalancers[arn] ?? targetGroups[arn] ?? listeners[arn];
  if (found !== undefined) return found;
  if (arn.includes(':listener/')) throw new AwsError('ListenerNotFound', 'One or more listeners not found');
  if (arn.includes(':targetgroup/')) throw new AwsError('TargetGroupNotFound', `Target groups '[${arn}]' not found`);
  throw new AwsError('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
}

/** Tags of 20 resources in one request at most. */
function checkCount(arns: readonly string[]): void {
  if (arns.length > 20)
    throw new AwsError(
      'ValidationError',
      `1 validation error detected: Value '[${arns.join(', ')}]' at 'resourceArns' failed to satisfy constraint: Member must have length less than or equal to 20`,
    );
}

/** Tags of a new resource: each key once. */
export function newTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const keys = (tags ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length)
    throw new AwsError('DuplicateTagKeys', 'A tag key was specified more than once');
  return readTags(tags);
}

export const addTags: Handler<Given<AddTagsInput>, object> = (input, call) => {
  checkCount(input.ResourceArns);
  const resources = input.ResourceArns.map((arn) => tagged(call, arn));
  for (const resource of resources) {
    const tags = { ...resource.tags, ...readTags(input.Tags) };
    if (Object.keys(tags).length > 50)
      throw new AwsError('TooManyTags', "You've reached the limit on the number of tags per load balancer");
    resource.tags = tags;
  }
  return {};
};

export const removeTags: Handler<Given<RemoveTagsInput>, object> = (input, call) => {
  checkCount(input.ResourceArns);
  for (const resource of input.ResourceArns.map((arn) => tagged(call, arn))) {
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !input.TagKeys.includes(key)));
  }
  return {};
};

export const describeTags: Handler<Given<DescribeTagsInput>, DescribeTagsOutput> = (input, call) => {
  checkCount(input.ResourceArns);
  return {
    TagDescriptions: input.ResourceArns.map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(tagged(call, arn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
