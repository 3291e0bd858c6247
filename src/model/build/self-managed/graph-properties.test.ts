import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder } from '../../../base/order.ts';
import { podNetworkTypes } from '../../../spec/cluster.ts';
import { graphOf } from '../../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import type { Field } from '../../field.ts';
import type { Resource, ResourceGraph } from '../../graph.ts';
import type { KindTable } from '../../kind.ts';
import { kinds } from '../../kinds/index.ts';
import type { KindName } from '../../kinds/names.ts';
import { refsIn } from '../../value.ts';

const tableOf = (kind: KindName): KindTable => kinds[kind];

/** Kinds that only a self-managed control plane has: a plan looks for the mark before it asks for them. */
const gated: readonly KindName[] = [
  'bucket',
  'bucket-object',
  'cluster-keys',
  'dns-record',
  'event-rule',
  'hosted-zone',
  'kms-grant',
  'lifecycle-hook',
  'listener',
  'load-balancer',
  'network-interface',
  'queue',
  'target-group',
  'volume',
];
const mark = 'security-group/seats';

const zones = fc
  .constantFrom(['a'], ['a', 'b', 'd'], ['a', 'b', 'c', 'd', 'e', 'f'])
  .map((letters) => letters.map((letter) => `us-east-1${letter}`));
const networks = fc.oneof(
  fc.record({
    zones,
    topology: fc.constantFrom('private' as const, 'public' as const),
    endpoints: fc.constantFrom([], ['s3', 'sts']),
  }),
  fc.constant({
    vpc: { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'], public: ['subnet-4', 'subnet-5', 'subnet-3'] } },
  }),
);
const rootVolume = {
  sizeGiB: 40,
  type: 'gp3' as const,
  encrypted: true,
  kmsKey: 'arn:aws:kms:us-east-1:123456789012:key/k',
};
const names = fc.stringMatching(/^[a-rt-z][a-z0-9-]{0,40}[a-z0-9]$/);
const policies = ['arn:aws:iam::aws:policy/ReadOnlyAccess'];
const groups = fc.uniqueArray(fc.record({ name: names, policies: fc.constantFrom([], policies) }), {
  selector: ({ name }) => name,
  maxLength: 3,
});
const dns = fc.constantFrom(
  { type: 'none' as const },
  { type: 'private' as const, zone: 'example.com', name: 'api.example.com' },
  { type: 'public' as const, zone: 'example.com', name: 'api.example.com' },
);

const clusters = fc
  .record({
    network: networks,
    groups,
    dns,
    podRoles: fc.boolean(),
    isOpen: fc.boolean(),
    hasBastion: fc.boolean(),
    hasStore: fc.boolean(),
    hasKey: fc.boolean(),
    podNetwork: fc.record({
      type: fc.constantFrom(...podNetworkTypes),
      encapsulation: fc.constantFrom('vxlan', 'none'),
    }),
    charts: fc.subarray(['aws-node-termination-handler', 'aws-ebs-csi-driver', 'metrics-server']),
  })
  .map((of): SelfManagedOf => {
    const given = 'vpc' in of.network;
    return {
      base: { network: of.network as never },
      network: { podNetwork: of.podNetwork as never },
      groups: of.groups,
      charts: of.charts,
      plane: {
        ...(given ? { seats: { zones: [], subnets: ['subnet-1', 'subnet-2', 'subnet-1'] } } : {}),
        ...(of.hasStore ? { storeBucket: 'mine' } : {}),
        ...(of.hasKey ? { rootVolume } : {}),
        dns: of.dns,
        podRoles: of.podRoles,
      },
      access: {
        api: { public: of.isOpen, private: true, from: of.isOpen ? ['203.0.113.0/24'] : [], fromNat: of.isOpen },
        ssh: { publicKey: 'ssh-ed25519 AAAA me', from: ['10.0.0.0/8'] },
        ...(of.hasBastion ? { bastion: { instanceType: 't3.micro', from: ['203.0.113.0/24'] } } : {}),
      },
    };
  });

const facts = { hostedZone: { id: 'Z1' } };
const always = (check: (graph: ResourceGraph, of: SelfManagedOf) => void): void => {
  fc.assert(
    fc.property(clusters, (of) => check(selfManagedGraph(of, facts), of)),
    { seed: 4, numRuns: 120 },
  );
};

const edges = (resource: Resource): string[] => [
  ...resource.needs,
  ...refsIn(resource.desired).map(({ $ref }) => $ref),
];

function leadsToMark(graph: ResourceGraph, start: Resource): boolean {
  const byId = new Map(graph.resources.map((one) => [one.id, one]));
  const seen = new Set<string>();
  const walk = (id: string): boolean => {
    if (id === mark) return true;
    if (seen.has(id)) return false;
    seen.add(id);
    const one = byId.get(id);
    return one !== undefined && edges(one).some(walk);
  };
  return walk(start.id);
}

describe('the graph of any self-managed cluster', () => {
  test('leads from everything that only such a cluster has to the group of the seats', () => {
    always((graph) => {
      const lost = graph.resources.filter((one) => gated.includes(one.kind) && !leadsToMark(graph, one));
      expect(lost.map(({ id }) => id)).toEqual([]);
    });
  });

  test('has references and needs that are there, and only those that its kinds allow', () => {
    always((graph) => {
      const byId = new Map(graph.resources.map((one) => [one.id, one]));
      for (const { id, kind, needs, desired } of graph.resources) {
        for (const need of needs) expect(byId.has(need), `${id} needs ${need}`).toBe(true);
        const fields: Readonly<Record<string, Field>> = tableOf(kind).fields;
        for (const [name, value] of Object.entries(desired)) {
          for (const { $ref, field } of refsIn(value)) {
            const target = byId.get($ref);
            expect(target, `${id}.${name} refers to ${$ref}`).toBeDefined();
            expect(tableOf(target!.kind).fields[field]?.change, `${$ref}.${field}`).toBe('observed');
            // A document may tell of anything; nothing waits for it to go.
            if (kind === 'bucket-object' && name === 'content') continue;
            expect([fields[name]?.refersTo ?? []].flat(), `${id}.${name}`).toContain(target!.kind);
          }
        }
      }
    });
  });

  test('has every id once and no cycle', () => {
    always((graph) => {
      expect(new Set(graph.resources.map(({ id }) => id)).size).toBe(graph.resources.length);
      expect(() => inOrder(graph.resources.map((one) => ({ id: one.id, needs: edges(one) })))).not.toThrow();
    });
  });

  test('is the same for the same spec, and plain JSON', () => {
    always((graph, of) => {
      expect(selfManagedGraph(of, facts)).toEqual(graph);
      expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
    });
  });
});

test('an EKS cluster has nothing of all this', () => {
  const graph = graphOf({
    nodeGroups: [{ name: 'w', manager: 'asg' }],
    access: { ssh: { keyName: 'k', from: ['10.0.0.0/8'] } },
  });
  expect(graph.resources.filter(({ kind, id }) => gated.includes(kind) || id === mark)).toEqual([]);
});
