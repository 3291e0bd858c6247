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
  const { loadBalancers, targetGroups } = turn.state.elbv2;
  const found = loadBalancers[arn] ?? targetGroups[arn];
  if (found !== undefined) return found;
  if (arn.includes(':targetgroup/')) throw new AwsError('TargetGroupNotFound', `Target groups '[${arn}]' not found`);
  throw new AwsError('LoadBalancerNotFound', `Load balancers '[${arn}]' not found`);
}

export const addTags: Handler<Given<AddTagsInput>, object> = (input, call) => {
  for (const resource of input.ResourceArns.map((arn) => tagged(call, arn))) {
    resource.tags = { ...resource.tags, ...readTags(input.Tags) };
  }
  return {};
};

export const removeTags: Handler<Given<RemoveTagsInput>, object> = (input, call) => {
  for (const resource of input.ResourceArns.map((arn) => tagged(call, arn))) {
    resource.tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !input.TagKeys.includes(key)));
  }
  return {};
};

export const describeTags: Handler<Given<DescribeTagsInput>, DescribeTagsOutput> = (input, call) => {
  if (input.ResourceArns.length > 20)
    throw new AwsError('ValidationError', 'At most 20 resources can be described at once');
  return {
    TagDescriptions: input.ResourceArns.map((arn) => ({
      ResourceArn: arn,
      Tags: Object.entries(tagged(call, arn).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
