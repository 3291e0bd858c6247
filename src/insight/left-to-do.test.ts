import { describe, expect, test } from 'vitest';
import type { ResourceGraph } from '../model/graph.ts';
import type { KindName } from '../model/kinds/names.ts';
import { isRef } from '../model/value.ts';
import type { FieldChange, Plan, Step } from '../plan/plan.ts';
import { graphOf, resourceOf, type SpecOf } from '../testing/clusters.ts';
import { leftToDoNotes } from './left-to-do.ts';

const step = (kind: KindName, resource: string, part: Partial<Step>): Step => ({
  id: resource,
  action: 'update',
  kind,
  resource,
  because: 'differs',
  effect: 'none',
  changes: [],
  needs: [],
  ...part,
});

function notesOf(graph: ResourceGraph, ...steps: Step[]) {
  const summary = { create: 0, update: 0, replace: 0, delete: 0, wait: 0, unchanged: 0 };
  const head = { version: 1, purpose: 'apply', cluster: 'k8s', region: 'us-east-1', account: '123456789012' } as const;
  return leftToDoNotes({ ...head, steps, notes: [], summary } satisfies Plan, graph);
}

const change = (field: string, before: unknown, after: unknown): FieldChange => ({
  field,
  change: 'mutable',
  before,
  after,
});

describe('an upgrade of the control plane', () => {
  const upgrade = step('cluster', 'cluster', { changes: [change('version', '1.35', '1.36')] });
  const versions = (...names: string[]): SpecOf => ({
    addons: names.map((name) => ({ name, version: 'v1.2.3-eksbuild.1' })),
  });

  test('warns of add-ons that keep their version, and says how to see those that there are', () => {
    const [note, ...rest] = notesOf(graphOf(versions('coredns', 'vpc-cni', 'aws-ebs-csi-driver')), upgrade);
    expect(rest).toEqual([]);
    expect(note).toMatchObject({ code: 'addon.version-kept', severity: 'warning', at: { path: 'spec.addons' } });
    expect(note?.detail).toContain('kube-proxy');
    expect(note?.detail).not.toMatch(/coredns|vpc-cni|aws-ebs-csi-driver/);
    expect(note?.fix).toContain('aws eks describe-addon-versions --kubernetes-version 1.36 --addon-name ');
  });

  test('says nothing of an add-on that it installs, which gets the default of its day', () => {
    const graph = graphOf();
    const creations = graph.resources
      .filter(({ kind, id }) => kind === 'addon' && id !== 'addon/coredns')
      .map(({ id }) => step('addon', id, { action: 'create' }));
    expect(notesOf(graph, upgrade, ...creations).map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/^coredns keeps the version that it has/),
    ]);
  });

  test('is the only change of the cluster that says so', () => {
    const tags = step('cluster', 'cluster', { changes: [change('tags', {}, { a: 'b' })] });
    expect(notesOf(graphOf(), tags)).toEqual([]);
    expect(notesOf(graphOf(), step('cluster', 'cluster', { action: 'create' }))).toEqual([]);
  });
});

describe('other addresses for pods', () => {
  const groups = { nodeGroups: [{ name: 'a' }, { name: 'b', manager: 'asg' as const }] };
  const valuesOf = (network: SpecOf['network']): unknown =>
    resourceOf(
      graphOf({ ...groups, network: { zones: ['us-east-1a', 'us-east-1b'], ...network } }),
      'addon',
      'addon/vpc-cni',
    ).desired.values;
  /** The values as AWS has them: references are ids there. */
  const settled = (values: unknown): unknown =>
    typeof values === 'object' && values !== null && '$join' in values
      ? (values.$join as unknown[]).map((part) => (isRef(part) ? `${part.$ref}.${part.field}` : part)).join('')
      : values;
  const cni = (before: SpecOf['network'], after: SpecOf['network']): Step =>
    step('addon', 'addon/vpc-cni', { changes: [change('values', settled(valuesOf(before)), valuesOf(after))] });
  const podSubnets = { cidr: '100.64.0.0/16' };

  test.each<[string, SpecOf['network'], SpecOf['network']]>([
    ['custom networking', {}, { podSubnets }],
    ['no custom networking', { podSubnets }, {}],
    ['prefixes', {}, { prefixDelegation: true }],
  ])('by %s reach new nodes only, of every group that runs', (_, before, after) => {
    expect(notesOf(graphOf(groups), cni(before, after))).toMatchObject([
      {
        code: 'nodes.take-effect-on-new-nodes',
        severity: 'note',
        detail: expect.stringContaining('groups a, b'),
        fix: expect.stringContaining('drain and terminate'),
      },
    ]);
  });

  // https://docs.aws.amazon.com/eks/latest/userguide/managed-node-update-behavior.html; an auto scaling group replaces nothing by itself.
  test('need nothing of groups whose nodes are new: made, replaced, or rolled by EKS', () => {
    const changed = cni({}, { podSubnets });
    const details = (...steps: Step[]) => notesOf(graphOf(groups), changed, ...steps).map(({ detail }) => detail);
    const rolledA = step('node-group', 'node-group/a', { effect: 'rolls' });
    const rolledB = step('auto-scaling-group', 'auto-scaling-group/b', { effect: 'rolls' });
    const madeB = step('auto-scaling-group', 'auto-scaling-group/b', { action: 'create', effect: 'replaces' });
    const resizedA = step('node-group', 'node-group/a', {});
    expect(details(rolledA, rolledB)).toEqual([expect.stringContaining('group b ')]);
    expect(details(resizedA, madeB)).toEqual([expect.stringContaining('group a ')]);
    expect(details(rolledA, madeB)).toEqual([]);
  });

  test.each<[string, SpecOf['network'], SpecOf['network']]>([
    ['network policies, which a restart of the CNI turns on', { networkPolicy: false }, {}],
    [
      'a further zone, which has no nodes yet',
      { podSubnets },
      { podSubnets, zones: ['us-east-1a', 'us-east-1b', 'us-east-1c'] },
    ],
  ])('are not: %s', (_, before, after) => {
    const one = cni(before, after);
    expect(one.changes[0]?.before).not.toEqual(settled(one.changes[0]?.after));
    expect(notesOf(graphOf(groups), one)).toEqual([]);
  });
});
