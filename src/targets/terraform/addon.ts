import type { TerraformKind } from './terraform-kind.ts';

/** https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/eks_addon */
export const addon: TerraformKind<'addon'> = {
  blocks: ({ desired: { resolveConflicts = 'OVERWRITE', ...desired } }, { tags }) => [
    {
      type: 'aws_eks_addon',
      body: {
        cluster_name: desired.clusterName,
        addon_name: desired.addonName,
        addon_version: desired.version,
        configuration_values: desired.values,
        pod_identity_association: desired.podIdentities.map(({ serviceAccount, roleArn }) => ({
          service_account: serviceAccount,
          role_arn: roleArn,
        })),
        // There is nothing of the add-on to preserve when it is made, and the provider refuses the word.
        resolve_conflicts_on_create: resolveConflicts === 'PRESERVE' ? 'NONE' : resolveConflicts,
        resolve_conflicts_on_update: resolveConflicts,
        tags: tags(desired.tags),
      },
      notImported: ['resolve_conflicts_on_create', 'resolve_conflicts_on_update'],
    },
  ],
  attributes: { arn: 'arn', installedVersion: 'addon_version' },
  importIds: ({ settled }) => [`${settled.clusterName}:${settled.addonName}`],
};
