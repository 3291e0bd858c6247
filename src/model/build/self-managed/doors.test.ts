import { describe, expect, test } from 'vitest';
import { factsFor, idsOf, resourceOf } from '../../../testing/clusters.ts';
import { selfManagedCodes, selfManagedGraph, selfManagedOf } from '../../../testing/self-managed-clusters.ts';
import { buildGraph } from '../index.ts';

const open = { public: true, private: true, from: ['203.0.113.0/24'], fromNat: false };
const refsOf = (value: unknown): string[] => (value as { $ref?: string }[]).map((one) => one.$ref ?? String(one));

describe('load balancers', () => {
  test('are one internal one, in the private subnets of the zones of the seats', () => {
    const zones = ['us-east-1a', 'us-east-1b', 'us-east-1c', 'us-east-1d'];
    const graph = selfManagedGraph({ base: { network: { zones } } });
    expect(idsOf(graph, 'load-balancer')).toEqual(['load-balancer/internal']);
    const { desired } = resourceOf(graph, 'load-balancer', 'load-balancer/internal');
    expect(desired).toMatchObject({ scheme: 'internal', crossZone: true, deletionProtection: true });
    expect(refsOf(desired.subnetIds)).toEqual(['a', 'b', 'c'].map((zone) => `subnet/private-us-east-1${zone}`));
    expect(refsOf(desired.securityGroupIds)).toEqual(['security-group/api']);
  });

  test('with a public API are two, and the public one stands in public subnets', () => {
    const graph = selfManagedGraph({ access: { api: open } });
    const { desired } = resourceOf(graph, 'load-balancer', 'load-balancer/public');
    expect(desired.scheme).toBe('internet-facing');
    expect(refsOf(desired.subnetIds)).toEqual(['a', 'b', 'd'].map((zone) => `subnet/public-us-east-1${zone}`));
    expect(refsOf(desired.securityGroupIds)).toEqual(['security-group/api-public']);
  });

  test('send to API servers, which are healthy when they are ready', () => {
    const graph = selfManagedGraph({ access: { api: open } });
    for (const what of ['internal', 'public'] as const) {
      expect(resourceOf(graph, 'target-group', `target-group/${what}`).desired).toMatchObject({
        port: 6443,
        protocol: 'TCP',
        healthPath: '/readyz',
        preserveClientIp: false,
      });
      expect(resourceOf(graph, 'listener', `listener/${what}`).desired).toMatchObject({
        port: 443,
        targetGroupArn: { $ref: `target-group/${what}` },
      });
    }
  });

  test('have names that AWS takes, however long or odd that of the cluster', () => {
    for (const name of ['a'.repeat(80), 'internal', 'with_underscores_and-more']) {
      const cluster = selfManagedOf({ access: { api: open } });
      const built = buildGraph({ ...cluster, metadata: { name } }, factsFor(cluster));
      if (!built.ok) throw new Error(JSON.stringify(built.diagnostics));
      const names = built.value.resources.flatMap((one) =>
        one.kind === 'load-balancer' || one.kind === 'target-group' ? [one.desired.name as string] : [],
      );
      expect(names).toHaveLength(4);
      for (const one of names) expect(one).toMatch(/^(?!internal-)[A-Za-z0-9](?:[A-Za-z0-9-]{0,30}[A-Za-z0-9])?$/);
    }
  });

  test('for the internet need a public subnet in the zone of every seat', () => {
    const vpc = { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'], public: ['subnet-4'] } };
    const plane = { seats: { zones: [], subnets: ['subnet-1', 'subnet-2'] } };
    const of = { base: { network: { vpc } }, plane, access: { api: open } };
    // The public subnet lies in zone c.
    expect(selfManagedCodes(of)).toEqual(['graph.no-public-subnet', 'graph.no-public-subnet']);
  });
});

describe('the name of the API', () => {
  const zone = 'example.com';

  test('is made in a private zone of the VPC', () => {
    const graph = selfManagedGraph({ plane: { dns: { type: 'private', zone, name: 'api.k8s.example.com' } } });
    expect(resourceOf(graph, 'hosted-zone', 'hosted-zone').desired).toMatchObject({
      name: zone,
      vpcId: { $ref: 'vpc' },
    });
    expect(resourceOf(graph, 'dns-record', 'dns-record/api').desired).toEqual({
      hostedZoneId: { $ref: 'hosted-zone', field: 'hostedZoneId' },
      name: 'api.k8s.example.com',
      target: { $ref: 'load-balancer/internal', field: 'dnsName' },
      targetZoneId: { $ref: 'load-balancer/internal', field: 'hostedZoneId' },
    });
  });

  test('in a public zone leads to the public load balancer where there is one', () => {
    const dns = { type: 'public' as const, zone, name: 'api.k8s.example.com' };
    const facts = { hostedZone: { id: 'Z1' } };
    const targetOf = (api: typeof open | undefined) =>
      resourceOf(
        selfManagedGraph({ plane: { dns }, ...(api === undefined ? {} : { access: { api } }) }, facts),
        'dns-record',
        'dns-record/api',
      ).desired;
    expect(targetOf(open)).toMatchObject({ hostedZoneId: 'Z1', target: { $ref: 'load-balancer/public' } });
    expect(targetOf(undefined)).toMatchObject({ target: { $ref: 'load-balancer/internal' } });
  });

  test('in a public zone that is not there is refused', () => {
    const dns = { type: 'public' as const, zone, name: 'api.k8s.example.com' };
    expect(selfManagedCodes({ plane: { dns } }, { hostedZone: null })).toEqual(['graph.hosted-zone-unknown']);
  });

  test('is no record without a zone', () => {
    expect(idsOf(selfManagedGraph()).filter((id) => /zone|dns-record/.test(id))).toEqual([]);
  });
});
