import type { Call, Touched } from '../../call.ts';
import { resourceTypeOf } from './tag-types.ts';

type Input = Readonly<Record<string, unknown>>;

interface Judged {
  /** The type of what is made. */
  readonly made?: string;
  /** Members that name, by id, what is touched beside. */
  readonly on?: readonly string[];
}

const on = (...members: readonly string[]): Judged => ({ on: members });
const made = (type: string, ...members: readonly string[]): Judged => ({ made: type, on: members });

/** Operations whose resources IAM judges: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonec2.html */
const judged: Readonly<Record<string, Judged>> = {
  CreateVpc: made('vpc'),
  DeleteVpc: on('VpcId'),
  ModifyVpcAttribute: on('VpcId'),
  AssociateVpcCidrBlock: on('VpcId'),
  DisassociateVpcCidrBlock: on('AssociationId'),
  CreateSubnet: made('subnet', 'VpcId'),
  DeleteSubnet: on('SubnetId'),
  ModifySubnetAttribute: on('SubnetId'),
  CreateInternetGateway: made('internet-gateway'),
  AttachInternetGateway: on('InternetGatewayId', 'VpcId'),
  DetachInternetGateway: on('InternetGatewayId', 'VpcId'),
  DeleteInternetGateway: on('InternetGatewayId'),
  CreateEgressOnlyInternetGateway: made('egress-only-internet-gateway', 'VpcId'),
  DeleteEgressOnlyInternetGateway: on('EgressOnlyInternetGatewayId'),
  AllocateAddress: made('elastic-ip'),
  ReleaseAddress: on('AllocationId'),
  CreateNatGateway: made('natgateway', 'SubnetId', 'AllocationId'),
  DeleteNatGateway: on('NatGatewayId'),
  CreateRouteTable: made('route-table', 'VpcId'),
  DeleteRouteTable: on('RouteTableId'),
  CreateRoute: on('RouteTableId'),
  ReplaceRoute: on('RouteTableId'),
  DeleteRoute: on('RouteTableId'),
  AssociateRouteTable: on('RouteTableId', 'SubnetId'),
  ReplaceRouteTableAssociation: on('RouteTableId', 'AssociationId'),
  DisassociateRouteTable: on('AssociationId'),
  CreateSecurityGroup: made('security-group', 'VpcId'),
  DeleteSecurityGroup: on('GroupId'),
  AuthorizeSecurityGroupIngress: made('security-group-rule', 'GroupId'),
  AuthorizeSecurityGroupEgress: made('security-group-rule', 'GroupId'),
  RevokeSecurityGroupIngress: on('GroupId'),
  RevokeSecurityGroupEgress: on('GroupId'),
  UpdateSecurityGroupRuleDescriptionsIngress: on('GroupId'),
  UpdateSecurityGroupRuleDescriptionsEgress: on('GroupId'),
  CreateVpcEndpoint: made('vpc-endpoint', 'VpcId', 'SubnetIds', 'SecurityGroupIds', 'RouteTableIds'),
  ModifyVpcEndpoint: on('VpcEndpointId'),
  DeleteVpcEndpoints: on('VpcEndpointIds'),
  CreateTransitGateway: made('transit-gateway'),
  DeleteTransitGateway: on('TransitGatewayId'),
  CreateManagedPrefixList: made('prefix-list'),
  ModifyManagedPrefixList: on('PrefixListId'),
  DeleteManagedPrefixList: on('PrefixListId'),
  ImportKeyPair: made('key-pair'),
  DeleteKeyPair: on('KeyPairId'),
  CreateLaunchTemplate: made('launch-template'),
  CreateLaunchTemplateVersion: on('LaunchTemplateId'),
  ModifyLaunchTemplate: on('LaunchTemplateId'),
  DeleteLaunchTemplate: on('LaunchTemplateId'),
  CreateTags: on('Resources'),
  DeleteTags: on('Resources'),
  DeleteVolume: on('VolumeId'),
  DeleteNetworkInterface: on('NetworkInterfaceId'),
  AttachVolume: on('VolumeId', 'InstanceId'),
  DetachVolume: on('VolumeId', 'InstanceId'),
  ModifyVolume: on('VolumeId'),
  AttachNetworkInterface: on('NetworkInterfaceId', 'InstanceId'),
  ModifyNetworkInterfaceAttribute: on('NetworkInterfaceId'),
  ModifyInstanceAttribute: on('InstanceId'),
  ModifyInstanceMetadataOptions: on('InstanceId'),
  TerminateInstances: on('InstanceIds'),
  StopInstances: on('InstanceIds'),
  StartInstances: on('InstanceIds'),
};

/** Of a change of one attribute: which one. https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/iam-policies-for-amazon-ec2.html */
function attributeOf(operation: string, input: Input): Record<string, string> {
  if (!/^Modify\w+Attribute$/.test(operation)) return {};
  const own = Object.keys(input).find(
    (name) => !['DryRun', 'Attribute', 'Value'].includes(name) && !name.endsWith('Id'),
  );
  const name = typeof input.Attribute === 'string' ? input.Attribute : own;
  return name === undefined ? {} : { 'ec2:Attribute': name.charAt(0).toUpperCase() + name.slice(1) };
}

/** Keys that only an instance as the resource has: its own id is a policy variable, `${ec2:InstanceID}`. */
const keysOf = (id: string): Record<string, string> => (/^i-/.test(id) ? { 'ec2:InstanceID': id } : {});

const arnOf = ({ world, region, account }: Call, type: string, id: string): string =>
  `arn:${world.partition}:ec2:${region}:${account}:${type}/${id}`;

/** What an association stands between. */
function ends(call: Call, association: string): readonly string[] {
  const { routeTables, vpcs } = call.state.ec2;
  const mentions = (record: unknown): boolean => JSON.stringify(record).includes(`"${association}"`);
  const table = Object.values(routeTables).find(mentions);
  const link = table?.associations.find(({ id }) => id === association);
  const subnet = link?.subnetId === undefined ? [] : [link.subnetId];
  if (table !== undefined) return [table.id, ...subnet];
  return Object.values(vpcs).flatMap((vpc) => (mentions(vpc) ? [vpc.id] : []));
}

function touchedIds(input: Input, members: readonly string[], call: Call): string[] {
  const given = members.flatMap((member) => input[member] ?? []).filter((id) => typeof id === 'string');
  return given.flatMap((id) => (/^(rtbassoc|vpc-cidr-assoc)-/.test(id) ? ends(call, id) : [id]));
}

/** Undefined for what is not in the table, and for an id that nothing has: the operation itself says so. */
export function touched(operation: string, input: Input, call: Call): readonly Touched[] | undefined {
  const rule = judged[operation];
  if (rule === undefined) return undefined;
  const those = touchedIds(input, rule.on ?? [], call).map((id) => ({
    resource: arnOf(call, resourceTypeOf(id) ?? '*', id),
    tags: call.state.ec2.tags[id] ?? {},
    context: { ...attributeOf(operation, input), ...keysOf(id) },
  }));
  const isTagged = Array.isArray(input.TagSpecifications) && input.TagSpecifications.length > 0;
  // A rule without tags is judged by its group alone.
  const isMade = rule.made !== undefined && (isTagged || rule.made !== 'security-group-rule');
  const resource = arnOf(call, rule.made ?? '*', '*');
  const own = isMade ? [{ resource }] : [];
  const context = { 'ec2:CreateAction': operation };
  const tagging = isMade && isTagged ? [{ action: 'ec2:CreateTags', resource, context }] : [];
  const all = [...those, ...own, ...tagging];
  return all.length === 0 ? undefined : all;
}
