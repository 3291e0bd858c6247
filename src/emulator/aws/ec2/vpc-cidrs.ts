import type {
  AssociateVpcCidrBlockRequest,
  AssociateVpcCidrBlockResult,
  DisassociateVpcCidrBlockRequest,
  DisassociateVpcCidrBlockResult,
} from '@aws-sdk/client-ec2';
import type { Cidr } from '../../../base/cidr.ts';
import { cidr, containsCidr, overlaps } from '../../../base/cidr.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { amazonIpv6 } from './addresses-in.ts';
import { checkLimit } from './limits.ts';
import { get, required } from './lookup.ts';
import type { VpcRecord } from './network-records.ts';
import { openIpv6, vpcRange } from './vpcs.ts';

const privateRanges = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '198.19.0.0/16'].map(cidr);
const cgnat = cidr('100.64.0.0/10');

/**
 * Which further ranges a VPC may take.
 * https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html#add-cidr-block-restrictions
 */
export function isRestricted(primary: Cidr, added: Cidr): boolean {
  if (containsCidr(cgnat, added)) return false;
  const home = privateRanges.find((range) => containsCidr(range, primary));
  const theirs = privateRanges.find((range) => overlaps(range, added));
  if (theirs === undefined) return false;
  if (theirs.text !== home?.text || theirs.text === '198.19.0.0/16') return true;
  if (home.text === '172.16.0.0/12') return overlaps(cidr('172.31.0.0/16'), added);
  return home.text === '10.0.0.0/8' && overlaps(cidr('10.0.0.0/15'), primary) && overlaps(cidr('10.0.0.0/16'), added);
}

function checkNewRange(call: Call, vpc: VpcRecord, range: Cidr): void {
  if (vpc.cidrs.some((row) => overlaps(cidr(row.cidr), range))) {
    throw new AwsError('InvalidVpc.Conflict', `The CIDR '${range.text}' conflicts with another CIDR block of the VPC.`);
  }
  if (isRestricted(cidr(vpc.cidr), range)) {
    const why = `The CIDR '${range.text}' is restricted. Use a CIDR from the same private address range as the current VPC CIDR, or use a publicly-routable CIDR. For additional restrictions, see https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html`;
    throw new AwsError('InvalidVpc.Range', why);
  }
  checkLimit(call, 'ipv4CidrsPerVpc', {
    have: vpc.cidrs.length,
    code: 'CidrBlockLimitExceeded',
    message: 'The maximum number of CIDR blocks for the VPC has been reached.',
  });
}

function associateIpv6(call: Call, vpc: VpcRecord): AssociateVpcCidrBlockResult {
  checkLimit(call, 'ipv6CidrsPerVpc', {
    have: vpc.ipv6Cidrs.length,
    code: 'CidrBlockLimitExceeded',
    message: 'The maximum number of IPv6 CIDR blocks for the VPC has been reached.',
  });
  const range = amazonIpv6(call);
  const associationId = call.newId('vpc-cidr-assoc-');
  vpc.ipv6Cidrs.push({ associationId, cidr: range, state: 'associated' });
  openIpv6(call, vpc, range);
  return {
    VpcId: vpc.id,
    Ipv6CidrBlockAssociation: {
      AssociationId: associationId,
      Ipv6CidrBlock: range,
      Ipv6CidrBlockState: { State: 'associating' },
      NetworkBorderGroup: call.region,
      Ipv6Pool: 'Amazon',
    },
  };
}

function associateVpcCidrBlock(input: AssociateVpcCidrBlockRequest, call: Call): AssociateVpcCidrBlockResult {
  const vpc = get(call, 'vpcs', input.VpcId);
  if (input.AmazonProvidedIpv6CidrBlock) return associateIpv6(call, vpc);
  if (input.Ipv6CidrBlock !== undefined || input.Ipv4IpamPoolId !== undefined || input.Ipv6IpamPoolId !== undefined) {
    throw new AwsError(
      'NotImplemented',
      'IPAM and bring-your-own address pools are not part of the embedded AWS.',
      501,
    );
  }
  const range = vpcRange(required(input.CidrBlock, 'cidrBlock'));
  checkNewRange(call, vpc, range);
  const associationId = call.newId('vpc-cidr-assoc-');
  vpc.cidrs.push({ associationId, cidr: range.text, state: 'associated' });
  for (const table of Object.values(call.state.ec2.routeTables).filter((t) => t.vpcId === vpc.id)) {
    table.routes.push({ cidr: range.text, target: { field: 'gatewayId', id: 'local' }, origin: 'CreateRouteTable' });
  }
  return {
    VpcId: vpc.id,
    CidrBlockAssociation: {
      AssociationId: associationId,
      CidrBlock: range.text,
      CidrBlockState: { State: 'associating' },
    },
  };
}

function checkUnused(call: Call, vpc: VpcRecord, range: string): void {
  const inUse = Object.values(call.state.ec2.subnets).some(
    (subnet) =>
      subnet.vpcId === vpc.id &&
      [subnet.cidr, ...subnet.ipv6Cidrs.map((row) => row.cidr)].some(
        (text) => text !== '' && containsCidr(cidr(range), cidr(text)),
      ),
  );
  if (inUse) {
    throw new AwsError(
      'DependencyViolation',
      `The CIDR '${range}' of vpc '${vpc.id}' has dependencies and cannot be disassociated.`,
    );
  }
}

function disassociateVpcCidrBlock(input: DisassociateVpcCidrBlockRequest, call: Call): DisassociateVpcCidrBlockResult {
  const id = required(input.AssociationId, 'associationId');
  const vpc = Object.values(call.state.ec2.vpcs).find((one) =>
    [...one.cidrs, ...one.ipv6Cidrs].some((row) => row.associationId === id),
  );
  const row = [...(vpc?.cidrs ?? []), ...(vpc?.ipv6Cidrs ?? [])].find((one) => one.associationId === id);
  if (vpc === undefined || row === undefined) {
    throw new AwsError(
      'InvalidVpcCidrBlockAssociationID.NotFound',
      `The vpc CIDR block association ID '${id}' does not exist`,
    );
  }
  if (row.cidr === vpc.cidr) {
    throw new AwsError(
      'OperationNotPermitted',
      `The vpc CIDR block with association ID ${id} may not be disassociated. It is the primary IPv4 CIDR block of the VPC`,
    );
  }
  checkUnused(call, vpc, row.cidr);
  vpc.cidrs = vpc.cidrs.filter((one) => one !== row);
  vpc.ipv6Cidrs = vpc.ipv6Cidrs.filter((one) => one !== row);
  for (const table of Object.values(call.state.ec2.routeTables).filter((t) => t.vpcId === vpc.id)) {
    table.routes = table.routes.filter((r) => r.target.id !== 'local' || (r.cidr ?? r.ipv6Cidr) !== row.cidr);
  }
  const State = 'disassociating' as const;
  return row.cidr.includes(':')
    ? {
        VpcId: vpc.id,
        Ipv6CidrBlockAssociation: { AssociationId: id, Ipv6CidrBlock: row.cidr, Ipv6CidrBlockState: { State } },
      }
    : { VpcId: vpc.id, CidrBlockAssociation: { AssociationId: id, CidrBlock: row.cidr, CidrBlockState: { State } } };
}

export const vpcCidrHandlers: Handlers = {
  AssociateVpcCidrBlock: associateVpcCidrBlock,
  DisassociateVpcCidrBlock: disassociateVpcCidrBlock,
};
