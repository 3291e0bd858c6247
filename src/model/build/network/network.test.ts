import { describe, expect, test } from 'vitest';
import { codesOf, graphOf, idsOf, resourceOf, type SpecOf } from '../../../testing/clusters.ts';

const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c'];
const given: SpecOf['network'] = {
  vpc: { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'], public: ['subnet-3', 'subnet-4'] } },
};

describe('a new VPC', () => {
  test('tags subnets as load balancers look for them', () => {
    const graph = graphOf();
    expect(resourceOf(graph, 'subnet', 'subnet/private-us-east-1a').desired.tags).toMatchObject({
      'kubernetes.io/role/internal-elb': '1',
      'kubernetes.io/cluster/k8s': 'shared',
    });
    const open = resourceOf(graph, 'subnet', 'subnet/public-us-east-1a').desired.tags;
    expect(open).toMatchObject({ 'kubernetes.io/role/elb': '1', 'kubernetes.io/cluster/k8s': 'shared' });
    expect(open).not.toHaveProperty('kubernetes.io/role/internal-elb');
  });

  test('routes each zone through its own NAT gateway', () => {
    const graph = graphOf({ network: { zones } });
    for (const zone of zones) {
      expect(resourceOf(graph, 'route', `route/private-${zone}/0.0.0.0/0`).desired.target).toEqual({
        natGatewayId: { $ref: `nat-gateway/${zone}`, field: 'natGatewayId' },
      });
      expect(resourceOf(graph, 'nat-gateway', `nat-gateway/${zone}`).desired.subnetId).toEqual({
        $ref: `subnet/public-${zone}`,
        field: 'subnetId',
      });
    }
  });

  test('routes all zones through the first one with a single NAT gateway, each by a table of its own', () => {
    const graph = graphOf({ network: { zones, nat: 'single' } });
    expect(idsOf(graph, 'nat-gateway')).toEqual(['nat-gateway/us-east-1a']);
    expect(resourceOf(graph, 'route', 'route/private-us-east-1c/0.0.0.0/0').desired.target).toEqual({
      natGatewayId: { $ref: 'nat-gateway/us-east-1a', field: 'natGatewayId' },
    });
  });

  test('has no way to the internet without NAT, but endpoints with a group that lets the VPC in', () => {
    const graph = graphOf({ network: { zones, nat: 'none', cidr: '10.9.0.0/16' } });
    expect(idsOf(graph, 'internet-gateway')).toEqual([]);
    expect(idsOf(graph, 'route')).toEqual([]);
    expect(idsOf(graph, 'subnet')).toEqual(zones.map((zone) => `subnet/private-${zone}`));
    const gateway = resourceOf(graph, 'vpc-endpoint', 'vpc-endpoint/s3').desired;
    expect(gateway).toMatchObject({ endpointService: 'com.amazonaws.us-east-1.s3', endpointType: 'Gateway' });
    expect(gateway.routeTableIds).toHaveLength(3);
    const ecr = resourceOf(graph, 'vpc-endpoint', 'vpc-endpoint/ecr.api').desired;
    expect(ecr).toMatchObject({ endpointType: 'Interface', privateDns: true, routeTableIds: [] });
    expect(ecr.subnetIds).toHaveLength(3);
    expect(ecr.securityGroupIds).toEqual([{ $ref: 'security-group/endpoints', field: 'groupId' }]);
    const rule = resourceOf(graph, 'security-group-rule', 'security-group-rule/endpoints/https-10.9.0.0/16').desired;
    expect(rule).toMatchObject({ direction: 'ingress', ports: { from: 443, to: 443 }, peer: { cidr: '10.9.0.0/16' } });
  });

  test('puts public nodes into public subnets that give addresses, without NAT', () => {
    const graph = graphOf({ network: { zones, topology: 'public' }, nodeGroups: [{ name: 'a' }] });
    expect(idsOf(graph, 'nat-gateway')).toEqual([]);
    expect(resourceOf(graph, 'subnet', 'subnet/public-us-east-1a').desired.publicIpOnLaunch).toBe(true);
    const subnets = resourceOf(graph, 'node-group', 'node-group/a').desired.subnetIds;
    expect(subnets).toEqual(zones.map((zone) => ({ $ref: `subnet/public-${zone}`, field: 'subnetId' })));
  });

  test('lets IPv6 out through an egress-only gateway and numbers every subnet once', () => {
    const graph = graphOf({ network: { zones, ipFamily: 'dual-stack', furtherCidrs: ['10.1.0.0/16'] } });
    expect(resourceOf(graph, 'vpc', 'vpc').desired.ipv6).toBe(true);
    expect(resourceOf(graph, 'route', 'route/private-us-east-1a/::/0').desired.target).toEqual({
      egressOnlyInternetGatewayId: { $ref: 'egress-only-internet-gateway', field: 'egressOnlyInternetGatewayId' },
    });
    expect(resourceOf(graph, 'route', 'route/public/::/0').desired.target).toHaveProperty('gatewayId');
    const numbers = idsOf(graph, 'subnet').map((id) => resourceOf(graph, 'subnet', id).desired.ipv6Index);
    expect(new Set(numbers).size).toBe(9);
    expect(numbers.every((n) => typeof n === 'number' && n >= 0 && n < 256)).toBe(true);
  });

  test('has no IPv6 unless the spec says so', () => {
    const { desired } = resourceOf(graphOf(), 'subnet', 'subnet/private-us-east-1a');
    expect(desired).toMatchObject({ ipv6Index: null, ipv6OnCreation: false });
  });

  test('opens a further range to pods by the tag that the VPC CNI looks for, and replaces no node group', () => {
    const nodeGroups = [{ name: 'a' }];
    const before = graphOf({ network: { zones }, nodeGroups });
    const after = graphOf({ network: { zones, furtherCidrs: ['10.1.0.0/16'] }, nodeGroups });
    const subnet = resourceOf(after, 'subnet', 'subnet/private-us-east-1b-10.1.0.0-16').desired;
    expect(subnet).toMatchObject({ cidr: '10.1.32.0/19', tags: { 'kubernetes.io/role/cni': '1' } });
    expect(resourceOf(after, 'vpc-cidr-block', 'vpc-cidr-block/10.1.0.0/16').desired.cidr).toBe('10.1.0.0/16');
    expect(resourceOf(after, 'node-group', 'node-group/a')).toEqual(resourceOf(before, 'node-group', 'node-group/a'));
  });

  test('lets the VPC CNI name the subnets of pods only when they lead somewhere', () => {
    const ready = zones.flatMap((zone) => [`route-table-association/pods-${zone}`, `route/private-${zone}/0.0.0.0/0`]);
    const graph = graphOf({ network: { zones, podSubnets: { cidr: '100.64.0.0/16' } } });
    expect([...resourceOf(graph, 'addon', 'addon/vpc-cni').needs].sort()).toEqual(ready.sort());
    expect(resourceOf(graph, 'addon', 'addon/kube-proxy').needs).toEqual([]);
    expect(resourceOf(graphOf({ network: { zones } }), 'addon', 'addon/vpc-cni').needs).toEqual([]);
  });

  describe('with nodes that reach the API by the addresses of their NAT gateways alone', () => {
    const from = ['203.0.113.0/24', 'nat'];
    const needsOf = (api: object, nat: 'per-zone' | 'single' = 'per-zone') =>
      zones.map(
        (zone) =>
          resourceOf(graphOf({ network: { zones, nat }, access: { api } }), 'route', `route/private-${zone}/0.0.0.0/0`)
            .needs,
      );

    test('moves a zone to a gateway of its own when the access list holds its address', () => {
      expect(needsOf({ public: true, private: false, from })).toEqual([['cluster'], ['cluster'], ['cluster']]);
    });

    test('does not wait for the list where routes come back to the one gateway that it keeps, or nodes do not need it', () => {
      expect(needsOf({ public: true, private: false, from }, 'single')).toEqual([[], [], []]);
      expect(needsOf({ public: true, private: true, from })).toEqual([[], [], []]);
    });
  });

  test('refuses a range that does not hold its subnets', () => {
    expect(codesOf({ network: { zones, cidr: '10.0.0.0/26' } })).toContain('graph.range-too-small');
  });
});

describe('a given VPC', () => {
  test('gets nothing made in it', () => {
    expect(
      idsOf(graphOf({ network: given })).filter((id) =>
        /^(vpc|subnet|route|nat|elastic|internet|egress|security)/.test(id),
      ),
    ).toEqual([]);
  });

  test('gets the tags that load balancers look for where the spec says so', () => {
    const graph = graphOf({ network: { vpc: { ...given.vpc!, addMissingTags: true } } });
    expect(resourceOf(graph, 'given-subnet-tags', 'given-subnet-tags/subnet-1').desired).toEqual({
      subnetId: 'subnet-1',
      tags: { 'kubernetes.io/role/internal-elb': '1', 'kubernetes.io/cluster/k8s': 'shared' },
    });
    expect(resourceOf(graph, 'given-subnet-tags', 'given-subnet-tags/subnet-3').desired.tags).toHaveProperty(
      'kubernetes.io/role/elb',
    );
  });

  const subnet = {
    zone: 'us-east-1a',
    cidr: '10.0.0.0/24',
    isPublic: false,
    routeTableId: 'rtb-1',
    hasDefaultRoute: true,
  };
  const vpc = (...subnets: readonly Partial<typeof subnet & { id: string }>[]) => ({
    vpc: {
      id: 'vpc-1',
      cidrs: ['10.0.0.0/16'],
      subnets: subnets.map((one, i) => ({ ...subnet, id: `subnet-${i + 1}`, ...one })),
    },
  });
  const network: SpecOf['network'] = { vpc: { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'] } } };

  test.each([
    ['a subnet that AWS does not show', vpc({}), 'graph.given-subnet-missing'],
    ['subnets of one zone', vpc({}, {}), 'graph.given-zones'],
    [
      'a subnet without a default route',
      vpc({ hasDefaultRoute: false }, { zone: 'us-east-1b' }),
      'graph.given-route-missing',
    ],
  ])('is questioned for %s', (_, facts, code) => {
    expect(codesOf({ network }, facts)).toEqual([code]);
  });

  test('is questioned for a route that cannot be added as ours', () => {
    const facts = vpc({ hasDefaultRoute: false }, { zone: 'us-east-1b' });
    expect(codesOf({ network: { vpc: { ...network.vpc!, addMissingRoutes: true } } }, facts)).toEqual([
      'graph.cannot-add-route',
    ]);
  });
});
