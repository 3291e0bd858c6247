import { describe, expect, it } from 'vitest';
import type { Resource } from '../../model/graph.ts';
import { logicalIds } from './logical-ids.ts';

const of = (...ids: string[]): Resource[] => ids.map((id) => ({ kind: id.split('/')[0], id }) as Resource);

describe('logical ids', () => {
  it.each([
    ['vpc', 'Vpc'],
    ['subnet/private-us-east-1a', 'SubnetPrivateUsEast1a'],
    ['route/private-us-east-1a/0.0.0.0/0', 'RoutePrivateUsEast1a0x0x0x0x0'],
    ['vpc-cidr-block/100.64.0.0/16', 'VpcCidrBlock100x64x0x0x16'],
    ['security-group-rule/nodes/https-::/0', 'SecurityGroupRuleNodesHttps0'],
    ['route/public/::/0', 'RoutePublic0'],
    ['role/pod-kube-system.ebs', 'RolePodKubeSystemEbs'],
    ['node-group/workers-2', 'NodeGroupWorkers2'],
  ])('%s is %s', (id, expected) => {
    expect(logicalIds(of(id)).get(id)).toBe(expected);
  });

  it('gives a hash to an id that is not the one that its name is for', () => {
    for (const id of ['security-group-rule/nodes/ssh-2001:db8::/32', 'node-group/workers2', 'route/table-a'])
      expect(logicalIds(of(id)).get(id)).toMatch(/[0-9a-f]{6}$/);
  });

  it('keeps ranges apart that have the same digits', () => {
    const ids = logicalIds(of('vpc-cidr-block/1.10.0.0/16', 'vpc-cidr-block/11.0.0.0/16', 'vpc-cidr-block/1.1.0.0/16'));
    expect(new Set(ids.values()).size).toBe(3);
  });

  it('tells those apart that would be alike, of one kind or of two, in whatever order they come', () => {
    const resources = of('route/table-a', 'route-table/a', 'node-group/b-1', 'node-group/b1', 'node-group/c');
    const ids = logicalIds(resources);
    expect(new Set(ids.values()).size).toBe(resources.length);
    expect([...ids.values()].every((id) => /^[A-Za-z0-9]+$/.test(id))).toBe(true);
    expect(ids.get('node-group/c')).toBe('NodeGroupC');
    expect(new Map([...logicalIds(resources.toReversed())].sort())).toEqual(new Map([...ids].sort()));
  });
});
