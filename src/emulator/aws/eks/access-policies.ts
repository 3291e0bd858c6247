import type { AccessPolicy, ListAccessPoliciesRequest, ListAccessPoliciesResponse } from '@aws-sdk/client-eks';
import type { Handler } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';

/** https://docs.aws.amazon.com/eks/latest/userguide/access-policy-permissions.html */
const names = [
  'AmazonEKSAdminPolicy',
  'AmazonEKSAdminViewPolicy',
  'AmazonEKSAutoNodePolicy',
  'AmazonEKSBlockStorageClusterPolicy',
  'AmazonEKSBlockStoragePolicy',
  'AmazonEKSClusterAdminPolicy',
  'AmazonEKSClusterInsightsPolicy',
  'AmazonEKSComputeClusterPolicy',
  'AmazonEKSComputePolicy',
  'AmazonEKSEditPolicy',
  'AmazonEKSHybridPolicy',
  'AmazonEKSLoadBalancingClusterPolicy',
  'AmazonEKSLoadBalancingPolicy',
  'AmazonEKSNetworkingClusterPolicy',
  'AmazonEKSNetworkingPolicy',
  'AmazonEKSSecretReaderPolicy',
  'AmazonEKSViewPolicy',
] as const;

export const accessPolicyArn = (name: (typeof names)[number]): string =>
  `arn:aws:eks::aws:cluster-access-policy/${name}`;

export const accessPolicies: readonly Required<AccessPolicy>[] = names.map((name) => ({
  name,
  arn: accessPolicyArn(name),
}));

export const listAccessPolicies: Handler<Given<ListAccessPoliciesRequest>, ListAccessPoliciesResponse> = (input) => {
  const page = pageOf(accessPolicies, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return { accessPolicies: [...page.items], nextToken: page.next };
};
