import {
  DescribeListenersCommand,
  DescribeLoadBalancerAttributesCommand,
  DescribeLoadBalancersCommand,
  DescribeTagsCommand,
  DescribeTargetGroupAttributesCommand,
  DescribeTargetGroupsCommand,
  type ElasticLoadBalancingV2Client,
} from '@aws-sdk/client-elastic-load-balancing-v2';
import type { InventoryClients } from './clients.ts';
import { type InventoryObject, objectOf, pagesOf } from './inventory-object.ts';

const tagsOf = async (elbv2: ElasticLoadBalancingV2Client, arn: string) =>
  (await elbv2.send(new DescribeTagsCommand({ ResourceArns: [arn] }))).TagDescriptions?.[0]?.Tags;

const asMap = (attributes: readonly { Key?: string | undefined; Value?: string | undefined }[] | undefined) =>
  Object.fromEntries((attributes ?? []).map(({ Key, Value }) => [Key ?? '', Value]));

async function loadBalancers(elbv2: ElasticLoadBalancingV2Client): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (Marker) => elbv2.send(new DescribeLoadBalancersCommand({ Marker })),
    (answer) => answer.NextMarker,
  );
  const all = pages.flatMap((page) => page.LoadBalancers ?? []);
  const parts = await Promise.all(
    all.map(async (one) => {
      const LoadBalancerArn = one.LoadBalancerArn!;
      const [tags, attributes, listeners] = await Promise.all([
        tagsOf(elbv2, LoadBalancerArn),
        elbv2.send(new DescribeLoadBalancerAttributesCommand({ LoadBalancerArn })),
        elbv2.send(new DescribeListenersCommand({ LoadBalancerArn })),
      ]);
      const own = { ...one, tags, Attributes: asMap(attributes.Attributes) };
      const doors = (listeners.Listeners ?? []).map(async (listener) =>
        objectOf('AWS::ElasticLoadBalancingV2::Listener', listener.ListenerArn, {
          ...listener,
          tags: await tagsOf(elbv2, listener.ListenerArn!),
        }),
      );
      return [
        objectOf('AWS::ElasticLoadBalancingV2::LoadBalancer', LoadBalancerArn, own),
        ...(await Promise.all(doors)),
      ];
    }),
  );
  return parts.flat();
}

async function targetGroups(elbv2: ElasticLoadBalancingV2Client): Promise<InventoryObject[]> {
  const pages = await pagesOf(
    (Marker) => elbv2.send(new DescribeTargetGroupsCommand({ Marker })),
    (answer) => answer.NextMarker,
  );
  return Promise.all(
    pages
      .flatMap((page) => page.TargetGroups ?? [])
      .map(async (group) => {
        const TargetGroupArn = group.TargetGroupArn!;
        const [tags, attributes] = await Promise.all([
          tagsOf(elbv2, TargetGroupArn),
          elbv2.send(new DescribeTargetGroupAttributesCommand({ TargetGroupArn })),
        ]);
        const own = { ...group, tags, Attributes: asMap(attributes.Attributes) };
        return objectOf('AWS::ElasticLoadBalancingV2::TargetGroup', TargetGroupArn, own);
      }),
  );
}

/** Network and application load balancers with their listeners and target groups. */
export async function balancingObjects({ elbv2 }: InventoryClients): Promise<InventoryObject[]> {
  return (await Promise.all([loadBalancers(elbv2), targetGroups(elbv2)])).flat();
}
