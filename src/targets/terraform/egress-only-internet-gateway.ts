import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/egress_only_internet_gateway */
export const egressOnlyInternetGateway: TerraformKind<'egress-only-internet-gateway'> = {
  blocks: ({ desired }, { tags }) => [
    { type: 'aws_egress_only_internet_gateway', body: { vpc_id: desired.vpcId, tags: tags(desired.tags) } },
  ],
  attributes: { egressOnlyInternetGatewayId: 'id' },
  importIds: ({ observed }) => [observed.egressOnlyInternetGatewayId],
};
