import {
  DescribeRuleCommand,
  ListRulesCommand,
  ListTagsForResourceCommand as ListRuleTags,
  ListTargetsByRuleCommand,
} from '@aws-sdk/client-eventbridge';
import {
  GetHostedZoneCommand,
  ListHostedZonesCommand,
  ListResourceRecordSetsCommand,
  ListTagsForResourceCommand,
} from '@aws-sdk/client-route-53';
import { GetQueueAttributesCommand, ListQueuesCommand, ListQueueTagsCommand } from '@aws-sdk/client-sqs';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf, plain } from './inventory-object.ts';

async function queues({ sqs }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (NextToken) => sqs.send(new ListQueuesCommand({ NextToken })),
    (answer) => answer.NextToken,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.QueueUrls ?? [])
      .map(async (QueueUrl) => {
        const [{ Attributes }, { Tags: tags }] = await Promise.all([
          sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] })),
          sqs.send(new ListQueueTagsCommand({ QueueUrl })),
        ]);
        const Policy = Attributes?.Policy === undefined ? undefined : (JSON.parse(Attributes.Policy) as unknown);
        return objectOf('AWS::SQS::Queue', QueueUrl, { ...Attributes, Policy, tags });
      }),
  );
}

async function rules({ events }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (NextToken) => events.send(new ListRulesCommand({ NextToken })),
    (answer) => answer.NextToken,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.Rules ?? [])
      .map(async ({ Name, Arn }) => {
        const [rule, targets, { Tags: tags }] = await Promise.all([
          events.send(new DescribeRuleCommand({ Name })),
          events.send(new ListTargetsByRuleCommand({ Rule: Name })),
          events.send(new ListRuleTags({ ResourceARN: Arn })),
        ]);
        const EventPattern = rule.EventPattern === undefined ? undefined : (JSON.parse(rule.EventPattern) as unknown);
        return objectOf('AWS::Events::Rule', Name, { ...plain(rule), EventPattern, Targets: targets.Targets, tags });
      }),
  );
}

async function zones({ route53 }: InventoryClients): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (Marker) => route53.send(new ListHostedZonesCommand({ Marker })),
    (answer) => (answer.IsTruncated === true ? answer.NextMarker : undefined),
  );
  const all = pages.flatMap((page) => page.HostedZones ?? []);
  const parts = await Promise.all(
    all.map(async ({ Id }) => {
      const id = Id!.replace('/hostedzone/', '');
      const [zone, tags, records] = await Promise.all([
        route53.send(new GetHostedZoneCommand({ Id })),
        route53.send(new ListTagsForResourceCommand({ ResourceType: 'hostedzone', ResourceId: id })),
        route53.send(new ListResourceRecordSetsCommand({ HostedZoneId: id })),
      ]);
      return [
        objectOf('AWS::Route53::HostedZone', id, { ...plain(zone), tags: tags.ResourceTagSet?.Tags }),
        ...(records.ResourceRecordSets ?? []).map((record) =>
          objectOf('AWS::Route53::RecordSet', `${id}|${record.Name}|${record.Type}`, { ...record, HostedZoneId: id }),
        ),
      ];
    }),
  );
  return parts.flat();
}

/** Queues, event rules with their targets, hosted zones and their records. */
export async function nameAndNoticeObjects(clients: InventoryClients): Promise<InventoryObject[]> {
  return (await Promise.all([queues(clients), rules(clients), zones(clients)])).flat();
}
