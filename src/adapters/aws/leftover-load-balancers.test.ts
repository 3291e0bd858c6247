import { describe, expect, test } from 'vitest';
import { SteppedClock } from '../../emulator/clocks/stepped.ts';
import type { Clients } from './clients.ts';
import { connect } from './connection.ts';
import { findLoadBalancers } from './leftover-load-balancers.ts';

type Tags = Readonly<Record<string, string>>;

const arnOf = (type: string, name: string): string =>
  `arn:aws:elasticloadbalancing:us-east-1:123456789012:${type}/${name}/1`;

/** Answers as the API reference of Elastic Load Balancing v2 has it, two load balancers a page, tags of at most twenty. */
function elbv2(balancers: Readonly<Record<string, Tags>>, groups: Readonly<Record<string, Tags>> = {}) {
  const tagsByArn = new Map([
    ...Object.entries(balancers).map(([name, tags]) => [arnOf('loadbalancer', name), tags] as const),
    ...Object.entries(groups).map(([name, tags]) => [arnOf('targetgroup', name), tags] as const),
  ]);
  const answers: Readonly<Record<string, (input: Record<string, unknown>) => unknown>> = {
    DescribeLoadBalancersCommand: ({ Marker }) => {
      const from = Number(Marker ?? 0);
      const page = Object.keys(balancers).slice(from, from + 2);
      return {
        LoadBalancers: page.map((LoadBalancerName) => ({
          LoadBalancerName,
          LoadBalancerArn: arnOf('loadbalancer', LoadBalancerName),
          VpcId: 'vpc-1',
        })),
        ...(from + 2 < Object.keys(balancers).length ? { NextMarker: String(from + 2) } : {}),
      };
    },
    DescribeTargetGroupsCommand: () => ({
      TargetGroups: Object.keys(groups).map((TargetGroupName) => ({
        TargetGroupName,
        TargetGroupArn: arnOf('targetgroup', TargetGroupName),
      })),
    }),
    DescribeTagsCommand: ({ ResourceArns }) => {
      const arns = ResourceArns as string[];
      if (arns.length === 0 || arns.length > 20) throw new Error(`${arns.length} ARNs in one call`);
      return {
        TagDescriptions: arns.map((ResourceArn) => ({
          ResourceArn,
          Tags: Object.entries(tagsByArn.get(ResourceArn) ?? {}).map(([Key, Value]) => ({ Key, Value })),
        })),
      };
    },
  };
  const send = async (command: { constructor: { name: string }; input: Record<string, unknown> }) =>
    answers[command.constructor.name]!(command.input);
  const clients = { elbv2: { send } } as unknown as Clients;
  return connect({ region: 'us-east-1', clock: new SteppedClock(0), clients });
}

const owned = { 'kubernetes.io/cluster/trial': 'owned' };

describe('load balancers', () => {
  test("the cluster's are found on every page, others only where their VPC goes", async () => {
    const connection = elbv2({ a: {}, b: { 'elbv2.k8s.aws/cluster': 'other' }, c: owned, d: {}, e: owned });
    const names = async (vpcIds: string[]) =>
      (await findLoadBalancers(connection, 'trial', vpcIds)).map((one) => `${one.name} ${one.belongsToCluster}`);
    expect(await names([])).toEqual(['c true', 'e true']);
    expect(await names(['vpc-1'])).toEqual(['a false', 'b false', 'c true', 'd false', 'e true']);
    expect(await names(['vpc-2'])).toEqual(['c true', 'e true']);
  });

  test('those that carry our own tag are ours and none of this', async () => {
    const connection = elbv2({ ours: { 'quilla.dev/cluster': 'trial', ...owned } });
    expect(await findLoadBalancers(connection, 'trial', ['vpc-1'])).toEqual([]);
  });

  test('target groups follow load balancers, and forty tags are asked for in two calls', async () => {
    const groups = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`g${n}`, n === 39 ? { 'elbv2.k8s.aws/cluster': 'trial' } : {}]),
    );
    const found = await findLoadBalancers(elbv2({}, groups), 'trial', ['vpc-1']);
    expect(found).toEqual([
      {
        type: 'target-group',
        id: arnOf('targetgroup', 'g39'),
        name: 'g39',
        because: 'tagged elbv2.k8s.aws/cluster=trial',
        belongsToCluster: true,
      },
    ]);
  });
});
