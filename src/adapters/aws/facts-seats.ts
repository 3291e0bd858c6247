import { DescribeScalingActivitiesCommand } from '@aws-sdk/client-auto-scaling';
import {
  DescribeInstanceTypeOfferingsCommand,
  DescribeNetworkInterfacesCommand,
  DescribeSecurityGroupsCommand,
  DescribeVolumesCommand,
} from '@aws-sdk/client-ec2';
import { DescribeTargetHealthCommand } from '@aws-sdk/client-elastic-load-balancing-v2';
import { GetHostedZoneCommand } from '@aws-sdk/client-route-53';
import { clusterTag, idTag } from '../../model/tags.ts';
import type { SeatPlaces, SeatPlacesAsked, TargetHealth } from '../../ports/facts.ts';
import { allPages } from './all-pages.ts';
import type { Connection } from './connection.ts';
import { unlessGone } from './gone.ts';

/** Names of the self-managed clusters that are ours: each has one security group of its seats. */
export async function seatsClusters({ clients, call }: Connection): Promise<readonly string[]> {
  const Filters = [{ Name: `tag:${idTag}`, Values: ['security-group/seats'] }];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeSecurityGroups', () =>
        clients.ec2.send(new DescribeSecurityGroupsCommand({ Filters, NextToken })),
      ),
    (page) => page.NextToken,
  );
  const groups = pages.flatMap((page) => page.SecurityGroups ?? []);
  return groups.flatMap(({ Tags = [] }) => Tags.find(({ Key }) => Key === clusterTag)?.Value ?? []).sort();
}

type Holder = readonly [id: string, holder: { readonly instanceId: string; readonly state: string }];

/** Ids stand in a filter, so that one that is gone is no error. */
async function volumeHolders({ clients, call }: Connection, ids: readonly string[]): Promise<Holder[]> {
  if (ids.length === 0) return [];
  const Filters = [{ Name: 'volume-id', Values: [...ids] }];
  const answer = await call('ec2:DescribeVolumes', () => clients.ec2.send(new DescribeVolumesCommand({ Filters })));
  return (answer.Volumes ?? []).flatMap(({ VolumeId, Attachments = [] }) =>
    Attachments.flatMap(({ InstanceId, State }): Holder[] =>
      InstanceId === undefined ? [] : [[VolumeId!, { instanceId: InstanceId, state: State ?? '' }]],
    ),
  );
}

async function interfaceHolders({ clients, call }: Connection, ids: readonly string[]): Promise<Holder[]> {
  if (ids.length === 0) return [];
  const Filters = [{ Name: 'network-interface-id', Values: [...ids] }];
  const answer = await call('ec2:DescribeNetworkInterfaces', () =>
    clients.ec2.send(new DescribeNetworkInterfacesCommand({ Filters })),
  );
  return (answer.NetworkInterfaces ?? []).flatMap(({ NetworkInterfaceId, Attachment }): Holder[] =>
    Attachment?.InstanceId === undefined
      ? []
      : [[NetworkInterfaceId!, { instanceId: Attachment.InstanceId, state: Attachment.Status ?? '' }]],
  );
}

async function healthIn(
  { clients, call }: Connection,
  targetGroupArn: string,
): Promise<(readonly [string, TargetHealth])[]> {
  const answer = await unlessGone(
    call('elasticloadbalancing:DescribeTargetHealth', () =>
      clients.elbv2.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
    ),
  );
  return (answer?.TargetHealthDescriptions ?? []).map(({ Target, TargetHealth: health }) => {
    const said = [health?.Reason, health?.Description].filter(Boolean).join(': ');
    const state = health?.State ?? 'unknown';
    return [Target!.Id!, { targetGroupArn, state, ...(said === '' ? {} : { reason: said }) }] as const;
  });
}

/** Who holds the volumes and interfaces of seats, and how the load balancers see their instances. */
export async function seatPlaces(connection: Connection, asked: SeatPlacesAsked): Promise<SeatPlaces> {
  const [volumes, interfaces, health] = await Promise.all([
    volumeHolders(connection, asked.volumeIds),
    interfaceHolders(connection, asked.networkInterfaceIds),
    Promise.all(asked.targetGroupArns.map((arn) => healthIn(connection, arn))),
  ]);
  const byInstance = Map.groupBy(health.flat(), ([instanceId]) => instanceId);
  return {
    holders: new Map([...volumes, ...interfaces]),
    health: new Map([...byInstance].map(([id, entries]) => [id, entries.map(([, entry]) => entry)])),
  };
}

/** Why the newest launch of each group failed. One call per group: asked only for groups that lack an instance. */
export async function launchFailures(
  { clients, call }: Connection,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const newest = await Promise.all(
    names.map(async (AutoScalingGroupName) => {
      const answer = await unlessGone(
        call('autoscaling:DescribeScalingActivities', () =>
          clients.autoScaling.send(new DescribeScalingActivitiesCommand({ AutoScalingGroupName, MaxRecords: 20 })),
        ),
      );
      const [activity] = answer?.Activities ?? [];
      return activity?.StatusCode === 'Failed' || activity?.StatusCode === 'Cancelled'
        ? [[AutoScalingGroupName, activity.StatusMessage ?? activity.Description ?? 'AWS gives no reason'] as const]
        : [];
    }),
  );
  return new Map(newest.flat());
}

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeInstanceTypeOfferings.html */
export async function offeringZones(
  { clients, call }: Connection,
  types: readonly string[],
): Promise<ReadonlyMap<string, ReadonlySet<string>>> {
  const Filters = [{ Name: 'instance-type', Values: [...types] }];
  const pages = await allPages(
    (NextToken) =>
      call('ec2:DescribeInstanceTypeOfferings', () =>
        clients.ec2.send(
          new DescribeInstanceTypeOfferingsCommand({ LocationType: 'availability-zone', Filters, NextToken }),
        ),
      ),
    (page) => page.NextToken,
  );
  const offered = pages.flatMap((page) => page.InstanceTypeOfferings ?? []);
  return new Map(
    types.map((type) => [
      type,
      new Set(offered.flatMap(({ InstanceType, Location }) => (InstanceType === type ? (Location ?? []) : []))),
    ]),
  );
}

export async function zoneNameServers({ clients, call }: Connection, Id: string): Promise<readonly string[]> {
  const answer = await call('route53:GetHostedZone', () => clients.route53.send(new GetHostedZoneCommand({ Id })));
  return (answer.DelegationSet?.NameServers ?? []).map((name) => name.toLowerCase().replace(/\.$/, ''));
}
