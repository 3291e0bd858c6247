import type { ResourceType } from '@aws-sdk/client-ec2';

const byPrefix: Readonly<Record<string, ResourceType>> = {
  'vpc-': 'vpc',
  'dopt-': 'dhcp-options',
  'subnet-': 'subnet',
  'igw-': 'internet-gateway',
  'eigw-': 'egress-only-internet-gateway',
  'eipalloc-': 'elastic-ip',
  'nat-': 'natgateway',
  'rtb-': 'route-table',
  'acl-': 'network-acl',
  'sg-': 'security-group',
  'sgr-': 'security-group-rule',
  'eni-': 'network-interface',
  'vpce-': 'vpc-endpoint',
  'fl-': 'vpc-flow-log',
  'key-': 'key-pair',
  'lt-': 'launch-template',
  'i-': 'instance',
  'vol-': 'volume',
  'snap-': 'snapshot',
  'sir-': 'spot-instances-request',
  'ami-': 'image',
  'tgw-': 'transit-gateway',
  'pl-': 'prefix-list',
};

/** The resource type that tags and filters use for an id; undefined for a prefix that EC2 does not have. */
export const resourceTypeOf = (id: string): ResourceType | undefined => byPrefix[id.slice(0, id.indexOf('-') + 1)];
