import type { CodeTable } from '../base/diagnostic.ts';

/** Regions, zones, address ranges, VPCs. */
export const networkCodes = {
  'spec.unknown-region': {
    severity: 'error',
    summary: 'There is no such region',
    explanation:
      'The region is not in the catalog. Regions are written like us-east-1. A zone (us-east-1a) is not a region.',
  },
  'spec.zone-not-in-region': {
    severity: 'error',
    summary: 'A zone is not in the region',
    explanation:
      'Zones are written as the region and a letter, and not every region has every letter. Which physical zone a letter stands for differs per account.',
  },
  'spec.too-few-zones': {
    severity: 'error',
    summary: 'EKS needs two zones',
    explanation:
      'EKS puts its interfaces into at least two subnets in two zones. Node groups may still live in one: give them `zones` of their own. https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html',
  },
  'spec.bad-cidr': {
    severity: 'error',
    summary: 'An address range is not well formed',
    explanation:
      'A range is an address and a prefix length (10.0.0.0/16), and all bits after the prefix are zero. AWS clears them silently in some calls and refuses them in others, so they are refused here.',
  },
  'spec.overlapping-cidrs': {
    severity: 'error',
    summary: 'Address ranges overlap',
    explanation:
      'Ranges of one VPC must not overlap, nor may the range of services lie in it: addresses of both would be told apart by nobody. The message names both ranges.',
  },
  'spec.cidr-too-small': {
    severity: 'error',
    summary: 'An address range is too small',
    explanation:
      'The range is divided into a private and a public subnet per zone, and AWS keeps five addresses of each subnet. EKS wants at least six, better sixteen, free addresses in each, every pod takes an address, and a VPC takes no range smaller than a /28. The message says what would do.',
  },
  'spec.cidr-too-large': {
    severity: 'error',
    summary: 'An address range is too large',
    explanation: 'A VPC takes ranges of /16 to /28, services one of /12 to /24. Give further ranges in `furtherCidrs`.',
  },
  'spec.cidr-not-private': {
    severity: 'warning',
    summary: 'An address range is not private',
    explanation:
      'The range is neither one of RFC 1918 (10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16) nor 100.64.0.0/10 or 198.19.0.0/16. Addresses of the internet that lie in it cannot be reached from the VPC.',
  },
  'spec.not-with-given-vpc': {
    severity: 'error',
    summary: 'A field does not go with a given VPC',
    explanation:
      'A given VPC is read and not altered: its ranges, zones, NAT and routes are its own. Say `subnets` where a new VPC would have zones. Missing tags and routes are added only with `addMissingTags` and `addMissingRoutes`.',
  },
  'spec.not-with-new-vpc': {
    severity: 'error',
    summary: 'A field needs a given VPC',
    explanation: 'Subnets by id exist only in a given VPC (`network.vpc`). In a VPC that Quilla makes, say `zones`.',
  },
  'spec.no-subnets': {
    severity: 'error',
    summary: 'Subnets are missing',
    explanation:
      'EKS needs two subnets in two zones, and nodes need subnets of their topology: private ones with `topology: private`, public ones with `topology: public`. Give their ids in `network.vpc.subnets`.',
  },
  'spec.unknown-subnet': {
    severity: 'error',
    summary: 'A subnet is not among those of the network',
    explanation:
      'Node groups and Fargate profiles choose from the subnets that `network.vpc.subnets` lists, so that one place says what the cluster uses.',
  },
  'spec.nat-with-public-nodes': {
    severity: 'error',
    summary: 'Public nodes have no use for NAT',
    explanation:
      'With `topology: public` nodes have public addresses and reach the internet through the internet gateway. A NAT gateway would cost and carry nothing.',
  },
  'spec.not-with-dual-stack': {
    severity: 'error',
    summary: 'A field does not go with dual-stack',
    explanation:
      'With `ipFamily: dual-stack` pods and services have IPv6 addresses. EKS then chooses the range of services itself, pods take theirs from prefixes always, and there is no custom networking. https://docs.aws.amazon.com/eks/latest/userguide/cni-ipv6.html',
  },
  'spec.unknown-endpoint': {
    severity: 'warning',
    summary: 'An endpoint service is not in the catalog',
    explanation:
      'Endpoints are named by the last part of the service name: s3, ecr.api, sts. The name is passed on as it is; if AWS does not know it the apply fails there.',
  },
} as const satisfies CodeTable;
