import { DescribeTagsCommand, type ResourceType } from '@aws-sdk/client-ec2';
import { clusterTag, usesTag } from '../../model/tags.ts';
import type { ReadContext } from '../../ports/aws.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';

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
 * Which types there are anything of ours of: what carries the cluster's tag, and given subnets that carry our mark, whose
 * value is their id in the graph. One call for a thousand resources.
 * https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeTags.html
 */
const ourTypes = ({ clients, call }: Connection, context: ReadContext): Promise<ReadonlySet<string>> =>
  context.once('ec2:DescribeTags', async () => {
    const { cluster } = context.scope;
    const Filters = [
      { Name: 'key', Values: [clusterTag, usesTag(cluster)] },
      { Name: 'value', Values: [cluster, 'given-subnet-tags/*'] },
      { Name: 'resource-type', Values: [...types] },
    ];
    const tags = await allItems(
      (NextToken) =>
        call('ec2:DescribeTags', () =>
          clients.ec2.send(new DescribeTagsCommand({ Filters, MaxResults: 1000, NextToken })),
        ),
      (page) => page.Tags,
    );
    return new Set(tags.map((tag) => tag.ResourceType ?? ''));
  });

/** The answer to one question of an observation about a type of EC2 resources, which is asked only where there is any of ours. */
export const ofOurType = <T>(
  connection: Connection,
  context: ReadContext,
  { type, ask }: { readonly type: OurEc2Type; readonly ask: () => Promise<readonly T[]> },
): Promise<readonly T[]> =>
  context.once(`ec2 ${type}`, async () => ((await ourTypes(connection, context)).has(type) ? ask() : []));

/** What `ofOurType` needs. */
export const describeTags = { action: 'ec2:DescribeTags', resource: '*' } as const;
