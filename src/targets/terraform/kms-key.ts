import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_key */
export const kmsKey: TerraformKind<'kms-key'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_kms_key',
      body: {
        description: desired.description,
        policy: desired.keyPolicy,
        enable_key_rotation: desired.rotation,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { keyId: 'key_id', arn: 'arn' },
  importIds: ({ observed }) => [observed.keyId],
};
