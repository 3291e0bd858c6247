import { expect, test } from 'vitest';
import { clusterOf } from '../testing/clusters.ts';
import { factsNeeded } from './facts.ts';

test('a new VPC with managed groups needs nothing but the creator', () => {
  expect(factsNeeded(clusterOf({ nodeGroups: [{ name: 'a' }] }))).toEqual({
    creator: true,
    vpc: null,
    imageParameters: [],
    instanceProfiles: [],
    hostedZone: null,
    files: [],
  });
});

test('no one asks for the creator where he gets no entry', () => {
  expect(factsNeeded(clusterOf({ access: { creatorAdmin: false } })).creator).toBe(false);
});

test('a given VPC is asked for with every subnet once', () => {
  const network = { vpc: { id: 'vpc-1', subnets: { private: ['subnet-1', 'subnet-2'] } } };
  const cluster = clusterOf({ network, nodeGroups: [{ name: 'a', subnets: ['subnet-2'] }] });
  expect(factsNeeded(cluster).vpc).toEqual({ id: 'vpc-1', subnetIds: ['subnet-1', 'subnet-2'] });
});

const eks = '/aws/service/eks/optimized-ami/1.36/amazon-linux-2023';

// https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html and retrieve-ami-id-bottlerocket.html
test.each<[object, string]>([
  [{}, `${eks}/x86_64/standard/recommended/image_id`],
  [{ instanceTypes: ['m7g.large'] }, `${eks}/arm64/standard/recommended/image_id`],
  [{ instanceTypes: ['g5.xlarge'] }, `${eks}/x86_64/nvidia/recommended/image_id`],
  [
    { image: { release: '1.36.2-20261015' } },
    `${eks}/x86_64/standard/amazon-eks-node-al2023-x86_64-standard-1.36-v20261015/image_id`,
  ],
  [{ image: { family: 'bottlerocket' } }, '/aws/service/bottlerocket/aws-k8s-1.36/x86_64/latest/image_id'],
  [
    { image: { family: 'bottlerocket', release: '1.52.0' } },
    '/aws/service/bottlerocket/aws-k8s-1.36/x86_64/1.52.0/image_id',
  ],
  [
    { image: { family: 'bottlerocket' }, instanceTypes: ['g5.xlarge'] },
    '/aws/service/bottlerocket/aws-k8s-1.36-nvidia/x86_64/latest/image_id',
  ],
])('an auto scaling group with %j reads its image from %s', (group, parameter) => {
  const cluster = clusterOf({ nodeGroups: [{ name: 'a', manager: 'asg', ...group }] });
  expect(factsNeeded(cluster).imageParameters).toEqual([parameter]);
});

test('an image of one’s own and a managed group need no parameter', () => {
  const nodeGroups = [{ name: 'a', manager: 'asg' as const, image: { ami: 'ami-1' } }, { name: 'b' }];
  expect(factsNeeded(clusterOf({ nodeGroups })).imageParameters).toEqual([]);
});

test('the role of a given profile is asked for unless the spec says it', () => {
  const group = { manager: 'asg' as const, instanceProfile: 'p' };
  expect(factsNeeded(clusterOf({ nodeGroups: [{ name: 'a', ...group }] })).instanceProfiles).toEqual(['p']);
  expect(factsNeeded(clusterOf({ nodeGroups: [{ name: 'a', ...group, role: 'r' }] })).instanceProfiles).toEqual([]);
});
