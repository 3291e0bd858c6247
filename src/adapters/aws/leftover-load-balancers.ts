import {
  DeleteLoadBalancerCommand,
  DeleteTargetGroupCommand,
  DescribeLoadBalancersCommand,
  DescribeTargetGroupsCommand,
  type LoadBalancer,
  type TargetGroup,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import { minutes, seconds } from '../../base/duration.ts';
import type { CallContext } from '../../ports/aws.ts';
import type { Leftover } from '../../ports/leftovers.ts';
import { allItems } from './all-items.ts';
import type { Connection } from './connection.ts';
import { balancingTags } from './elbv2.ts';
import { unlessGone } from './gone.ts';
import { isOurs, madeFor } from './leftover-tags.ts';
import { deleteWhenFree } from './retry.ts';
import { waitFor } from './wait.ts';

const loadBalancers = ({ clients, call }: Connection): Promise<LoadBalancer[]> =>
  allItems(
    async (Marker) => {
      const page = await call('elasticloadbalancing:DescribeLoadBalancers', () =>
        clients.elbv2.send(new DescribeLoadBalancersCommand({ Marker, PageSize: 400 })),
      );
      return { ...page, NextToken: page.NextMarker };
    },
    (page) => page.LoadBalancers,
  );

const targetGroups = ({ clients, call }: Connection): Promise<TargetGroup[]> =>
  allItems(
    async (Marker) => {
      const page = await call('elasticloadbalancing:DescribeTargetGroups', () =>
        clients.elbv2.send(new DescribeTargetGroupsCommand({ Marker, PageSize: 400 })),
      );
      return { ...page, NextToken: page.NextMarker };
    },
    (page) => page.TargetGroups,
  );

/** Load balancers and target groups that the load balancer controllers made for the cluster, and load balancers of others in VPCs that go. */
export async function findLoadBalancers(
  connection: Connection,
  cluster: string,
  vpcIds: readonly string[],
): Promise<Leftover[]> {
  const [balancers, groups] = await Promise.all([loadBalancers(connection), targetGroups(connection)]);
  const arns = [...balancers.map((one) => one.LoadBalancerArn!), ...groups.map((one) => one.TargetGroupArn!)];
  const tags = await balancingTags(connection, arns);
  const reason = (arn: string): string | undefined => {
    const own = tags.get(arn) ?? {};
    return isOurs(own, cluster) ? undefined : madeFor(own, cluster);
  };
  const ofBalancers = balancers.flatMap((one): Leftover[] => {
    const [id, name] = [one.LoadBalancerArn!, one.LoadBalancerName!];
    const tag = reason(id);
    if (tag !== undefined)
      return [{ type: 'load-balancer', id, name, because: `tagged ${tag}`, belongsToCluster: true }];
    if (isOurs(tags.get(id) ?? {}, cluster) || !vpcIds.includes(one.VpcId ?? '')) return [];
    return [{ type: 'load-balancer', id, name, because: `it stands in ${one.VpcId}`, belongsToCluster: false }];
  });
  const ofGroups = groups.flatMap((one): Leftover[] => {
    const [id, name] = [one.TargetGroupArn!, one.TargetGroupName!];
    const tag = reason(id);
    return tag === undefined
      ? []
      : [{ type: 'target-group', id, name, because: `tagged ${tag}`, belongsToCluster: true }];
  });
  return [...ofBalancers, ...ofGroups];
}

export async function removeLoadBalancer(connection: Connection, arn: string, context: CallContext): Promise<void> {
  const { clients, call } = connection;
  await unlessGone(
    call('elasticloadbalancing:DeleteLoadBalancer', () =>
      clients.elbv2.send(new DeleteLoadBalancerCommand({ LoadBalancerArn: arn })),
    ),
  );
  await waitFor(
    `load balancer ${arn} to be gone`,
    context,
    async () => {
      const answer = await unlessGone(
        call('elasticloadbalancing:DescribeLoadBalancers', () =>
          clients.elbv2.send(new DescribeLoadBalancersCommand({ LoadBalancerArns: [arn] })),
        ),
      );
      const left = answer?.LoadBalancers?.[0];
      return left === undefined ? { done: undefined } : { waiting: left.State?.Code ?? 'still there' };
    },
    { every: seconds(5), deadline: minutes(5) },
  );
}

export const removeTargetGroup = ({ clients, call }: Connection, arn: string, context: CallContext): Promise<void> =>
  deleteWhenFree(
    `target group ${arn}`,
    context,
    () =>
      call('elasticloadbalancing:DeleteTargetGroup', () =>
        clients.elbv2.send(new DeleteTargetGroupCommand({ TargetGroupArn: arn })),
      ),
    { deadline: minutes(5) },
  );
