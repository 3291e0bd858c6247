import type {
  CreateOrUpdateTagsType,
  DeleteTagsType,
  DescribeTagsType,
  Filter,
  Tag,
  TagDescription,
  TagsType,
} from '@aws-sdk/client-auto-scaling';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { validationError } from './errors.ts';
import { groupOf, pageFor } from './lookup.ts';
import type { GroupTag } from './state.ts';

/** Tags as a request gives them; keys of AWS's own are refused. */
export function checkedTags(tags: readonly Tag[]): GroupTag[] {
  return tags.map(({ Key: key, Value: value, PropagateAtLaunch: propagate }) => {
    if (key === undefined || key === '' || key.length > 128)
      throw validationError('Tag keys are 1 to 128 characters long.');
    if (key.startsWith('aws:')) throw validationError('The tag prefix aws: is reserved for AWS use.');
    return { key, value: value ?? '', propagateAtLaunch: propagate ?? false };
  });
}

export const createOrUpdateTags: Handler<Given<CreateOrUpdateTagsType>, object> = (input, call) => {
  for (const tag of input.Tags) {
    const group = groupOf(call, tag.ResourceId);
    const [checked] = checkedTags([tag]);
    group.tags = [...group.tags.filter((own) => own.key !== checked!.key), checked!];
  }
  return {};
};

export const deleteTags: Handler<Given<DeleteTagsType>, object> = (input, call) => {
  for (const tag of input.Tags) {
    const group = groupOf(call, tag.ResourceId);
    group.tags = group.tags.filter((own) => own.key !== tag.Key);
  }
  return {};
};

/** https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeTags.html */
function matches(tag: TagDescription, { Name: name, Values: values = [] }: Filter): boolean {
  const of: Record<string, string | undefined> = {
    'auto-scaling-group': tag.ResourceId,
    key: tag.Key,
    value: tag.Value,
    'propagate-at-launch': String(tag.PropagateAtLaunch),
  };
  if (name === undefined || !(name in of)) {
    throw validationError(
      `Filter type ${name} is not correct. Allowed Filter types are: auto-scaling-group key propagate-at-launch value`,
    );
  }
  return values.includes(of[name] ?? '');
}

export const describeTags: Handler<DescribeTagsType, TagsType> = (input, call) => {
  const rows = Object.values(call.state.autoscaling.groups)
    .flatMap((group) =>
      group.tags.map((tag) => ({
        ResourceId: group.name,
        ResourceType: 'auto-scaling-group',
        Key: tag.key,
        Value: tag.value,
        PropagateAtLaunch: tag.propagateAtLaunch,
      })),
    )
    .filter((tag) => (input.Filters ?? []).every((filter) => matches(tag, filter)));
  const page = pageFor(rows, input);
  return { Tags: [...page.items], NextToken: page.next };
};
