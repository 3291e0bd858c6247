import type { DescribePlacementGroupsRequest, DescribePlacementGroupsResult } from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';

/** No placement group can be made here, so there are none to describe. */
function describePlacementGroups(input: DescribePlacementGroupsRequest, _call: Call): DescribePlacementGroupsResult {
  const [unknown] = [...(input.GroupNames ?? []), ...(input.GroupIds ?? [])];
  if (unknown !== undefined) {
    throw new AwsError('InvalidPlacementGroup.Unknown', `The Placement Group '${unknown}' is unknown.`);
  }
  const names = ['group-name', 'group-arn', 'spread-level', 'state', 'strategy'];
  applyFilters<string>([], input.Filters, {
    fields: Object.fromEntries(names.map((name) => [name, () => []])),
    tagsOf: () => ({}),
  });
  return { PlacementGroups: [] };
}

export const placementGroupHandlers: Handlers = { DescribePlacementGroups: describePlacementGroups };
