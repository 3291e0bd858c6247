import type { CloudFormationKind } from './cloudformation-kind.ts';
import { listOfTags } from './tags.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-eks-fargateprofile.html */
export const fargateProfile: CloudFormationKind<'fargate-profile'> = {
  blocks: ({ desired }, { tagList }) => [
    {
      type: 'AWS::EKS::FargateProfile',
      body: {
        ClusterName: desired.clusterName,
        FargateProfileName: desired.name,
        PodExecutionRoleArn: desired.podExecutionRoleArn,
        Subnets: desired.subnetIds,
        Selectors: desired.selectors.map(({ namespace, labels }) => ({
          Namespace: namespace,
          Labels: Object.keys(labels).length === 0 ? undefined : listOfTags(labels),
        })),
        Tags: tagList(desired.tags),
      },
    },
  ],
  attributes: { arn: 'Arn' },
  // EKS makes one profile of a cluster at a time and refuses the others.
  follows: ({ id }, { resources }) => {
    const before = resources.filter((other) => other.kind === 'fargate-profile' && other.id < id).map((one) => one.id);
    return before.sort().slice(-1);
  },
};
