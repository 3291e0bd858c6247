import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inOrder, longestChain } from '../../base/order.ts';
import { clusterOf, factsFor, graphOf, resourceOf, type SpecOf } from '../../testing/clusters.ts';
import type { Field } from '../field.ts';
import type { Resource, ResourceGraph } from '../graph.ts';
import type { KindTable } from '../kind.ts';
import { kinds } from '../kinds/index.ts';
import type { KindName } from '../kinds/names.ts';
import { isRef, refsIn } from '../value.ts';
import { buildGraph } from './index.ts';

const tableOf = (kind: KindName): KindTable => kinds[kind];
const fieldsOf = (kind: KindName): Readonly<Record<string, Field>> => tableOf(kind).fields;

/** Every edge of the order, by the documentation of kinds and graph: references, needs, and what a kind comes after. */
function nodesOf(graph: ResourceGraph) {
  return graph.resources.map(({ id, kind, desired, needs }) => {
    const after = tableOf(kind).after ?? [];
    const later = graph.resources.filter((other) => after.includes(other.kind)).map((other) => other.id);
    return { id, kind, needs: [...needs, ...refsIn(desired).map(({ $ref }) => $ref), ...later] };
  });
}

const principals = fc.uniqueArray(
  fc.record({
    arn: fc
      .constantFrom('user/a', 'role/a', 'role/x/a', 'user/user-a', 'role/creator')
      .map((end) => `arn:aws:iam::123456789012:${end}`),
  }),
  { selector: ({ arn }) => arn, maxLength: 4 },
);

const group = fc.record(
  {
    name: fc.stringMatching(/^[a-z][a-z0-9-]{0,58}[a-z0-9]$/),
    manager: fc.constantFrom('eks' as const, 'asg' as const),
    instanceTypes: fc.constantFrom(['m6i.large'], ['m7g.large'], ['m5.large', 'm6i.large']),
    image: fc.record({ family: fc.constantFrom('al2023' as const, 'bottlerocket' as const) }),
    capacity: fc.constantFrom('on-demand' as const, 'spot' as const),
    role: fc.constantFrom('own', 'other'),
    labels: fc.constant({ a: 'b' }),
    policies: fc.constant(['arn:aws:iam::aws:policy/ReadOnlyAccess']),
    maxPods: fc.integer({ min: 4, max: 100 }),
  },
  { requiredKeys: ['name'] },
);

const zones = fc
  .constantFrom(['a', 'b'], ['a', 'b', 'c'], ['a', 'b', 'c', 'd', 'e', 'f'])
  .map((letters) => letters.map((letter) => `us-east-1${letter}`));

const newNetwork = fc.record(
  {
    zones,
    cidr: fc.constantFrom('10.0.0.0/16', '10.7.0.0/20'),
    furtherCidrs: fc.constantFrom([], ['10.8.0.0/16'], ['10.8.0.0/16', '10.9.0.0/20']),
    nat: fc.constantFrom('per-zone' as const, 'single' as const, 'none' as const),
    ipFamily: fc.constantFrom('ipv4' as const, 'dual-stack' as const),
    endpoints: fc.constantFrom([], ['s3'], ['ec2', 'sts', 's3']),
    podSubnets: fc.constant({ cidr: '100.64.0.0/16' }),
    prefixDelegation: fc.boolean(),
    securityGroupsPerPod: fc.boolean(),
  },
  { requiredKeys: ['zones'] },
);

const givenNetwork = fc.record({
  vpc: fc.record({
    id: fc.constant('vpc-1'),
    subnets: fc.constant({ private: ['subnet-1', 'subnet-2', 'subnet-3'], public: ['subnet-4'] }),
    addMissingTags: fc.boolean(),
  }),
});

const topologies = fc.constantFrom('private' as const, 'public' as const);
const network = fc.oneof(newNetwork, givenNetwork, fc.record({ zones, topology: topologies }));

const specs: fc.Arbitrary<SpecOf> = fc.record({
  network,
  nodeGroups: fc.uniqueArray(group, { selector: ({ name }) => name, maxLength: 4 }),
  fargateProfiles: fc.uniqueArray(
    fc.record({ name: fc.constantFrom('a', 'b', 'c'), selectors: fc.constant([{ namespace: 'a' }]) }),
    { selector: ({ name }) => name },
  ),
  podIdentities: fc.constantFrom(
    [],
    [{ namespace: 'a', serviceAccount: 'b', policies: ['arn:aws:iam::aws:policy/ReadOnlyAccess'] }],
  ),
  access: fc
    .record({
      principals,
      api: fc.constantFrom({}, { public: true, private: false, from: ['203.0.113.0/24', 'nat'] }),
      ssh: fc.constantFrom(undefined, { keyName: 'k', from: ['10.0.0.0/8'] }),
    })
    .map(({ ssh, ...rest }) => (ssh === undefined ? rest : { ...rest, ssh })),
}) as unknown as fc.Arbitrary<SpecOf>;

const always = (check: (graph: ResourceGraph, spec: SpecOf) => void): void => {
  fc.assert(
    fc.property(specs, (spec) => check(graphOf(spec), spec)),
    { seed: 3, numRuns: 150 },
  );
};

function checkReferences(resource: Resource, graph: ResourceGraph): void {
  const byId = new Map(graph.resources.map((one) => [one.id, one]));
  for (const need of resource.needs) expect(byId.has(need), `${resource.id} needs ${need}`).toBe(true);
  for (const [name, value] of Object.entries(resource.desired)) {
    const allowed = fieldsOf(resource.kind)[name]?.refersTo ?? [];
    for (const { $ref, field } of refsIn(value)) {
      const target = byId.get($ref);
      expect(target, `${resource.id}.${name} refers to ${$ref}`).toBeDefined();
      expect(fieldsOf(target!.kind)[field]?.change, `${$ref}.${field}`).toBe('observed');
      expect([allowed].flat(), `${resource.id}.${name}`).toContain(target!.kind);
    }
  }
}

