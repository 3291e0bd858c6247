import type {
  AddTagsInput,
  DescribeTagsInput,
  DescribeTagsOutput,
  RemoveTagsInput,
  Tag,
} from '@aws-sdk/client-elastic-load-balancing';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { balancerNamed, validationError } from './lookup.ts';

const tagsIn = (tags: readonly Tag[]): Record<string, string> =>
  Object.fromEntries(tags.map(({ Key, Value }) => [Key ?? '', Value ?? '']));

function checkCount(tags: Readonly<Record<string, string>>): Record<string, string> {
  if (Object.keys(tags).length > 50)
    throw new AwsError('TooManyTags', 'The quota for the number of tags that can be assigned has been reached');
  return tags;
}

/** Tags of a request: each key once. */
export function readTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const keys = (tags ?? []).map(({ Key }) => Key);
  if (new Set(keys).size < keys.length)
    throw new AwsError('DuplicateTagKeys', 'A tag key was specified more than once');
  return checkCount(tagsIn(tags ?? []));
}

/** The tag calls that change something take one load balancer at a time. */
function theOne(names: readonly string[]): string {
  const [name] = names;
  if (name === undefined || names.length > 1) throw validationError('Exactly one load balancer must be named');
  return name;
}

export const addTags: Handler<Given<AddTagsInput>, object> = (input, call) => {
  const balancer = balancerNamed(call, theOne(input.LoadBalancerNames));
  balancer.tags = checkCount({ ...balancer.tags, ...readTags(input.Tags) });
  return {};
};

export const removeTags: Handler<Given<RemoveTagsInput>, object> = (input, call) => {
  const balancer = balancerNamed(call, theOne(input.LoadBalancerNames));
  const gone = input.Tags.map(({ Key }) => Key);
  balancer.tags = Object.fromEntries(Object.entries(balancer.tags).filter(([key]) => !gone.includes(key)));
  return {};
};

export const describeTags: Handler<Given<DescribeTagsInput>, DescribeTagsOutput> = (input, call) => {
  if (input.LoadBalancerNames.length > 20) throw validationError('At most 20 load balancers can be named');
  return {
    TagDescriptions: input.LoadBalancerNames.map((LoadBalancerName) => ({
      LoadBalancerName,
      Tags: Object.entries(balancerNamed(call, LoadBalancerName).tags).map(([Key, Value]) => ({ Key, Value })),
    })),
  };
};
