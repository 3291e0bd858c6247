import { describe, expect, test } from 'vitest';
import type { ClusterSpec } from '../../../spec/cluster.ts';
import { idsOf, resourceOf } from '../../../testing/clusters.ts';
import { type SelfManagedOf, selfManagedCodes, selfManagedGraph } from '../../../testing/self-managed-clusters.ts';
import type { ResourceGraph } from '../../graph.ts';
import { isRef } from '../../value.ts';
import { tailOf } from '../context.ts';

const nameOf = (value: unknown): string => (isRef(value) ? tailOf(value.$ref) : JSON.stringify(value));

/** `seats < workers tcp 6443`: who lets whom in, and by which ports. */
function rulesOf(graph: ResourceGraph): string[] {
  return graph.resources.flatMap((one) => {
    if (one.kind !== 'security-group-rule') return [];
    const { groupId, direction, protocol, ports, peer } = one.desired as unknown as Record<string, unknown> & {
      ports: { from: number; to: number } | null;
    };
    const other = nameOf(Object.values(peer as object)[0]).replaceAll('"', '');
    const range = ports === null ? 'all' : ports.from === ports.to ? `${ports.from}` : `${ports.from}-${ports.to}`;
    return [`${nameOf(groupId)} ${direction === 'ingress' ? '<' : '>'} ${other} ${protocol} ${range}`];
  });
}

const always = [
  'seats < seats tcp 2379-2380',
  'seats < seats tcp 6443',
  'seats < workers tcp 6443',
  'seats < seats tcp 10250',
  'workers < seats tcp 10250',
  'api < seats tcp 443',
  'api < workers tcp 443',
  'api > seats tcp 6443',
  'seats < api tcp 6443',
];
const among = (...ports: string[]): string[] =>
  ['workers < workers', 'workers < seats', 'seats < seats', 'seats < workers'].flatMap((pair) =>
    ports.map((port) => `${pair} ${port}`),
  );
const open = ['workers < workers -1 all', 'workers < seats -1 all', 'seats < seats -1 all'];

const base = { network: { zones: ['us-east-1a', 'us-east-1b', 'us-east-1d'], endpoints: [] } };
const rulesWith = (of: SelfManagedOf) => rulesOf(selfManagedGraph({ base, ...of })).sort();
const accessOf = (access: Partial<ClusterSpec['access']>) => ({ access });

describe('rules between machines', () => {
  test.each<[ClusterSpec['network']['podNetwork'], string[]]>([
    [{ type: 'cilium', cidr: '100.96.0.0/11', encapsulation: 'vxlan' }, among('udp 8472', 'tcp 4240')],
    [{ type: 'calico', cidr: '100.96.0.0/11', encapsulation: 'vxlan' }, among('udp 4789', 'tcp 5473')],
    [
      { type: 'calico', cidr: '100.96.0.0/11', encapsulation: 'cross-subnet' },
      [...open, ...['udp 4789', 'tcp 5473', 'udp 53', 'tcp 53'].map((port) => `seats < workers ${port}`)],
    ],
    [{ type: 'flannel', cidr: '100.96.0.0/11', encapsulation: 'vxlan' }, among('udp 8472')],
    [{ type: 'vpc-cni', encapsulation: 'none' }, [...open, 'seats < workers udp 53', 'seats < workers tcp 53']],
    [
      { type: 'none', cidr: '100.96.0.0/11', encapsulation: 'none' },
      [...open, 'seats < workers udp all', 'seats < workers tcp 53'],
    ],
  ])('of pod network $type with $encapsulation are those it needs and no others', (podNetwork, expected) => {
    expect(rulesWith({ network: { podNetwork } })).toEqual([...always, ...expected].sort());
  });

  test('never let a worker reach etcd, whatever the pod network', () => {
    for (const type of ['cilium', 'calico', 'flannel', 'vpc-cni', 'none'] as const) {
      for (const encapsulation of ['vxlan', 'cross-subnet', 'none'] as const) {
        const rules = rulesWith({ network: { podNetwork: { type, encapsulation } }, charts: ['metrics-server'] });
        const fromWorkers = rules.filter((rule) => rule.startsWith('seats < workers'));
        expect(fromWorkers.filter((rule) => / -1 | tcp all|23(79|80)/.test(rule))).toEqual([]);
      }
    }
  });

  test('open kubelets to workers only for the metrics server', () => {
    const added = rulesWith({ charts: ['metrics-server'] }).filter((rule) => !rulesWith({ charts: [] }).includes(rule));
    expect(added).toEqual(['seats < workers tcp 10250', 'workers < workers tcp 10250']);
  });
});

