import { clusterTag, idTag } from '../../model/tags.ts';
import type { TerraformKind } from './terraform-kind.ts';

/** Its tags are no field, since no plan compares them: https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_instance_profile */
export const instanceProfile: TerraformKind<'instance-profile'> = {
  blocks: ({ id, desired }, { cluster, tags }) => [
    {
      type: 'aws_iam_instance_profile',
      body: {
        name: desired.name,
        path: desired.path,
        role: desired.roleName,
        tags: tags({ [clusterTag]: cluster, [idTag]: id }),
      },
    },
  ],
  attributes: { arn: 'arn' },
  importIds: ({ name }) => [name],
};
