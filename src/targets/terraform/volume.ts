import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/ebs_volume */
export const volume: TerraformKind<'volume'> = {
  blocks: ({ desired }, { tags }) => [
    {
      type: 'aws_ebs_volume',
      body: {
        availability_zone: desired.zone,
        encrypted: desired.encrypted,
        kms_key_id: desired.kmsKeyArn,
        size: desired.size,
        type: desired.volumeType,
        iops: desired.iops,
        throughput: desired.throughput,
        tags: tags(desired.tags),
      },
    },
  ],
  attributes: { volumeId: 'id' },
  importIds: ({ observed }) => [observed.volumeId],
};
