import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy */
export const policy: TerraformKind<'policy'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_iam_policy',
      body: {
        name: desired.name,
        path: desired.path,
        description: desired.description,
        policy: desired.document,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ observed }) => [observed.arn],
};
