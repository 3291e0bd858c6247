import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_openid_connect_provider */
export const oidcProvider: TerraformKind<'oidc-provider'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_iam_openid_connect_provider',
      body: { url: desired.url, client_id_list: desired.audiences, tags: tags(desired.tags) },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ observed }) => [observed.arn],
};
