import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/internet_gateway */
export const internetGateway: TerraformKind<'internet-gateway'> = {
  blocks: ({ desired }, { tags }) => [
    { type: 'aws_internet_gateway', body: { vpc_id: desired.vpcId, tags: tags(desired.tags) } },
  ],
  attributes: { internetGatewayId: 'id' },
  importIds: ({ observed }) => [observed.internetGatewayId],
};
