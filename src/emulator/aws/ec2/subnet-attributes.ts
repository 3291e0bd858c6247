import type {
  AssociateSubnetCidrBlockRequest,
  AssociateSubnetCidrBlockResult,
  DisassociateSubnetCidrBlockRequest,
  DisassociateSubnetCidrBlockResult,
  ModifySubnetAttributeRequest,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { get, required } from './lookup.ts';
import type { SubnetRecord } from './network-records.ts';
import { ipv6Range } from './subnets.ts';

type Change = Partial<
  Pick<
    SubnetRecord,
    'mapPublicIpOnLaunch' | 'assignIpv6OnCreation' | 'enableDns64' | 'hostnameType' | 'dnsARecord' | 'dnsAaaaRecord'
  >
>;

function changesOf(input: ModifySubnetAttributeRequest): Change[] {
  const on = (value: { readonly Value?: boolean | undefined }): boolean => value.Value === true;
  const { MapPublicIpOnLaunch: mapPublic, AssignIpv6AddressOnCreation: ipv6, EnableDns64: dns64 } = input;
  const { EnableResourceNameDnsARecordOnLaunch: a, EnableResourceNameDnsAAAARecordOnLaunch: aaaa } = input;
  const hostnameType = input.PrivateDnsHostnameTypeOnLaunch;
  return [
    ...(mapPublic ? [{ mapPublicIpOnLaunch: on(mapPublic) }] : []),
    ...(ipv6 ? [{ assignIpv6OnCreation: on(ipv6) }] : []),
    ...(dns64 ? [{ enableDns64: on(dns64) }] : []),
    ...(hostnameType ? [{ hostnameType }] : []),
    ...(a ? [{ dnsARecord: on(a) }] : []),
    ...(aaaa ? [{ dnsAaaaRecord: on(aaaa) }] : []),
  ];
}

function modifySubnetAttribute(input: ModifySubnetAttributeRequest, call: Call): Record<string, never> {
  const subnet = get(call, 'subnets', input.SubnetId);
  if (input.CustomerOwnedIpv4Pool !== undefined || input.MapCustomerOwnedIpOnLaunch?.Value === true) {
    throw new AwsError('NotImplemented', 'Outposts are not part of the embedded AWS.', 501);
  }
  const changes = changesOf(input);
  const [change] = changes;
  if (change === undefined) throw new AwsError('MissingParameter', 'The request must contain the parameter attribute');
  if (changes.length > 1) {
    throw new AwsError('InvalidParameterCombination', 'You can only modify one attribute at a time');
  }
  if (input.AssignIpv6AddressOnCreation?.Value === true && subnet.ipv6Cidrs.length === 0) {
    const why = `Invalid value 'true' for assignIpv6AddressOnCreation. Subnet must have an IPv6 CIDR block associated first.`;
    throw new AwsError('InvalidParameterValue', why);
  }
  Object.assign(subnet, change);
  return {};
}

function associate(input: AssociateSubnetCidrBlockRequest, call: Call): AssociateSubnetCidrBlockResult {
  const subnet = get(call, 'subnets', input.SubnetId);
  const text = required(input.Ipv6CidrBlock, 'ipv6CidrBlock');
  if (subnet.ipv6Cidrs.length > 0) {
    throw new AwsError('SubnetIpv6CidrBlockLimitExceeded', `The subnet '${subnet.id}' already has an IPv6 CIDR block.`);
  }
  const range = ipv6Range(call, get(call, 'vpcs', subnet.vpcId), text);
  const associationId = call.newId('subnet-cidr-assoc-');
  subnet.ipv6Cidrs.push({ associationId, cidr: range, state: 'associated' });
  return {
    SubnetId: subnet.id,
    Ipv6CidrBlockAssociation: {
      AssociationId: associationId,
      Ipv6CidrBlock: range,
      Ipv6CidrBlockState: { State: 'associating' },
    },
  };
}

function disassociate(input: DisassociateSubnetCidrBlockRequest, call: Call): DisassociateSubnetCidrBlockResult {
  const { ec2 } = call.state;
  const id = required(input.AssociationId, 'associationId');
  const subnet = Object.values(ec2.subnets).find((s) => s.ipv6Cidrs.some((row) => row.associationId === id));
  if (subnet === undefined) {
    const why = `The subnet CIDR block association ID '${id}' does not exist`;
    throw new AwsError('InvalidSubnetCidrBlockAssociationID.NotFound', why);
  }
  const inUse = Object.values(ec2.networkInterfaces).some(
    (e) => e.subnetId === subnet.id && e.ipv6Addresses.length > 0,
  );
  if (inUse) {
    throw new AwsError('DependencyViolation', `The IPv6 CIDR block of subnet '${subnet.id}' is in use.`);
  }
  const [row] = subnet.ipv6Cidrs;
  subnet.ipv6Cidrs = [];
  subnet.assignIpv6OnCreation = false;
  return {
    SubnetId: subnet.id,
    Ipv6CidrBlockAssociation: {
      AssociationId: id,
      ...(row !== undefined && { Ipv6CidrBlock: row.cidr }),
      Ipv6CidrBlockState: { State: 'disassociating' },
    },
  };
}

export const subnetAttributeHandlers: Handlers = {
  ModifySubnetAttribute: modifySubnetAttribute,
  AssociateSubnetCidrBlock: associate,
  DisassociateSubnetCidrBlock: disassociate,
};
