import { DescribeTagsCommand, type ResourceType, type TagDescription } from '@aws-sdk/client-ec2';
import { exportedTag } from '../../model/tags.ts';
import type { ReadContext } from '../../ports/aws.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { markOf, ownerTag } from './found.ts';

/** The EC2 resource types that kinds of ours have; instances and volumes, which grow with the nodes, are not among them. */
const types = [
  'vpc',
  'subnet',
  'internet-gateway',
  'egress-only-internet-gateway',
  'elastic-ip',
  'natgateway',
  'route-table',
  'vpc-endpoint',
  'security-group',
  'security-group-rule',
  'key-pair',
  'launch-template',
] as const satisfies readonly ResourceType[];

export type OurEc2Type = (typeof types)[number];

/**
 * The tags that say whose something is: the cluster's tag, the marks of given subnets, whose value is their id in the graph, and what says
 * that Terraform or CloudFormation made it. One call for a thousand tags.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
 */
const ownerTags = ({ clients, call }: Connection, context: ReadContext): Promise<readonly TagDescription[]> =>
  context.once('ec2:DescribeTags', async () => {
    const { cluster } = context.scope;
    const Filters = [
      { Name: 'key', Values: [...new Set([ownerTag(context.scope), markOf(context.scope), exportedTag])] },
      { Name: 'value', Values: [cluster, 'given-subnet-tags/*'] },
      { Name: 'resource-type', Values: [...types] },
    ];
    return allItems(
      (NextToken) =>
        call('ec2:DescribeTags', () =>
          clients.ec2.send(new DescribeTagsCommand({ Filters, MaxResults: 1000, NextToken })),
        ),
      (page) => page.Tags,
    );
  });

/** Which types there are anything of the scope's of. */
async function ourTypes(connection: Connection, context: ReadContext): Promise<ReadonlySet<string>> {
  const keys = [ownerTag(context.scope), markOf(context.scope)];
  const tags = (await ownerTags(connection, context)).filter(({ Key }) => keys.includes(Key ?? ''));
  return new Set(tags.map((tag) => tag.ResourceType ?? ''));
}

/** Ids of what was exported for the cluster and is not the scope's: no call beyond the one that all ask. */
export async function exportedOnly(connection: Connection, context: ReadContext): Promise<readonly string[]> {
  const tags = await ownerTags(connection, context);
  const idsWith = (key: string): ReadonlySet<string> =>
    new Set(tags.filter(({ Key }) => Key === key).map(({ ResourceId }) => ResourceId ?? ''));
  const own = idsWith(ownerTag(context.scope));
  return [...idsWith(exportedTag)].filter((id) => !own.has(id)).sort();
}

/** The answer to one question of an observation about a type of EC2 resources, which is asked only where there is any of ours. */
export const ofOurType = <T>(
  connection: Connection,
  context: ReadContext,
  { type, ask }: { readonly type: OurEc2Type; readonly ask: () => Promise<readonly T[]> },
): Promise<readonly T[]> =>
  context.once(`ec2 ${type}`, async () => ((await ourTypes(connection, context)).has(type) ? ask() : []));

/** What `ofOurType` needs. */
export const describeTags = { action: 'ec2:DescribeTags', resource: '*' } as const;
