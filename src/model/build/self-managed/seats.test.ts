import { describe, expect, test } from 'vitest';
import type { RootVolume } from '../../../spec/cluster.ts';
import { idsOf, resourceOf } from '../../../testing/clusters.ts';
import { selfManagedCodes, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import { seatNames } from './seats.ts';

describe('names of seats', () => {
  test.each([
    ['us-east-1', ['us-east-1a', 'us-east-1b', 'us-east-1d'], ['a', 'b', 'd']],
    ['us-east-1', ['us-east-1a', 'us-east-1a', 'us-east-1a'], ['a', 'a2', 'a3']],
    ['us-east-1', ['us-east-1b', 'us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1a'], ['b', 'a', 'b2', 'c', 'a2']],
    ['us-west-2', ['us-west-2-lax-1a'], ['lax-1a']],
  ])('in %s of %j', (region, zones, expected) => {
    expect(seatNames(region, zones)).toEqual(expected);
  });
});

const given = { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'], public: ['subnet-3'] } };

describe('the place of a seat', () => {
  test('is a volume in its zone and an interface in its subnet, which no CNI takes', () => {
    const graph = selfManagedGraph();
    expect(idsOf(graph, 'volume')).toEqual(['volume/etcd-a', 'volume/etcd-b', 'volume/etcd-d']);
    expect(resourceOf(graph, 'volume', 'volume/etcd-d').desired).toMatchObject({
      zone: 'us-east-1d',
      encrypted: true,
      size: 20,
    });
    expect(resourceOf(graph, 'network-interface', 'network-interface/seat-b').desired).toMatchObject({
      subnetId: { $ref: 'subnet/private-us-east-1b' },
      securityGroupIds: [{ $ref: 'security-group/seats' }],
      sourceDestCheck: true,
      tags: { 'node.k8s.amazonaws.com/no_manage': 'true' },
    });
  });

  test('may be in a zone more than once', () => {
    const zones = ['us-east-1a', 'us-east-1a', 'us-east-1b'];
    const graph = selfManagedGraph({ plane: { seats: { zones, subnets: [] } } });
    expect(idsOf(graph, 'network-interface')).toEqual([
      'network-interface/seat-a',
      'network-interface/seat-a2',
      'network-interface/seat-b',
    ]);
    expect(resourceOf(graph, 'load-balancer', 'load-balancer/internal').desired.subnetIds).toHaveLength(2);
  });

  test('is in public subnets with the public topology', () => {
    const graph = selfManagedGraph({ base: { network: { zones: ['us-east-1a'], topology: 'public' } } });
    const { desired } = resourceOf(graph, 'network-interface', 'network-interface/seat-a');
    expect(desired.subnetId).toMatchObject({ $ref: 'subnet/public-us-east-1a' });
  });

  test('is where the spec says in a given VPC, whose facts tell the zone', () => {
    const plane = { seats: { zones: [], subnets: ['subnet-2'] } };
    const graph = selfManagedGraph({ base: { network: { vpc: given } }, plane });
    expect(resourceOf(graph, 'volume', 'volume/etcd-b').desired.zone).toBe('us-east-1b');
    expect(resourceOf(graph, 'network-interface', 'network-interface/seat-b').desired.subnetId).toBe('subnet-2');
    expect(idsOf(graph, 'subnet')).toEqual([]);
  });

  test('in a subnet that is not there is said once', () => {
    const plane = { seats: { zones: [], subnets: ['subnet-9', 'subnet-9', 'subnet-1'] } };
    const row = { cidr: '10.0.0.0/24', isPublic: false, routeTableId: 'rtb-1', hasDefaultRoute: true };
    const subnets = ['subnet-1', 'subnet-2', 'subnet-3'].map((id) => ({ ...row, id, zone: 'us-east-1a' }));
    const facts = { vpc: { id: 'vpc-1', cidrs: ['10.0.0.0/16'], subnets } };
    const codes = selfManagedCodes({ base: { network: { vpc: given } }, plane }, facts);
    expect(codes).toEqual(['graph.given-subnet-missing']);
  });

  test('may be in one zone alone of a given VPC, as EKS does not allow', () => {
    const one = { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-x'], public: [] } };
    const plane = { seats: { zones: [], subnets: ['subnet-1'] } };
    const row = { cidr: '10.0.0.0/24', isPublic: false, routeTableId: 'rtb-1', hasDefaultRoute: true };
    const subnets = ['subnet-1', 'subnet-x'].map((id) => ({ ...row, id, zone: 'us-east-1a' }));
    const facts = { vpc: { id: 'vpc-1', cidrs: ['10.0.0.0/16'], subnets } };
    expect(selfManagedCodes({ base: { network: { vpc: one } }, plane }, facts)).toEqual([]);
  });

  test.each<[Partial<RootVolume>, object]>([
    [
      { type: 'gp3', iops: 3000, throughput: 125 },
      { iops: null, throughput: null },
    ],
    [
      { type: 'gp3', iops: 4000, throughput: 250 },
      { iops: 4000, throughput: 250 },
    ],
    [
      { type: 'io2', iops: 3000 },
      { iops: 3000, throughput: null },
    ],
  ])('has a volume of %j, without what AWS gives anyway', (volume, expected) => {
    const etcd = {
      volume: { sizeGiB: 20, type: 'gp3' as const, encrypted: true, ...volume },
      snapshots: { everyMinutes: 60, keepDays: 7 },
    };
    const graph = selfManagedGraph({ plane: { etcd } });
    expect(resourceOf(graph, 'volume', 'volume/etcd-a').desired).toMatchObject(expected);
  });
});
