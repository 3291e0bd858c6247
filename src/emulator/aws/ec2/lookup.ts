import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Ec2State } from './state.ts';

/** The maps of the state that hold resources by id. */
export type Maps = Required<Omit<Ec2State, 'tags' | 'tokens'>>;

/** One of these maps; empty where there never was such a resource. */
export const mapOf = <K extends keyof Maps>(ec2: Ec2State, map: K): Readonly<Record<string, Maps[K][string]>> =>
  (ec2[map] ?? {}) as Record<string, Maps[K][string]>;

interface IdRule {
  readonly prefix: string;
  /** The parameter that AWS names when the id is absent. */
  readonly parameter: string;
  readonly notFound: string;
  readonly malformed: string;
  readonly say: (id: string) => string;
}

const rule = (prefix: string, parameter: string, codes: readonly [string, string], say: IdRule['say']): IdRule => ({
  prefix,
  parameter,
  notFound: codes[0],
  malformed: codes[1],
  say,
});
const plain = (noun: string) => (id: string) => `The ${noun} ID '${id}' does not exist`;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const rules: { readonly [K in keyof Maps]: IdRule } = {
  vpcs: rule('vpc-', 'vpcId', ['InvalidVpcID.NotFound', 'InvalidVpcId.Malformed'], plain('vpc')),
  dhcpOptions: rule(
    'dopt-',
    'dhcpOptionsId',
    ['InvalidDhcpOptionsID.NotFound', 'InvalidDhcpOptionsId.Malformed'],
    plain('dhcpOption'),
  ),
  subnets: rule('subnet-', 'subnetId', ['InvalidSubnetID.NotFound', 'InvalidSubnetID.Malformed'], plain('subnet')),
  internetGateways: rule(
    'igw-',
    'internetGatewayId',
    ['InvalidInternetGatewayID.NotFound', 'InvalidInternetGatewayId.Malformed'],
    plain('internetGateway'),
  ),
  egressOnlyGateways: rule(
    'eigw-',
    'egressOnlyInternetGatewayId',
    ['InvalidGatewayID.NotFound', 'InvalidEgressOnlyInternetGatewayId.Malformed'],
    plain('eigw'),
  ),
  addresses: rule(
    'eipalloc-',
    'allocationId',
    ['InvalidAllocationID.NotFound', 'InvalidAllocationID.Malformed'],
    plain('allocation'),
  ),
  natGateways: rule(
    'nat-',
    'natGatewayId',
    ['NatGatewayNotFound', 'NatGatewayMalformed'],
    (id) => `NatGateway ${id} was not found`,
  ),
  routeTables: rule(
    'rtb-',
    'routeTableId',
    ['InvalidRouteTableID.NotFound', 'InvalidRouteTableId.Malformed'],
    plain('routeTable'),
  ),
  networkAcls: rule(
    'acl-',
    'networkAclId',
    ['InvalidNetworkAclID.NotFound', 'InvalidNetworkAclId.Malformed'],
    plain('networkAcl'),
  ),
  securityGroups: rule(
    'sg-',
    'groupId',
    ['InvalidGroup.NotFound', 'InvalidGroupId.Malformed'],
    (id) => `The security group '${id}' does not exist`,
  ),
  securityGroupRules: rule(
    'sgr-',
    'securityGroupRuleId',
    ['InvalidSecurityGroupRuleId.NotFound', 'InvalidSecurityGroupRuleId.Malformed'],
    plain('security group rule'),
  ),
  networkInterfaces: rule(
    'eni-',
    'networkInterfaceId',
    ['InvalidNetworkInterfaceID.NotFound', 'InvalidNetworkInterfaceId.Malformed'],
    plain('networkInterface'),
  ),
  vpcEndpoints: rule(
    'vpce-',
    'vpcEndpointId',
    ['InvalidVpcEndpointId.NotFound', 'InvalidVpcEndpointId.Malformed'],
    (id) => `The Vpc Endpoint Id '${id}' does not exist`,
  ),
  flowLogs: rule('fl-', 'flowLogId', ['InvalidFlowLogId.NotFound', 'InvalidFlowLogId.Malformed'], plain('flowLog')),
  keyPairs: rule('key-', 'keyPairId', ['InvalidKeyPair.NotFound', 'InvalidKeyPair.Format'], plain('key pair')),
  launchTemplates: rule(
    'lt-',
    'launchTemplateId',
    ['InvalidLaunchTemplateId.NotFound', 'InvalidLaunchTemplateId.Malformed'],
    (id) => `The specified launch template, with template ID ${id}, does not exist.`,
  ),
  instances: rule('i-', 'instanceId', ['InvalidInstanceID.NotFound', 'InvalidInstanceID.Malformed'], plain('instance')),
  volumes: rule(
    'vol-',
    'volumeId',
    ['InvalidVolume.NotFound', 'InvalidVolumeID.Malformed'],
    (id) => `The volume '${id}' does not exist.`,
  ),
  snapshots: rule(
    'snap-',
    'snapshotId',
    ['InvalidSnapshot.NotFound', 'InvalidSnapshotID.Malformed'],
    (id) => `The snapshot '${id}' does not exist.`,
  ),
  transitGateways: rule(
    'tgw-',
    'transitGatewayId',
    ['InvalidTransitGatewayID.NotFound', 'InvalidTransitGatewayID.Malformed'],
    (id) => `Transit Gateway ${id} was deleted or does not exist.`,
  ),
  managedPrefixLists: rule(
    'pl-',
    'prefixListId',
    ['InvalidPrefixListID.NotFound', 'InvalidPrefixListId.Malformed'],
    plain('prefix list'),
  ),
};

const wellFormed = (id: string, prefix: string): boolean =>
  id.startsWith(prefix) && /^([0-9a-f]{8}|[0-9a-f]{17})$/.test(id.slice(prefix.length));

/** What AWS answers for an id of nothing: Malformed where it cannot be one, else NotFound. */
export function unknownId(map: keyof Maps, id: string): AwsError {
  const { prefix, notFound, malformed, say } = rules[map];
  if (wellFormed(id, prefix)) return new AwsError(notFound, say(id));
  return new AwsError(malformed, `Invalid id: "${id}" (expecting "${prefix}...")`);
}

/** The parameter's value; throws MissingParameter where there is none. */
export function required<T>(value: T | undefined, parameter: string): T {
  if (value !== undefined && value !== null && value !== '') return value;
  throw new AwsError('MissingParameter', `The request must contain the parameter ${parameter}`);
}

/** The resource with this id; throws as AWS does where the id is absent, malformed or unknown. */
export function get<K extends keyof Maps>(turn: Turn, map: K, id: string | undefined): Maps[K][string] {
  const wanted = required(id, rules[map].parameter);
  const found = mapOf(turn.state.ec2, map)[wanted];
  if (found === undefined) throw unknownId(map, wanted);
  return found;
}
