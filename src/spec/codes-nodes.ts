import type { CodeTable } from '../base/diagnostic.ts';

/** Node groups, add-ons, Fargate, pod identities. */
export const nodeCodes = {
  'spec.duplicate-name': {
    severity: 'error',
    summary: 'A name is used twice',
    explanation:
      'Node groups, Fargate profiles, add-ons, principals and pod identities are told apart by name (or ARN, or namespace and service account). Two of the same would be one resource.',
  },
  'spec.unknown-instance-type': {
    severity: 'error',
    summary: 'There is no such instance type',
    explanation:
      'The type is not in the catalog of EC2 instance types. Whether a zone has capacity for one is asked when planning.',
  },
  'spec.wrong-architecture': {
    severity: 'error',
    summary: 'Instance types of two architectures in one group',
    explanation:
      'All nodes of a group start from one image, and an image is made for one architecture. Put Graviton (arm64) types in a group of their own.',
  },
  'spec.needs-nitro': {
    severity: 'error',
    summary: 'An instance type cannot do what the network asks for',
    explanation:
      'Prefixes and IPv6 for pods, and security groups per pod, need instance types on the Nitro system; older ones (t2, m4, c4) are on Xen.',
  },
  'spec.size-order': {
    severity: 'error',
    summary: 'The sizes of a group are out of order',
    explanation: 'An auto scaling group needs min <= desired <= max.',
  },
  'spec.one-type-spot': {
    severity: 'warning',
    summary: 'A spot group has a single instance type',
    explanation:
      'AWS takes spot capacity back type by type and zone by zone. A group of one type loses all nodes of a zone at once and finds no others. Give several types of like size.',
  },
  'spec.mixed-sizes-spot': {
    severity: 'warning',
    summary: 'A group mixes instance types of unlike size',
    explanation:
      'Autoscalers count on all nodes of a group having the same vCPUs and memory; they plan with the first type and are wrong for the others.',
  },
  'spec.not-with-manager': {
    severity: 'error',
    summary: 'A field does not go with the manager of the group',
    explanation:
      'EKS managed node groups (`manager: eks`) choose the instance profile themselves and are on demand or spot as a whole. With `manager: asg` the group is ours and both can be said.',
  },
  'spec.not-with-image': {
    severity: 'error',
    summary: 'A field does not go with the image of the group',
    explanation: 'Bottlerocket runs no shell: its settings go into `nodeConfig`. An image by id has no release.',
  },
  'spec.not-with-own-role': {
    severity: 'error',
    summary: 'A field does not go with a role of your own',
    explanation:
      'Quilla does not alter roles that it did not make. Attach the policies to the role where it is made, or leave the role to Quilla.',
  },
  'spec.volume': {
    severity: 'error',
    summary: 'A volume cannot be made like this',
    explanation:
      'Throughput is for gp3 only, IOPS for gp3, io1 and io2 and needed by the io types, and a type has bounds for both. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html',
  },
  'spec.no-nodes': {
    severity: 'warning',
    summary: 'The cluster has nothing to run pods on',
    explanation:
      'There is neither a node group nor a Fargate profile, so that even DNS waits for a place. Fine if Karpenter or another tool brings nodes.',
  },
  'spec.unknown-addon': {
    severity: 'error',
    summary: 'EKS offers no such add-on',
    explanation:
      'The name is not in the catalog of EKS add-ons. Those of the marketplace have an underscore in their name (vendor_product) and are passed on as they are.',
  },
  'spec.addon-needed': {
    severity: 'error',
    summary: 'An add-on cannot be switched off here',
    explanation:
      'Something else in the spec needs the add-on: network policy, prefixes, pod subnets and security groups per pod need vpc-cni, and pod identities need eks-pod-identity-agent.',
  },
  'spec.role-choice': {
    severity: 'error',
    summary: 'A role is either made or given',
    explanation:
      'Say `policies`, and a role with them is made, or `roleArn`, a role of your own. With both it would be unclear which holds; with neither there is no role.',
  },
  'spec.fargate-private': {
    severity: 'error',
    summary: 'Fargate needs private subnets',
    explanation:
      'Fargate pods run in private subnets only. Use `topology: private`, or give private subnets. https://docs.aws.amazon.com/eks/latest/userguide/fargate-profile.html',
  },
} as const satisfies CodeTable;
