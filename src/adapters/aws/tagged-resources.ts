import { GetResourcesCommand } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Tags } from '../../model/field.ts';
import { isAwsFailure, type ReadContext } from '../../ports/aws.ts';
import { allPages } from './all-pages.ts';
import { regionOfGlobal } from './clients.ts';
import type { Connection } from './connection.ts';
import { fromTagMap, ownerTag } from './found.ts';

/** Tags as they stand, those that adapters keep among them. */
export type RawTags = Readonly<Record<string, string>>;

const types = ['kms:key', 'logs:log-group', 'eks:cluster', 's3', 'sqs', 'events', 'elasticloadbalancing'];
/** What is of no region is told of in the first one of its partition alone. */
const globalTypes = ['iam:policy', 'iam:instance-profile'];

interface Question {
  readonly client: 'tagging' | 'taggingOfGlobal';
  readonly types: readonly string[];
}

async function ask({ clients, call }: Connection, context: ReadContext, { client, types: filters }: Question) {
  const pages = await allPages(
    (PaginationToken) =>
      call('tag:GetResources', () =>
        clients[client].send(
          new GetResourcesCommand({
            ResourceTypeFilters: [...filters],
            TagFilters: [{ Key: ownerTag(context.scope), Values: [context.scope.cluster] }],
            ResourcesPerPage: 100,
            PaginationToken,
          }),
        ),
      ),
    (page) => page.PaginationToken,
  );
  const mappings = pages.flatMap((page) => page.ResourceTagMappingList ?? []);
  // CloudWatch Logs ends some ARNs of groups in `:*`.
  return new Map<string, RawTags>(
    mappings.map(({ ResourceARN, Tags = [] }) => [
      ResourceARN!.replace(/:\*$/, ''),
      Object.fromEntries(Tags.map((tag) => [tag.Key ?? '', tag.Value ?? ''])),
    ]),
  );
}

/**
 * Tags by ARN of our resources whose own service has no list by tag. One question of an observation,
 * whoever asks. The tagging service learns late of what is new, so that who asks looks for what is missing.
 * https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/API_GetResources.html
 */
const rawTags = (connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, RawTags>> => {
  const isGlobal = regionOfGlobal(context.scope.region) === context.scope.region;
  const question = { client: 'tagging', types: isGlobal ? [...types, ...globalTypes] : types } as const;
  return context.once('tag:GetResources', () => ask(connection, context, question));
};

const none: ReadonlyMap<string, RawTags> = new Map();

/**
 * The same of what is of no region, asked where AWS tells of it: one call instead of one for each policy and profile. Organizations that
 * keep people to their own regions refuse it: then whoever asks asks IAM.
 */
const globalTags = (connection: Connection, context: ReadContext): Promise<ReadonlyMap<string, RawTags>> =>
  context.once('tag:GetResources of IAM', async () => {
    try {
      return await ask(connection, context, { client: 'taggingOfGlobal', types: globalTypes });
    } catch (error) {
      if (isAwsFailure(error, 'denied')) return none;
      throw error;
    }
  });

/** Tags by ARN, as the graph has them: of KMS keys, log groups and more. */
export async function taggedResources(
  connection: Connection,
  context: ReadContext,
): Promise<ReadonlyMap<string, Tags>> {
  return new Map([...(await rawTags(connection, context))].map(([arn, tags]) => [arn, fromTagMap(tags)]));
}

const isOfIam = (arn: string): boolean => arn.split(':')[2] === 'iam';

/** All tags of one of ours: what the tagging service knows, else what `ask` says. */
export async function tagsOr<T>(
  connection: Connection,
  context: ReadContext,
  { arn, ask: otherwise }: { readonly arn: string; readonly ask: () => Promise<T> },
): Promise<RawTags | T> {
  const { region } = context.scope;
  const isElsewhere = isOfIam(arn) && regionOfGlobal(region) !== region;
  const known = await (isElsewhere ? globalTags : rawTags)(connection, context);
  return known.get(arn) ?? otherwise();
}

/** What `taggedResources` needs. */
export const taggedResourcesPermission = { action: 'tag:GetResources', resource: '*' } as const;
