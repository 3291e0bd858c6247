import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/key_pair */
export const keyPair: TerraformKind<'key-pair'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_key_pair',
      body: { key_name: desired.name, public_key: desired.publicKey, tags: tags(desired.tags) },
      notImported: ['public_key'],
    },
  ],
  attributes: { keyPairId: 'key_pair_id', keyName: 'key_name' },
  importIds: ({ settled }) => [settled.name],
};
