import { describe, expect, test } from 'vitest';
import { loadCluster } from './load.ts';
import { type NewSpecOptions, renderNewSpec } from './new-spec.ts';

const today = new Date('2026-11-01T00:00:00Z');
const base: NewSpecOptions = { name: 'demo', controlPlane: 'eks', today };

describe('a new spec', () => {
  test.each<[string, Partial<NewSpecOptions>]>([
    ['with nothing said', {}],
    ['of another region', { region: 'eu-central-1' }],
    [
      'with zones, ranges, version and nodes',
      {
        zones: ['us-east-1b', 'us-east-1d'],
        networkCidr: '172.16.0.0/16',
        kubernetes: '1.35',
        nodeType: 'm7g.large',
        nodes: 5,
      },
    ],
    [
      'in a given VPC',
      { givenVpc: 'vpc-00000001', subnets: ['subnet-00000001', 'subnet-00000002'], publicSubnets: ['subnet-00000003'] },
    ],
    ['with an open API', { apiFrom: ['203.0.113.0/24', '198.51.100.7/32'] }],
    ['with a name that YAML would read as something else', { name: 'no' }],
    ['with nodes as text', { nodes: '4' }],
    ['self-managed with nothing said', { controlPlane: 'self-managed' }],
    [
      'self-managed with a name that stays in the VPC',
      { controlPlane: 'self-managed', dns: 'private', dnsZone: 'a.b' },
    ],
    [
      'self-managed with all of it',
      {
        controlPlane: 'self-managed',
        seats: '5',
        podNetwork: 'calico',
        dnsZone: 'example.com',
        kubernetes: '1.35',
        apiFrom: ['203.0.113.0/24'],
        region: 'us-west-2',
      },
    ],
    [
      'self-managed in a given VPC',
      {
        controlPlane: 'self-managed',
        dns: 'none',
        givenVpc: 'vpc-00000001',
        subnets: ['subnet-00000001', 'subnet-00000002', 'subnet-00000003'],
      },
    ],
  ])('%s loads without a word, is short and has comments', (_, options) => {
    const result = renderNewSpec({ ...base, ...options });
    expect(result.diagnostics).toEqual([]);
    const text = result.ok ? result.value : '';
    expect(loadCluster(text, { today }).diagnostics).toEqual([]);
    expect(text.split('\n').length).toBeLessThan(35);
    expect(text).toContain('#');
  });

  test('has what was asked for', () => {
    const result = renderNewSpec({
      ...base,
      region: 'eu-west-1',
      apiFrom: ['203.0.113.0/24'],
      nodes: 2,
      nodeType: 'm7g.large',
    });
    const loaded = result.ok ? loadCluster(result.value, { today }) : result;
    expect(loaded.ok && 'cluster' in loaded.value && loaded.value.cluster.spec).toMatchObject({
      region: 'eu-west-1',
      kubernetesVersion: '1.36',
      access: { api: { public: true, private: true, from: ['203.0.113.0/24'] } },
      nodeGroups: [{ instanceTypes: ['m7g.large'], size: { desired: 2 } }],
    });
  });

  test('of a control plane of one own has the seats and the name that were asked for', () => {
    const options = { seats: '1', dnsZone: 'example.com', podNetwork: 'flannel' };
    const result = renderNewSpec({ ...base, ...options, controlPlane: 'self-managed' });
    expect(result.diagnostics.map(({ code }) => code)).toEqual(['spec.single-seat']);
    const loaded = result.ok ? loadCluster(result.value, { today }) : result;
    expect(loaded.ok && 'cluster' in loaded.value && loaded.value.cluster.spec).toMatchObject({
      kubernetesVersion: '1.36',
      controlPlane: {
        seats: { zones: ['us-east-1a'] },
        dns: { type: 'public', zone: 'example.com', name: 'api.demo.example.com' },
      },
      network: { podNetwork: { type: 'flannel' } },
    });
  });

  test('a flag with no number in it is said once, and nothing else of it', () => {
    const result = renderNewSpec({ ...base, nodes: 'abc' });
    expect(result.diagnostics.map(({ detail }) => detail)).toEqual(['--nodes: "abc" is not a whole number']);
  });

  test('every bad flag is named, all at once', () => {
    const result = renderNewSpec({
      ...base,
      name: 'Bad_Name',
      controlPlane: 'esk',
      region: 'us-esat-1',
      networkCidr: '10.0.0.1/16',
      kubernetes: '1.19',
      nodeType: 'm5.lrge',
      nodes: -1,
    });
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map(({ code, detail }) => `${code} ${detail.slice(0, detail.indexOf(':'))}`)).toEqual([
      'spec.bad-name NAME',
      'spec.unknown-region --region',
      'spec.version-end-of-life --kubernetes',
      'spec.bad-value --control-plane',
      'spec.bad-cidr --network-cidr',
      'spec.unknown-instance-type --node-type',
      'spec.out-of-range --nodes',
    ]);
  });

  test.each<[string, Partial<NewSpecOptions>, string]>([
    ['a number of nodes that is none', { nodes: 'abc' }, 'spec.wrong-type'],
    ['seats of EKS', { seats: 3 }, 'spec.self-managed-only'],
    ['even seats', { controlPlane: 'self-managed', seats: '2' }, 'spec.seat-count'],
    ['a pod network that is gone', { controlPlane: 'self-managed', podNetwork: 'weave' }, 'spec.pod-network-gone'],
    ['a zone without a name', { controlPlane: 'self-managed', dns: 'public' }, 'spec.missing-field'],
    ['a zone and no name', { controlPlane: 'self-managed', dns: 'none', dnsZone: 'example.com' }, 'spec.bad-value'],
    ['a kind of zone that is none', { controlPlane: 'self-managed', dns: 'maybe' }, 'spec.bad-value'],
    ['a bad zone', { controlPlane: 'self-managed', dnsZone: 'http://x' }, 'spec.bad-name'],
    ['subnets without a VPC', { subnets: ['subnet-00000001'] }, 'spec.not-with-new-vpc'],
    [
      'zones of a given VPC',
      { givenVpc: 'vpc-00000001', subnets: ['subnet-00000001', 'subnet-00000002'], zones: ['us-east-1a'] },
      'spec.not-with-given-vpc',
    ],
    ['a given VPC without subnets', { givenVpc: 'vpc-00000001' }, 'spec.no-subnets'],
    ['text that would be YAML', { region: 'us-east-1\nfoo: bar' }, 'spec.unknown-region'],
  ])('%s is refused', (_, options, code) => {
    const result = renderNewSpec({ ...base, ...options });
    expect(result.ok).toBe(false);
    expect(result.diagnostics.map((d) => d.code)).toContain(code);
  });
});
