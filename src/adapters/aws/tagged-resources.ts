import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Tags } from '../../model/field.ts';
import { clusterTag } from '../../model/tags.ts';
import type { ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { fromTagList } from './found.ts';

/**
 * Tags by ARN of our resources whose own service has no list by tag: KMS keys and log groups. One question of an observation,
 * whoever asks. The tagging service learns late of what is new, so that who asks looks for what is missing.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
export const taggedResources = (
  { clients, call }: Connection,
  context: ReadContext,
): Promise<ReadonlyMap<string, Tags>> =>
  context.once('tag:GetResources', async () => {
    const pages = await allPages(
      (PaginationToken) =>
        call('tag:GetResources', () =>
          clients.tagging.send(
            new GetResourcesCommand({
              ResourceTypeFilters: ['kms:key', 'logs:log-group'],
              TagFilters: [{ Key: clusterTag, Values: [context.scope.cluster] }],
              ResourcesPerPage: 100,
              PaginationToken,
            }),
          ),
        ),
      (page) => page.PaginationToken,
    );
    const mappings = pages.flatMap((page) => page.ResourceTagMappingList ?? []);
    // CloudWatch Logs ends some ARNs of groups in `:*`.
    return new Map(mappings.map((mapping) => [mapping.ResourceARN!.replace(/:\*$/, ''), fromTagList(mapping.Tags)]));
  });

/** What `taggedResources` needs. */
export const taggedResourcesPermission = { action: 'tag:GetResources', resource: '*' } as const;
