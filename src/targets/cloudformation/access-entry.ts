import type { Resource } from '../../model/graph.ts';
import type { CloudFormationKind } from './cloudformation-kind.ts';

/** EKS gives nodes their group, and refuses groups and policies for them. */
const rights = ({ desired }: Resource<'access-entry'>) =>
  desired.entryType === 'STANDARD'
    ? {
        KubernetesGroups: desired.groups,
        AccessPolicies: desired.policies.map(({ policyArn, namespaces }) => ({
          PolicyArn: policyArn,
          AccessScope: namespaces.length === 0 ? { Type: 'cluster' } : { Type: 'namespace', Namespaces: namespaces },
        })),
      }
    : {};

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-accessentry.html */
export const accessEntry: CloudFormationKind<'access-entry'> = {
  blocks: (resource, { tagList }) => [
    {
      type: 'AWS::EKS::AccessEntry',
      body: {
        ClusterName: resource.desired.clusterName,
        PrincipalArn: resource.desired.principalArn,
        Type: resource.desired.entryType,
        Username: resource.desired.username,
        ...rights(resource),
        Tags: tagList(resource.desired.tags),
      },
    },
  ],
  attributes: { arn: 'AccessEntryArn' },
};
