import { type Resource, refTo } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import type { Block, EmitContext, TerraformKind } from './terraform-kind.ts';

/** Terraform closes the group that it makes, so that what AWS lets out by itself is a rule of its own here, for each family of the VPC. */
function openRules(group: Resource<'security-group'>, { resource }: EmitContext): readonly Block[] {
  if (group.desired.openEgress !== true) return [];
  const { vpcId } = group.desired;
  const network = isRef(vpcId) ? resource(vpcId.$ref) : undefined;
  const hasIpv6 = network?.kind === 'vpc' && network.desired.ipv6 === true;
  const peers = [{ cidr_ipv4: '0.0.0.0/0' }, ...(hasIpv6 ? [{ cidr_ipv6: '::/0' }] : [])];
  return peers.map((peer) => ({
    type: 'aws_vpc_security_group_egress_rule',
    suffix: 'cidr_ipv6' in peer ? '_open_ipv6' : '_open_ipv4',
    body: { security_group_id: refTo(group, 'groupId'), ip_protocol: '-1', ...peer },
  }));
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group */
export const securityGroup: TerraformKind<'security-group'> = {
  blocks: (group, context) => [
    {
      type: 'aws_security_group',
      body: {
        vpc_id: group.desired.vpcId,
        name: group.desired.name,
        description: group.desired.description,
        tags: context.tags(group.desired.tags),
      },
    },
    ...openRules(group, context),
  ],
  attributes: { groupId: 'id' },
  importIds: ({ observed }) => [observed.groupId],
};
