import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_alias */
export const kmsAlias: TerraformKind<'kms-alias'> = {
  blocks: ({ desired }) => [{ type: 'aws_kms_alias', body: { name: desired.name, target_key_id: desired.keyId } }],
  attributes: { arn: 'arn' },
  importIds: ({ name }) => [name],
};
