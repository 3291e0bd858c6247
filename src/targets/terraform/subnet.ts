import type { Resource } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import { type Code, code } from './expression.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** The /64 of that number in the VPC's /56. */
function ipv6Block({ desired: { vpcId, ipv6Index } }: Resource<'subnet'>): Code | undefined {
  if (ipv6Index === null || !isRef(vpcId)) return undefined;
  return code`cidrsubnet(${{ $ref: vpcId.$ref, field: 'ipv6Cidr' }}, 8, ${ipv6Index})`;
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/subnet */
export const subnet: TerraformKind<'subnet'> = {
  lacks: ({ desired: { vpcId, ipv6Index } }) =>
    ipv6Index !== null && !isRef(vpcId)
      ? ['its IPv6 range: it is counted from the range of a VPC that the configuration does not make']
      : [],
  blocks: (subnet, { tags }) => [
    {
      type: 'aws_subnet',
      body: {
        vpc_id: subnet.desired.vpcId,
        availability_zone: subnet.desired.zone,
        cidr_block: subnet.desired.cidr,
        ipv6_cidr_block: ipv6Block(subnet),
        map_public_ip_on_launch: subnet.desired.publicIpOnLaunch,
        assign_ipv6_address_on_creation: subnet.desired.ipv6OnCreation,
        tags: tags(subnet.desired.tags),
      },
    },
  ],
  attributes: { subnetId: 'id', ipv6Cidr: 'ipv6_cidr_block' },
  importIds: ({ observed }) => [observed.subnetId],
};
