import type { CloudFormationKind } from './cloudformation-kind.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-addon.html */
export const addon: CloudFormationKind<'addon'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EKS::Addon',
      body: {
        ClusterName: desired.clusterName,
        AddonName: desired.addonName,
        AddonVersion: desired.version,
        ConfigurationValues: desired.values,
        PodIdentityAssociations:
          desired.podIdentities.length === 0
            ? undefined
            : desired.podIdentities.map(({ serviceAccount, roleArn }) => ({
                ServiceAccount: serviceAccount,
                RoleArn: roleArn,
              })),
        // Unless told otherwise the spec is what holds.
        ResolveConflicts: desired.resolveConflicts ?? 'OVERWRITE',
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Arn', installedVersion: null },
};
