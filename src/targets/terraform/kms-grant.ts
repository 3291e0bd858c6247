import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/kms_grant */
export const kmsGrant: TerraformKind<'kms-grant'> = {
  blocks: ({ desired }) => [
    {
      type: 'aws_kms_grant',
      body: {
        name: desired.name,
        key_id: desired.keyArn,
        grantee_principal: desired.granteeArn,
        operations: desired.operations,
      },
    },
  ],
  attributes: { grantId: 'grant_id' },
  importIds: ({ settled, observed }) => [`${settled.keyArn}:${observed.grantId}`],
};
