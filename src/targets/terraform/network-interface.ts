import type { TerraformKind } from './terraform-kind.ts';

/** The subnet gives the address: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/network_interface */
export const networkInterface: TerraformKind<'network-interface'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_network_interface',
      body: {
        subnet_id: desired.subnetId,
        description: desired.description,
        security_groups: desired.securityGroupIds,
        source_dest_check: desired.sourceDestCheck,
        tags: tags(desired.tags),
        // The machine of the seat attaches it to itself.
        lifecycle: { ignore_changes: ['attachment'] },
      },
    },
  ],
  attributes: { networkInterfaceId: 'id', privateIp: 'private_ip' },
  importIds: ({ observed }) => [observed.networkInterfaceId],
};
