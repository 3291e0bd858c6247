import * as z from 'zod';
import { podNetworkType } from './pod-network.ts';
import { cidr4Text, ipv4Text, subnetId, vpcId } from './scalars.ts';

const givenVpc = z.strictObject({
  id: vpcId.describe('Id of the VPC.'),
  subnets: z
    .strictObject({
      private: z
        .array(subnetId)
        .optional()
        .describe('Ids of subnets without a route from the internet. Nodes are put here with `topology: private`.'),
      public: z
        .array(subnetId)
        .optional()
        .describe('Ids of subnets with a route to an internet gateway. Nodes are put here with `topology: public`.'),
    })
    .describe('The subnets that the cluster uses, in at least two zones.'),
  addMissingTags: z
    .boolean()
    .optional()
    .describe(
      'Add the tags that load balancers look for to subnets that lack them. Default false: what lacks is a finding of the plan.',
    ),
  addMissingRoutes: z
    .boolean()
    .optional()
    .describe(
      'Add default routes that subnets lack. This version refuses it where one lacks, since routes carry no tags by which ours could be known. Default false: what lacks is a finding of the plan.',
    ),
  natAddresses: z
    .array(ipv4Text)
    .optional()
    .describe(
      'Addresses from which the VPC reaches the internet. Needed only where the API has no private endpoint: the access list must hold them.',
    ),
});

const podSubnets = z.union([
  z.strictObject({
    cidr: cidr4Text.describe(
      'A range that is added to the new VPC and divided into one subnet per zone: 100.64.0.0/16 is usual.',
    ),
  }),
  z.strictObject({
    byZone: z.record(z.string(), subnetId).describe('Subnet ids of the given VPC by zone: `us-east-1a: subnet-...`.'),
  }),
]);

const podNetwork = z.strictObject({
  type: podNetworkType.describe('cilium, calico, flannel, vpc-cni, or none to bring your own.'),
  cidr: cidr4Text
    .optional()
    .describe(
      'Range of pod addresses, beside the VPC; each node takes a /24 of it. Not with vpc-cni. Default 100.96.0.0/11.',
    ),
  encapsulation: z
    .enum(['vxlan', 'cross-subnet', 'none'])
    .optional()
    .describe(
      '`vxlan` wraps all traffic between nodes (default), `cross-subnet` only that between subnets (calico). `none` with vpc-cni and none.',
    ),
});

export const networkInput = z.strictObject({
  cidr: cidr4Text.optional().describe('IPv4 range of a new VPC, /16 to /24 as a rule. Default 10.0.0.0/16.'),
  furtherCidrs: z
    .array(cidr4Text)
    .max(4)
    .optional()
    .describe(
      'Further IPv4 ranges of a new VPC; each is divided into one more private subnet per zone. Can be added later.',
    ),
  vpc: givenVpc.optional().describe('A VPC of your own in place of a new one. It is read and not altered.'),
  zones: z.array(z.string()).min(1).optional().describe('Zones of a new VPC. Default: the first three of the region.'),
  topology: z
    .enum(['private', 'public'])
    .optional()
    .describe('Where nodes are: in private subnets (default), or in public ones with public addresses.'),
  nat: z
    .enum(['per-zone', 'single', 'none'])
    .optional()
    .describe(
      'NAT gateways of a new VPC with private nodes: one per zone (default), a single one (cheaper; a zone can take the others along), or none (nodes reach `endpoints` only).',
    ),
  endpoints: z
    .array(z.string())
    .optional()
    .describe(
      'AWS services with an endpoint in the VPC, by the last part of their names: s3, ecr.api. Default: s3 in a new VPC; with `nat: none` all that nodes need.',
    ),
  ipFamily: z
    .enum(['ipv4', 'dual-stack'])
    .optional()
    .describe(
      '`ipv4` (default), or on EKS `dual-stack`: subnets and nodes have both families, pods and services IPv6 addresses (what EKS calls an IPv6 cluster). Cannot be changed later.',
    ),
  serviceCidr: cidr4Text
    .optional()
    .describe(
      'Range of service addresses, /12 to /24. Default: EKS chooses 10.100.0.0/16 or 172.20.0.0/16; self-managed 100.64.0.0/13. Cannot be changed later.',
    ),
  podNetwork: z
    .union([podNetworkType, podNetwork])
    .optional()
    .describe(
      'What gives pods their addresses: cilium, calico, flannel, vpc-cni or none. Default: vpc-cni on EKS, else cilium. Cannot be changed later.',
    ),
  podSubnets: podSubnets
    .optional()
    .describe(
      'EKS only: custom networking of the VPC CNI, subnets from which pods take addresses. Default: the subnets of the nodes.',
    ),
  prefixDelegation: z
    .boolean()
    .optional()
    .describe(
      'Whether interfaces get prefixes of 16 addresses from the VPC CNI, so that more pods fit on a node (Nitro types only). Default false; always with dual-stack.',
    ),
  networkPolicy: z
    .boolean()
    .optional()
    .describe(
      'Whether the VPC CNI of EKS enforces NetworkPolicy. Default true. Self-managed: follows from the pod network; cilium and calico always do, the others do not.',
    ),
  securityGroupsPerPod: z
    .boolean()
    .optional()
    .describe(
      'EKS only: whether pods can have security groups of their own (SecurityGroupPolicy; Nitro types only). Default false.',
    ),
});
