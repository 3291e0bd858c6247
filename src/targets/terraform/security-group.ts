import { type Resource, refTo } from '../../model/graph.ts';
import { isRef } from '../../model/value.ts';
import type { Block, EmitContext, TerraformKind } from './terraform-kind.ts';

type Group = Resource<'security-group'>;

/** Where everything may go by what AWS lets out by itself, for each family of the VPC. */
function openTo(group: Group, { resource }: EmitContext): readonly ('0.0.0.0/0' | '::/0')[] {
  if (group.desired.openEgress !== true) return [];
  const { vpcId } = group.desired;
  const network = isRef(vpcId) ? resource(vpcId.$ref) : undefined;
  return network?.kind === 'vpc' && network.desired.ipv6 === true ? ['0.0.0.0/0', '::/0'] : ['0.0.0.0/0'];
}

/** Terraform closes the group that it makes, so that what AWS lets out by itself is a rule of its own here. */
const openRules = (group: Group, context: EmitContext): Block[] =>
  openTo(group, context).map((range) => {
    const isIpv6 = range === '::/0';
    return {
      type: 'aws_vpc_security_group_egress_rule',
      suffix: isIpv6 ? '_open_ipv6' : '_open_ipv4',
      body: {
        security_group_id: refTo(group, 'groupId'),
        ip_protocol: '-1',
        ...(isIpv6 ? { cidr_ipv6: range } : { cidr_ipv4: range }),
      },
    };
  });

/** The same in the group itself: AWS's own rule bears no tag by which its id could be found, so that it cannot be imported. */
const openInside = (group: Group, context: EmitContext): readonly object[] =>
  openTo(group, context).map((range) => ({
    description: '',
    protocol: '-1',
    from_port: 0,
    to_port: 0,
    cidr_blocks: range === '::/0' ? [] : [range],
    ipv6_cidr_blocks: range === '::/0' ? [range] : [],
    prefix_list_ids: [],
    security_groups: [],
    self: false,
  }));

function groupBlock(group: Group, context: EmitContext): Block {
  const { vpcId, name, description, tags } = group.desired;
  const egress = context.imports ? openInside(group, context) : [];
  return {
    type: 'aws_security_group',
    body: {
      vpc_id: vpcId,
      name,
      description,
      ...(egress.length === 0 ? {} : { egress }),
      tags: context.tags(tags),
    },
    // Rules that stand beside it are none of its own.
    ...(egress.length === 0 ? {} : { notImported: ['egress'] }),
  };
}

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/security_group */
export const securityGroup: TerraformKind<'security-group'> = {
  blocks: (group, context) => [groupBlock(group, context), ...(context.imports ? [] : openRules(group, context))],
  attributes: { groupId: 'id' },
  importIds: ({ observed }) => [observed.groupId],
};
