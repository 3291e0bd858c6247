import type { CloudFormationKind } from './cloudformation-kind.ts';

/** CloudFormation tags what it makes and nothing else. */
export const givenSubnetTags: CloudFormationKind<'given-subnet-tags'> = {
  whyNot: ({ desired: { subnetId, tags } }) =>
    `CloudFormation cannot tag a subnet that it did not make; load balancers do not find it until then: aws ec2 create-tags --resources ${subnetId} --tags ${Object.entries(
      tags,
    )
      .filter(([key]) => !key.startsWith('quilla.dev/'))
      .map(([key, value]) => `Key=${key},Value=${value}`)
      .join(' ')}`,
  blocks: () => [],
  attributes: { tagged: null },
};
