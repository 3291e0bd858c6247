import { describe, expect, it } from 'vitest';
import type { Found } from '../model/snapshot.ts';
import { keyOf, standsOn } from './links.ts';

const subnet: Found<'subnet'> = {
  kind: 'subnet',
  id: 'subnet/pods',
  name: 'subnet-0abc1234',
  state: 'ready',
  settled: {},
  observed: { subnetId: 'subnet-0abc1234' },
};
const address: Found<'elastic-ip'> = {
  kind: 'elastic-ip',
  id: 'elastic-ip/nat',
  name: 'eipalloc-1',
  state: 'ready',
  settled: {},
  observed: { allocationId: 'eipalloc-1', publicIp: '198.51.100.7' },
};
const addon: Found<'addon'> = {
  kind: 'addon',
  id: 'addon/vpc-cni',
  name: 'vpc-cni',
  state: 'ready',
  settled: { values: '{"eniConfig":{"subnets":{"us-east-1a":{"id":"subnet-0abc1234"}}}}' },
  observed: { arn: 'arn:addon', installedVersion: 'v1' },
};
const cluster: Found<'cluster'> = {
  kind: 'cluster',
  id: 'cluster',
  name: 'k8s',
  state: 'ready',
  settled: { publicAccessCidrs: ['198.51.100.7/32'] },
  observed: {
    clusterName: 'k8s',
    arn: 'arn:c',
    endpoint: 'https://x',
    certificateAuthority: 'x',
    issuer: 'https://y',
    clusterSecurityGroupId: 'sg-1',
    serviceRange: '172.20.0.0/16',
  },
};

describe('what stands on what', () => {
  it('is seen inside a JSON document and inside a range', () => {
    const edges = standsOn([subnet, address, addon, cluster]);
    expect(edges.get(keyOf(addon))).toEqual([keyOf(subnet)]);
    expect(edges.get(keyOf(cluster))).toEqual([keyOf(address)]);
  });
});
