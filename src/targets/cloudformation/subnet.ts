import type { Resource } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';
import { zoneIn } from './zone.ts';

/** Bits of the hosts in a /64. */
const hostBits = 64;

/** The /64 of that number in the VPC's /56: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html */
function ipv6Block({ desired: { vpcId, ipv6Index } }: Resource<'subnet'>): unknown {
  if (ipv6Index === null || !isRef(vpcId)) return undefined;
  const range = { $ref: vpcId.$ref, field: 'ipv6Cidr' };
  return { 'Fn::Select': [ipv6Index, { 'Fn::Cidr': [range, Number(ipv6Index) + 1, hostBits] }] };
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-subnet.html */
export const subnet: CloudFormationKind<'subnet'> = {
  lacks: ({ desired: { vpcId, ipv6Index } }) =>
    ipv6Index !== null && !isRef(vpcId)
      ? ['its IPv6 range: it is counted from the range of a VPC that the template does not make']
      : [],
  blocks: (resource, { region, tagList }) => {
    const { desired } = resource;
    const block = ipv6Block(resource);
    return [
      {
        type: 'AWS::EC2::Subnet',
        body: {
          VpcId: desired.vpcId,
          AvailabilityZone: zoneIn(region, desired.zone),
          CidrBlock: desired.cidr,
          Ipv6CidrBlock: block,
          MapPublicIpOnLaunch: desired.publicIpOnLaunch,
          // Refused where there is no range to take addresses from.
          AssignIpv6AddressOnCreation: block === undefined ? undefined : desired.ipv6OnCreation,
          Tags: tagList(desired.tags),
        },
      },
    ];
  },
  attributes: { subnetId: 'Ref', ipv6Cidr: (_, __, at) => ({ 'Fn::Select': [0, at('Ipv6CidrBlocks')] }) },
};
