import { describe, expect, test } from 'vitest';
import { clusterOf, codesOf, factsFor, graphOf, resourceOf, type SpecOf } from '../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedCodes, selfManagedGraph } from '../../testing/self-managed-clusters.ts';
import { buildGraph } from './index.ts';

type Patch = NonNullable<SpecOf['patches']>[number];
const nodeGroups: SpecOf['nodeGroups'] = [{ name: 'w', manager: 'asg' }];
const patchedGraph = (...patches: Patch[]) => graphOf({ nodeGroups, patches });
const findings = (spec: SpecOf) => {
  const cluster = clusterOf({ nodeGroups, ...spec });
  return buildGraph(cluster, factsFor(cluster)).diagnostics;
};

describe('patches', () => {
  test('merge into one resource and leave all others as they are', () => {
    const graph = patchedGraph({ resource: 'cluster', merge: { deletionProtection: false, tags: { a: 'b' } } });
    const plain = graphOf({ nodeGroups });
    expect(graph.patched).toEqual(['cluster']);
    expect(resourceOf(graph, 'cluster', 'cluster').desired).toEqual({
      ...resourceOf(plain, 'cluster', 'cluster').desired,
      deletionProtection: false,
      tags: { ...resourceOf(plain, 'cluster', 'cluster').desired.tags, a: 'b' },
    });
    expect(graph.resources.filter(({ id }) => id !== 'cluster')).toEqual(
      plain.resources.filter(({ id }) => id !== 'cluster'),
    );
  });

  test('follow one another on one resource', () => {
    const graph = patchedGraph(
      { resource: 'auto-scaling-group/w', merge: { maxSize: 5 } },
      { resource: 'auto-scaling-group/w', merge: { maxSize: 9, minSize: 1 } },
    );
    expect(resourceOf(graph, 'auto-scaling-group', 'auto-scaling-group/w').desired).toMatchObject({
      maxSize: 9,
      minSize: 1,
    });
    expect(graph.patched).toEqual(['auto-scaling-group/w']);
  });

  test('take optional fields away with null, and set others to null', () => {
    const spec = { network: { serviceCidr: '172.20.0.0/16' } };
    const graph = graphOf({
      ...spec,
      patches: [{ resource: 'cluster', merge: { serviceCidr: null, encryptionKeyArn: null } }],
    });
    const { desired } = resourceOf(graph, 'cluster', 'cluster');
    expect(desired).not.toHaveProperty('serviceCidr');
    expect(desired.encryptionKeyArn).toBeNull();
  });

  test('may refer to what AWS tells of another resource', () => {
    const ref = { $ref: 'kms-key/secrets', field: 'arn' };
    const graph = patchedGraph({ resource: 'launch-template/w', merge: { keyName: ref } });
    expect(resourceOf(graph, 'launch-template', 'launch-template/w').desired.keyName).toEqual(ref);
  });

  test.each<[string, Patch, string, string]>([
    [
      'an unknown resource',
      { resource: 'auto-scaling-group/v', merge: {} },
      'graph.unknown-resource',
      'Did you mean auto-scaling-group/w?',
    ],
    [
      'an unknown field',
      { resource: 'cluster', merge: { endpointPublik: true } },
      'graph.unknown-field',
      'Did you mean endpointPublic?',
    ],
    [
      'a field that AWS tells',
      { resource: 'cluster', merge: { issuer: 'x' } },
      'graph.unknown-field',
      'Its fields are name,',
    ],
    [
      'another type',
      { resource: 'auto-scaling-group/w', merge: { maxSize: '9' } },
      'graph.patched-type',
      'Give a number.',
    ],
    [
      'a reference into nowhere',
      { resource: 'launch-template/w', merge: { keyName: { $ref: 'key-pair/x', field: 'keyName' } } },
      'graph.unknown-reference',
      'Name a resource',
    ],
    [
      'a reference to a field that AWS does not tell',
      { resource: 'launch-template/w', merge: { keyName: { $ref: 'cluster', field: 'arm' } } },
      'graph.unknown-reference',
      'Did you mean arn?',
    ],
    [
      'a circle',
      { resource: 'role/cluster', merge: { description: { $ref: 'cluster', field: 'arn' } } },
      'graph.circular-reference',
      '',
    ],
  ])('with %s are refused, with what to do', (_, patch, code, fix) => {
    const [finding, ...others] = findings({ patches: [patch] });
    expect(finding?.code).toBe(code);
    expect(finding?.fix ?? '').toContain(fix);
    expect(finding?.at?.path).toMatch(/^spec\.patches/);
    expect(others).toEqual([]);
  });

  test('that are wrong in several places say all of them', () => {
    const patches = [
      { resource: 'nothing', merge: {} },
      { resource: 'cluster', merge: { a: 1, b: 2 } },
    ];
    expect(codesOf({ patches })).toEqual(['graph.unknown-resource', 'graph.unknown-field', 'graph.unknown-field']);
  });
});

describe('ignored fields', () => {
  test('are kept in the graph', () => {
    const ignore = [{ resource: 'auto-scaling-group/w', fields: ['maxSize', 'minSize'] }];
    expect(graphOf({ nodeGroups, ignore }).ignore).toEqual(ignore);
  });

  test('of an unknown resource, or unknown themselves, are refused', () => {
    const ignore = [
      { resource: 'clusterr', fields: ['tags'] },
      { resource: 'cluster', fields: ['tag'] },
    ];
    expect(findings({ ignore }).map(({ code, fix }) => [code, fix])).toEqual([
      ['graph.unknown-resource', 'Did you mean cluster?'],
      ['graph.unknown-field', 'Did you mean tags?'],
    ]);
  });
});

describe('patches of a self-managed cluster', () => {
  const patchOf = (resource: string, merge: Patch['merge']) =>
    ({ further: { patches: [{ resource, merge }] } }) as SelfManagedOf;

  test('merge as on EKS', () => {
    const graph = selfManagedGraph(patchOf('load-balancer/internal', { crossZone: false }));
    expect(resourceOf(graph, 'load-balancer', 'load-balancer/internal').desired.crossZone).toBe(false);
    expect(graph.patched).toEqual(['load-balancer/internal']);
  });

  test('are refused as on EKS', () => {
    expect(selfManagedCodes(patchOf('cluster', { version: '1.36' }))).toContain('graph.unknown-resource');
    expect(selfManagedCodes(patchOf('volume/etcd-a', { volumeId: 'vol-1' }))).toContain('graph.unknown-field');
  });
});