describe('the graph of any spec', () => {
  test('has references and needs that are there, and only those that its kinds allow', () => {
    always((graph) => {
      for (const one of graph.resources) checkReferences(one, graph);
    });
  });

  test('has every id once and no cycle', () => {
    always((graph) => {
      expect(new Set(graph.resources.map(({ id }) => id)).size).toBe(graph.resources.length);
      expect(() => inOrder(nodesOf(graph))).not.toThrow();
    });
  });

  test('gives every resource the fields of its kind and no others', () => {
    always((graph) => {
      for (const { id, kind, desired } of graph.resources) {
        const given = Object.entries(fieldsOf(kind)).filter(([, { change }]) => change !== 'observed');
        const needed = given.filter(([, { isOptional }]) => !isOptional).map(([name]) => name);
        const said = Object.entries(desired)
          .filter(([, value]) => value !== undefined)
          .map(([name]) => name);
        expect(said, id).toEqual(expect.arrayContaining(needed));
        expect(
          given.map(([name]) => name),
          id,
        ).toEqual(expect.arrayContaining(said));
      }
    });
  });

  test('begins every id with its kind, and says which field of the spec asks for it', () => {
    always((graph) => {
      for (const { id, kind, from } of graph.resources) {
        expect(id === kind || id.startsWith(`${kind}/`), id).toBe(true);
        expect(from).toMatch(/^spec\./);
      }
    });
  });

  test('puts instances into exactly one security group with the tag of Kubernetes', () => {
    always((graph) => {
      const tagged = graph.resources.filter(
        (one) => one.kind === 'security-group' && JSON.stringify(one.desired).includes('kubernetes.io/cluster'),
      );
      expect(tagged).toEqual([]);
      for (const one of graph.resources.filter(({ kind }) => kind === 'launch-template')) {
        const groups = resourceOf(graph, 'launch-template', one.id).desired.securityGroupIds as readonly unknown[];
        expect(groups.filter((id) => isRef(id) && id.$ref === 'cluster')).toHaveLength(1);
      }
    });
  });

  test('lets nodes come only when their subnets lead somewhere and their add-ons run', () => {
    always((graph) => {
      const nodes = graph.resources.filter(({ kind }) => kind === 'node-group' || kind === 'auto-scaling-group');
      const routes = graph.resources.filter(({ kind }) => kind === 'route').map(({ id }) => id);
      for (const { needs, desired } of nodes) {
        expect(needs).toEqual(
          expect.arrayContaining(['addon/vpc-cni', 'addon/kube-proxy', 'addon/eks-pod-identity-agent']),
        );
        for (const { $ref } of refsIn((desired as { subnetIds: unknown }).subnetIds)) {
          const zone = $ref.replace('subnet/', '');
          const theirs = routes.filter((id) =>
            id.startsWith(zone.startsWith('public') ? 'route/public/' : `route/${zone}/`),
          );
          expect(needs).toEqual(expect.arrayContaining([...theirs, `route-table-association/${zone}`]));
        }
      }
    });
  });

  test('is the same for the same spec, and plain JSON', () => {
    always((graph, spec) => {
      expect(graphOf(structuredClone(spec))).toEqual(graph);
      expect(JSON.parse(JSON.stringify(graph))).toEqual(graph);
    });
  });

  test('gives IAM names that AWS takes, each once', () => {
    always((graph) => {
      for (const kind of ['role', 'instance-profile', 'policy'] as const) {
        const names = graph.resources.flatMap((one) =>
          one.kind === kind ? [(one.desired as { name: string }).name] : [],
        );
        expect(new Set(names).size).toBe(names.length);
        for (const name of names) expect(name).toMatch(/^[\w+=,.@-]{1,64}$/);
      }
    });
  });
});

describe('the longest chain', () => {
  const chainOf = (spec: SpecOf) => {
    const graph = graphOf(spec);
    return longestChain(nodesOf(graph), ({ kind }) => tableOf(kind).usually.create.ms / 1000);
  };

  test('is the cluster, its add-ons, the nodes and CoreDNS, with NAT and endpoints beside it', () => {
    const { total, chain } = chainOf({
      network: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
      nodeGroups: [{ name: 'w' }],
    });
    expect(chain.filter((id) => /^(cluster$|addon|node-group|nat)/.test(id))).toEqual([
      'cluster',
      expect.stringMatching(/^addon\/(vpc-cni|kube-proxy|eks-pod-identity-agent)$/),
      'node-group/w',
      expect.stringMatching(/^addon\/(coredns|aws-ebs-csi-driver)$/),
    ]);
    // 9 min, 35 s, 150 s and 35 s, and little before the cluster.
    expect(total - (540 + 35 + 150 + 35)).toBeLessThan(20);
  });

  test('grows with neither zones nor groups', () => {
    const groups = ['a', 'b', 'c', 'd'].map((name) => ({ name }));
    const small = chainOf({ nodeGroups: groups.slice(0, 1) });
    const large = chainOf({
      network: { zones: 'abcdef'.split('').map((letter) => `us-east-1${letter}`) },
      nodeGroups: groups,
    });
    expect(large.total).toBe(small.total);
  });
});

test('warnings come with the graph, errors in its place', () => {
  const cluster = clusterOf();
  const warned = buildGraph(cluster, { ...factsFor(cluster), creatorArn: null });
  expect(warned.ok && warned.diagnostics.map(({ severity }) => severity)).toEqual(['warning']);
});
