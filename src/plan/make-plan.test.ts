import { describe, expect, it } from 'vitest';
import type { Resource, ResourceGraph } from '../model/graph.ts';
import type { Found, Snapshot } from '../model/snapshot.ts';
import { appliedSizeTag } from '../model/tags.ts';
import { makeDestroyPlan, makePlan } from './make-plan.ts';
import type { Plan } from './plan.ts';

const vpc: Resource<'vpc'> = {
  kind: 'vpc',
  id: 'vpc',
  desired: { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags: { a: '1' } },
  needs: [],
  from: 'spec.network.vpc',
};
const subnet = (zone: string, cidr: string): Resource<'subnet'> => ({
  kind: 'subnet',
  id: `subnet/${zone}`,
  desired: {
    vpcId: { $ref: 'vpc', field: 'vpcId' },
    zone,
    cidr,
    ipv6Index: null,
    publicIpOnLaunch: false,
    ipv6OnCreation: false,
    tags: {},
  },
  needs: [],
  from: 'spec.network.vpc.zones',
});
const template: Resource<'launch-template'> = {
  kind: 'launch-template',
  id: 'launch-template/workers',
  desired: {
    name: 'k8s-workers',
    imageId: 'ami-1',
    instanceType: null,
    userData: null,
    keyName: null,
    securityGroupIds: [],
    instanceProfileArn: null,
    publicIp: null,
    volumes: [],
    metadataHopLimit: 1,
    monitoring: false,
    ebsOptimized: null,
    instanceTags: {},
    tags: {},
  },
  needs: [],
  from: 'spec.nodeGroups[0]',
};
const group = (desired: number): Resource<'auto-scaling-group'> => ({
  kind: 'auto-scaling-group',
  id: 'auto-scaling-group/workers',
  desired: {
    name: 'k8s-workers',
    subnetIds: [{ $ref: 'subnet/a', field: 'subnetId' }],
    launchTemplateId: { $ref: 'launch-template/workers', field: 'launchTemplateId' },
    launchTemplateVersion: { $ref: 'launch-template/workers', field: 'latestVersion' },
    instances: { types: ['t2.large'], spot: null },
    minSize: 1,
    maxSize: 9,
    desiredSize: desired,
    capacityRebalance: false,
    tags: { [appliedSizeTag]: String(desired) },
  },
  needs: [],
  from: 'spec.nodeGroups[0]',
});

const graph = (...resources: readonly Resource[]): ResourceGraph => ({
  cluster: 'k8s',
  region: 'us-east-1',
  resources,
  ignore: [],
  patched: [],
});
const world = (...found: readonly Found[]): Snapshot => ({
  cluster: 'k8s',
  region: 'us-east-1',
  account: '123456789012',
  found,
});

const foundVpc = (settled: Partial<Found<'vpc'>['settled']> = {}, name = 'vpc-1'): Found<'vpc'> => ({
  kind: 'vpc',
  id: 'vpc',
  name,
  state: 'ready',
  settled: { cidr: '10.0.0.0/16', ipv6: false, dnsSupport: true, dnsHostnames: true, tags: { a: '1' }, ...settled },
  observed: { vpcId: name },
});
const foundSubnet = (zone: string, cidr: string, name = `subnet-${zone}`, vpcId = 'vpc-1'): Found<'subnet'> => ({
  kind: 'subnet',
  id: `subnet/${zone}`,
  name,
  state: 'ready',
  settled: { vpcId, zone, cidr, ipv6Index: null, publicIpOnLaunch: false, ipv6OnCreation: false, tags: {} },
  observed: { subnetId: name },
});
const foundTemplate = (settled: Partial<Found<'launch-template'>['settled']> = {}): Found<'launch-template'> => ({
  kind: 'launch-template',
  id: 'launch-template/workers',
  name: 'lt-1234',
  state: 'ready',
  settled: { ...(template.desired as Found<'launch-template'>['settled']), ...settled },
  observed: { launchTemplateId: 'lt-1234', latestVersion: '3' },
});
const foundGroup = (settled: Partial<Found<'auto-scaling-group'>['settled']> = {}): Found<'auto-scaling-group'> => ({
  kind: 'auto-scaling-group',
  id: 'auto-scaling-group/workers',
  name: 'k8s-workers',
  state: 'ready',
  settled: {
    name: 'k8s-workers',
    subnetIds: ['subnet-a'],
    launchTemplateId: 'lt-1234',
    launchTemplateVersion: '3',
    instances: { types: ['t2.large'], spot: null },
    minSize: 1,
    maxSize: 9,
    desiredSize: 3,
    capacityRebalance: false,
    tags: { [appliedSizeTag]: '3' },
    ...settled,
  },
  observed: { groupName: 'k8s-workers', arn: 'arn:asg' },
});

const brief = (plan: Plan): string[] =>
  plan.steps.map(
    ({ action, id, needs, effect }) =>
      `${action} ${id}${needs.length > 0 ? ` <- ${needs.join(' ')}` : ''}${effect === 'none' ? '' : ` (${effect})`}`,
  );

