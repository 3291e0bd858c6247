import { describe, expect, it } from 'vitest';
import type { ResourceGraph } from '../../model/graph.ts';
import type { Found, Snapshot } from '../../model/snapshot.ts';
import type { Plan, Step } from '../../plan/plan.ts';
import { selfManagedRefusals } from './refusals.ts';

const found = (id: string, settled: object = {}, observed: object = {}): Found =>
  ({ kind: id.split('/')[0], id, name: id, state: 'ready', settled, observed }) as unknown as Found;
const stateOf = (kubernetes: string): string => JSON.stringify({ format: 1, kubernetes });
/** What AWS has of a cluster with these seats. */
const seatsThere = (seats: string, { kubernetes = '1.36.3', begun = true } = {}): Found[] => [
  found('security-group/seats'),
  found('bucket-object/state', { content: stateOf(kubernetes) }),
  ...[...seats].flatMap((seat) => [
    found(`volume/etcd-${seat}`),
    ...(begun ? [found(`auto-scaling-group/seat-${seat}`)] : []),
  ]),
];
const graphOf = (seats: string, kubernetes = '1.36.3'): ResourceGraph =>
  ({
    cluster: 'k8s',
    resources: [
      { id: 'security-group/seats' },
      {
        id: 'bucket-object/state',
        desired: { content: { $join: [stateOf(kubernetes), { $ref: 'role', field: 'arn' }] } },
      },
      ...[...seats].map((seat) => ({ id: `volume/etcd-${seat}` })),
    ],
  }) as unknown as ResourceGraph;
const eksGraph = { cluster: 'k8s', resources: [{ id: 'cluster' }] } as unknown as ResourceGraph;
const codes = (graph: ResourceGraph, there: readonly Found[], steps: readonly Partial<Step>[] = []): string[] =>
  selfManagedRefusals({
    graph,
    snapshot: { cluster: 'k8s', found: there } as unknown as Snapshot,
    plan: { steps } as unknown as Plan,
  }).map(({ code }) => code);

describe('a plan is refused', () => {
  it('where it would exchange the control plane, either way', () => {
    expect(codes(eksGraph, seatsThere('abd'))).toEqual(['app.control-plane-change']);
    expect(codes(graphOf('abd'), [found('cluster')])).toEqual(['app.control-plane-change']);
    expect(codes(graphOf('abd'), [])).toEqual([]);
    expect(codes(eksGraph, [found('cluster')])).toEqual([]);
  });

  it('where it would change the seats of a cluster that has begun, and not before', () => {
    expect(codes(graphOf('abd'), seatsThere('a'))).toEqual(['app.seats-change']);
    expect(codes(graphOf('abc'), seatsThere('abd'))).toEqual(['app.seats-change']);
    expect(codes(graphOf('abd'), seatsThere('a', { begun: false }))).toEqual([]);
    expect(codes(graphOf('dba'), seatsThere('abd'))).toEqual([]);
  });

  it.each([
    ['1.36.3', '1.37.0', []],
    ['1.36.3', '1.36.9', []],
    ['1.36.10', '1.37.2', []],
    ['1.36.3', '1.36.3', []],
    ['1.35.9', '1.37.0', ['app.version-skips']],
    ['1.36.3', '1.35.9', ['app.version-skips']],
    ['1.36.10', '1.36.9', ['app.version-skips']],
  ])('where Kubernetes goes from %s to %s: %j', (before, after, expected) => {
    expect(codes(graphOf('abd', after), seatsThere('abd', { kubernetes: before }))).toEqual(expected);
  });

  it('where a key is lost that nothing can make again; what can be made is a step', () => {
    const lost = (...names: readonly string[]): Partial<Step> => {
      const after = ['ca.key', 'authenticator.crt', 'sa.pub'];
      const before = after.filter((name) => !names.includes(name));
      const change = { field: 'objects', change: 'mutable', before, after } as const;
      return { kind: 'cluster-keys', action: 'update', resource: 'cluster-keys', changes: [change] };
    };
    expect(codes(graphOf('a'), seatsThere('a'), [lost('ca.key', 'sa.pub')])).toEqual([
      'store.key-lost',
      'store.object-missing',
    ]);
    expect(codes(graphOf('a'), seatsThere('a'), [lost('authenticator.crt')])).toEqual(['store.object-missing']);
  });
});

describe('what seats and nodes have agreed on', () => {
  const contentOf = ({
    service = '100.64.0.0/13',
    pods = 'cilium',
    cidr = '100.96.0.0/11',
    secrets = true,
    size = 20,
  }) =>
    JSON.stringify({
      spec: {
        network: { serviceCidr: service, podNetwork: { type: pods, cidr } },
        controlPlane: { type: 'self-managed', secretsEncryption: secrets, etcd: { volume: { sizeGiB: size } } },
      },
    });
  type Of = Parameters<typeof contentOf>[0];
  const pathsOf = (before: Of, after: Of, begun = true): (string | undefined)[] => {
    const graph = graphOf('abd');
    const spec = { id: 'bucket-object/spec', desired: { content: contentOf(after) } };
    return selfManagedRefusals({
      graph: { ...graph, resources: [...graph.resources, spec] } as unknown as ResourceGraph,
      snapshot: {
        found: [...seatsThere('abd', { begun }), found('bucket-object/spec', { content: contentOf(before) })],
      } as unknown as Snapshot,
      plan: { steps: [] } as unknown as Plan,
    }).map(({ at }) => at?.path);
  };

  it.each<[Of, Of, string[]]>([
    [{}, { service: '10.96.0.0/12' }, ['spec.network.serviceCidr']],
    [{}, { pods: 'calico' }, ['spec.network.podNetwork.type']],
    [{}, { cidr: '10.244.0.0/16' }, ['spec.network.podNetwork.cidr']],
    [{}, { secrets: false }, ['spec.controlPlane.selfManaged.secretsEncryption']],
    [{ secrets: false }, { secrets: true }, []],
    [{ size: 40 }, { size: 20 }, ['spec.controlPlane.selfManaged.etcd.volume.size']],
    [{ size: 20 }, { size: 40 }, []],
    [{}, {}, []],
  ])('from %j to %j is refused at %j', (before, after, paths) => {
    expect(pathsOf(before, after)).toEqual(paths);
  });

  it('is free before the first seat has started', () => {
    expect(pathsOf({}, { service: '10.96.0.0/12' }, false)).toEqual([]);
  });
});