describe('SSH', () => {
  const ssh = { keyName: 'k', from: ['10.0.0.0/16', '10.0.0.0/16'] };
  const sshRules = (access: Partial<ClusterSpec['access']>) =>
    rulesWith(accessOf(access)).filter((rule) => rule.endsWith(' 22'));

  test('is closed unless asked for', () => {
    expect(sshRules({})).toEqual([]);
    expect(sshRules({ ssh: { keyName: 'k', from: [] } })).toEqual([]);
  });

  test('reaches seats and workers from the ranges of the spec', () => {
    expect(sshRules({ ssh })).toEqual(['seats < 10.0.0.0/16 tcp 22', 'workers < 10.0.0.0/16 tcp 22']);
  });

  test('goes through the bastion alone where there is one', () => {
    const bastion = { instanceType: 't3.micro', from: ['203.0.113.7/32'] };
    expect(sshRules({ ssh, bastion })).toEqual([
      'bastion < 203.0.113.7/32 tcp 22',
      'seats < bastion tcp 22',
      'workers < bastion tcp 22',
    ]);
    expect(rulesWith(accessOf({ ssh, bastion }))).toContain('api < bastion tcp 443');
  });

  test('a bastion without a public subnet is refused', () => {
    const lonely = { zones: ['us-east-1a'], nat: 'none' as const };
    const access = { bastion: { instanceType: 't3.micro', from: ['203.0.113.7/32'] } };
    expect(selfManagedCodes({ base: { network: lonely }, access })).toContain('graph.no-public-subnet');
  });
});

describe('the public door', () => {
  const api = { public: true, private: true, from: ['203.0.113.0/24'], fromNat: true };

  test('is open to the list and, with nat, to the addresses of the NAT gateways', () => {
    const graph = selfManagedGraph({ base, access: { api } });
    expect(idsOf(graph, 'security-group-rule').filter((id) => id.includes('/api-public/'))).toEqual([
      'security-group-rule/api-public/api-to-seats',
      'security-group-rule/api-public/https-203.0.113.0/24',
      'security-group-rule/api-public/https-nat-1',
      'security-group-rule/api-public/https-nat-2',
      'security-group-rule/api-public/https-nat-3',
    ]);
    const { desired } = resourceOf(graph, 'security-group-rule', 'security-group-rule/api-public/https-nat-1');
    expect(desired.peer).toEqual({
      cidr: { $join: [{ $ref: 'elastic-ip/nat-us-east-1a', field: 'publicIp' }, '/32'] },
    });
  });

  test('does not change who reaches the internal one', () => {
    const toInternal = (rules: string[]) => rules.filter((rule) => rule.startsWith('api '));
    expect(toInternal(rulesWith(accessOf({ api })))).toEqual(toInternal(rulesWith({})));
  });
});

describe('security groups', () => {
  test('carry the tag of Kubernetes on seats and workers, and on no other', () => {
    const bastion = { instanceType: 't3.micro', from: [] };
    const api = { public: true, private: true, from: [], fromNat: false };
    const graph = selfManagedGraph({ base: { network: { endpoints: ['s3', 'ec2'] } }, access: { api, bastion } });
    const groups = graph.resources.flatMap((one) => (one.kind === 'security-group' ? [one] : []));
    expect(groups.map(({ id }) => tailOf(id))).toEqual([
      'seats',
      'workers',
      'api',
      'api-public',
      'bastion',
      'endpoints',
    ]);
    const tagged = groups.filter(({ desired }) => 'kubernetes.io/cluster/k8s' in (desired.tags as object));
    expect(tagged.map(({ id }) => tailOf(id))).toEqual(['seats', 'workers']);
    const leaving = groups.filter(({ desired }) => desired.openEgress === true);
    expect(leaving.map(({ id }) => tailOf(id))).toEqual(['seats', 'workers', 'bastion']);
  });

  test('let machines reach interface endpoints, and nobody else of the VPC', () => {
    const rules = rulesWith({ base: { network: { endpoints: ['ec2'] } } });
    expect(rules.filter((rule) => rule.startsWith('endpoints'))).toEqual([
      'endpoints < seats tcp 443',
      'endpoints < workers tcp 443',
    ]);
  });
});