describe('a plan', () => {
  it('creates what is not there, what is referred to first', () => {
    const plan = makePlan(graph(subnet('a', '10.0.0.0/20'), vpc), world());
    expect(brief(plan)).toEqual(['create vpc', 'create subnet/a <- vpc']);
    expect(plan.summary).toEqual({ create: 2, update: 0, replace: 0, delete: 0, wait: 0, unchanged: 0 });
    expect(plan.steps[0]?.because).toBe('asked for by spec.network.vpc, not in AWS yet');
  });

  it('has nothing to do where the world is as the graph says', () => {
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20')), world(foundVpc(), foundSubnet('a', '10.0.0.0/20')));
    expect(plan.steps).toEqual([]);
    expect(plan.summary.unchanged).toBe(2);
  });

  it('changes a mutable field in place and names it', () => {
    const plan = makePlan(graph(vpc), world(foundVpc({ dnsHostnames: false })));
    expect(brief(plan)).toEqual(['update vpc']);
    expect(plan.steps[0]?.changes).toEqual([{ field: 'dnsHostnames', change: 'mutable', before: false, after: true }]);
  });

  it('replaces create-first: the new one, what stands on the old one, the old one', () => {
    const plan = makePlan(
      graph(vpc, subnet('a', '10.0.0.0/20')),
      world(foundVpc({ cidr: '10.1.0.0/16' }), foundSubnet('a', '10.0.0.0/20')),
    );
    expect(brief(plan)).toEqual([
      'create vpc (replaces)',
      'delete subnet/a#subnet-a (replaces)',
      'create subnet/a <- subnet/a#subnet-a vpc (replaces)',
      'delete vpc#vpc-1 <- subnet/a#subnet-a vpc (replaces)',
    ]);
    expect(plan.summary).toMatchObject({ create: 0, replace: 2, delete: 0 });
  });

  it('removes what the graph no longer has, what stands on it first', () => {
    const plan = makePlan(graph(), world(foundVpc(), foundSubnet('a', '10.0.0.0/20')));
    expect(brief(plan)).toEqual(['delete subnet/a#subnet-a', 'delete vpc#vpc-1 <- subnet/a#subnet-a']);
    expect(plan.steps.map(({ because }) => because)).toEqual(['no longer in the spec', 'no longer in the spec']);
  });

  it('takes away what nodes stand on only after they have moved, though no field says so', () => {
    const old: Found<'route-table'> = {
      kind: 'route-table',
      id: 'route-table/old',
      name: 'rtb-1',
      state: 'ready',
      settled: { vpcId: 'vpc-1', tags: {} },
      observed: { routeTableId: 'rtb-1' },
    };
    const there = [foundVpc(), foundSubnet('a', '10.0.0.0/20'), foundTemplate(), foundGroup({ minSize: 2 }), old];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(3)), world(...there));
    expect(brief(plan)).toEqual([
      'update auto-scaling-group/workers',
      'delete route-table/old#rtb-1 <- auto-scaling-group/workers',
    ]);
  });

  it('waits for what AWS is still making', () => {
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20')), world({ ...foundVpc(), state: 'pending' }));
    expect(brief(plan)).toEqual(['wait vpc#wait', 'create subnet/a <- vpc#wait']);
  });

  it("replaces what failed, with AWS's reason", () => {
    const plan = makePlan(graph(vpc), world({ ...foundVpc(), state: 'failed', stateReason: 'no room' }));
    expect(plan.steps.map(({ action, because }) => [action, because])).toEqual([
      ['create', 'vpc-1 failed: no room'],
      ['delete', 'it failed: no room'],
    ]);
    expect(plan.notes.map(({ code }) => code)).toEqual(['plan.failed-resource']);
  });

  it('keeps one of two objects of an id and removes the other', () => {
    const plan = makePlan(graph(vpc), world(foundVpc({ cidr: '10.1.0.0/16' }, 'vpc-old'), foundVpc({}, 'vpc-new')));
    expect(brief(plan)).toEqual(['delete vpc#vpc-old']);
    expect(plan.steps[0]?.because).toBe('left over from a replacement');
  });

  it('lets a group follow a template whose new version is known only after its update', () => {
    const all = [vpc, subnet('a', '10.0.0.0/20'), template, group(3)];
    const there = [foundVpc(), foundSubnet('a', '10.0.0.0/20'), foundTemplate({ imageId: 'ami-0' }), foundGroup()];
    const plan = makePlan(graph(...all), world(...there));
    expect(brief(plan)).toEqual([
      'update launch-template/workers (rolls)',
      'update auto-scaling-group/workers <- launch-template/workers (rolls)',
    ]);
  });

  it('reports a size changed outside and leaves it alone', () => {
    const there = [foundVpc(), foundSubnet('a', '10.0.0.0/20'), foundTemplate(), foundGroup({ desiredSize: 7 })];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(3)), world(...there));
    expect(plan.steps).toEqual([]);
    expect(plan.notes.map(({ code, detail }) => `${code}: ${detail}`)).toEqual([
      'plan.size-changed-outside: auto scaling group auto-scaling-group/workers has 7 nodes, the spec says 3; it is left alone',
    ]);
  });

  it('keeps a scaled size where a change replaces the group', () => {
    const there = [
      foundVpc(),
      foundSubnet('a', '10.0.0.0/20'),
      foundTemplate(),
      foundGroup({ name: 'k8s-workers-old', desiredSize: 7 }),
    ];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(3)), world(...there));
    expect(plan.steps.find(({ action }) => action === 'create')?.after?.desiredSize).toBe(7);
  });

  it('shows where new bounds move a scaled size', () => {
    const there = [
      foundVpc(),
      foundSubnet('a', '10.0.0.0/20'),
      foundTemplate(),
      foundGroup({ maxSize: 20, desiredSize: 12 }),
    ];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(3)), world(...there));
    expect(plan.steps[0]?.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['maxSize', 20, 9],
      ['desiredSize', 12, 9],
    ]);
    expect(plan.notes).toEqual([]);
  });

  it('makes a renamed group before it removes the old one, and says what that ends', () => {
    const there = [
      foundVpc(),
      foundSubnet('a', '10.0.0.0/20'),
      foundTemplate(),
      { ...foundGroup(), id: 'auto-scaling-group/old', name: 'k8s-old' },
    ];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(3)), world(...there));
    expect(brief(plan)).toEqual([
      'create auto-scaling-group/workers',
      'delete auto-scaling-group/old#k8s-old <- auto-scaling-group/workers (interrupts)',
    ]);
  });

  it('applies a size that the spec changed once', () => {
    const there = [foundVpc(), foundSubnet('a', '10.0.0.0/20'), foundTemplate(), foundGroup({ desiredSize: 7 })];
    const plan = makePlan(graph(vpc, subnet('a', '10.0.0.0/20'), template, group(5)), world(...there));
    expect(plan.steps[0]?.changes.map(({ field, before, after }) => [field, before, after])).toEqual([
      ['desiredSize', 7, 5],
      ['tags', { [appliedSizeTag]: '3' }, { [appliedSizeTag]: '5' }],
    ]);
  });

  it('says that an ignored field differs and does not touch it', () => {
    const plan = makePlan(
      { ...graph(vpc), ignore: [{ resource: 'vpc', fields: ['tags'] }] },
      world(foundVpc({ tags: { b: '2' } })),
    );
    expect(plan.steps).toEqual([]);
    expect(plan.notes.map(({ code }) => code)).toEqual(['plan.ignored']);
  });

  it('sets an encryption key once and replaces a cluster to change it', () => {
    const cluster = (encryptionKeyArn: string | null): Resource<'cluster'> => ({
      kind: 'cluster',
      id: 'cluster',
      desired: {
        name: 'k8s',
        version: '1.36',
        roleArn: 'arn:role',
        subnetIds: [],
        securityGroupIds: [],
        endpointPrivate: true,
        endpointPublic: false,
        publicAccessCidrs: [],
        logTypes: [],
        encryptionKeyArn,
        ipFamily: 'ipv4',
        upgradePolicy: 'STANDARD',
        deletionProtection: true,
        tags: {},
      },
      needs: [],
      from: 'spec.controlPlane',
    });
    const there = (encryptionKeyArn: string | null): Found<'cluster'> => ({
      kind: 'cluster',
      id: 'cluster',
      name: 'k8s',
      state: 'ready',
      settled: cluster(encryptionKeyArn).desired as Found<'cluster'>['settled'],
      observed: {
        clusterName: 'k8s',
        arn: 'arn:c',
        endpoint: 'https://x',
        certificateAuthority: 'x',
        issuer: 'https://y',
        clusterSecurityGroupId: 'sg-1',
        serviceRange: '172.20.0.0/16',
      },
    });
    expect(brief(makePlan(graph(cluster('arn:key')), world(there(null))))).toEqual(['update cluster']);
    expect(brief(makePlan(graph(cluster('arn:new')), world(there('arn:key'))))).toEqual([
      'delete cluster#k8s (replaces)',
      'create cluster <- cluster#k8s (replaces)',
    ]);
  });
});

describe('a destroy plan', () => {
  it('removes everything, children with their parent', () => {
    const table: Found<'route-table'> = {
      kind: 'route-table',
      id: 'route-table/a',
      name: 'rtb-1',
      state: 'ready',
      settled: { vpcId: 'vpc-1', tags: {} },
      observed: { routeTableId: 'rtb-1' },
    };
    const association: Found<'route-table-association'> = {
      kind: 'route-table-association',
      id: 'route-table-association/a',
      name: 'rtbassoc-1',
      state: 'ready',
      settled: { subnetId: 'subnet-a', routeTableId: 'rtb-1' },
      observed: { associationId: 'rtbassoc-1' },
    };
    const plan = makeDestroyPlan(undefined, world(foundVpc(), table, foundSubnet('a', '10.0.0.0/20'), association));
    expect(brief(plan)).toEqual([
      'delete subnet/a#subnet-a',
      'delete route-table/a#rtb-1 <- subnet/a#subnet-a',
      'delete vpc#vpc-1 <- route-table/a#rtb-1 subnet/a#subnet-a',
    ]);
    expect(plan.steps[0]?.takes).toEqual(['route-table-association/a']);
  });
});
