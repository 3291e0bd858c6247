import type {
  ChangeTagsForResourceRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsForResourcesRequest,
  ListTagsForResourcesResponse,
  ResourceTagSet,
  TagResourceType,
} from '@aws-sdk/client-route-53';
import type { Call, Handler, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { invalidInput, zoneOf } from './errors.ts';

function checkType(type: TagResourceType): void {
  if (type !== 'hostedzone') throw new AwsError('NotImplemented', 'The embedded AWS has no health checks.', 501);
}

const setOf = (call: Call, id: string): ResourceTagSet => ({
  ResourceType: 'hostedzone',
  ResourceId: id,
  Tags: Object.entries(zoneOf(call, id).tags).map(([Key, Value]) => ({ Key, Value })),
});

const changeTags: Handler<Given<ChangeTagsForResourceRequest>, object> = (input, call) => {
  checkType(input.ResourceType);
  const zone = zoneOf(call, input.ResourceId);
  const { AddTags: add = [], RemoveTagKeys: remove = [] } = input;
  if (add.length + remove.length === 0) throw invalidInput('Either AddTags or RemoveTagKeys must be given');
  if (add.length > 10 || remove.length > 10) throw invalidInput('At most 10 tags can be changed in one request');
  const kept = Object.entries(zone.tags).filter(([key]) => !remove.includes(key));
  zone.tags = Object.fromEntries([...kept, ...add.map(({ Key, Value }) => [Key!, Value ?? ''] as const)]);
  return {};
};

const listTags: Handler<Given<ListTagsForResourceRequest>, ListTagsForResourceResponse> = (input, call) => {
  checkType(input.ResourceType);
  return { ResourceTagSet: setOf(call, input.ResourceId) };
};

/** Tags of ten zones in one request at most. */
const listTagsOfMany: Handler<Given<ListTagsForResourcesRequest>, ListTagsForResourcesResponse> = (input, call) => {
  checkType(input.ResourceType);
  if (input.ResourceIds.length > 10) throw invalidInput('At most 10 resources can be given in one request');
  return { ResourceTagSets: input.ResourceIds.map((id) => setOf(call, id)) };
};

export const tagHandlers: Handlers = {
  ChangeTagsForResource: changeTags,
  ListTagsForResource: listTags,
  ListTagsForResources: listTagsOfMany,
};
