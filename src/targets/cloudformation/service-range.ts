import { cidr, overlaps } from '../../base/cidr.ts';

/** Where the VPC has none of it EKS takes the first of the two, else the second: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
const ten = cidr('10.0.0.0/8');
const choices = ['10.100.0.0/16', '172.20.0.0/16'] as const;

/**
 * The range that EKS would choose for services beside these ranges of the VPC, or its other one where that is taken; undefined where
 * both are.
 */
export function serviceRangeBeside(vpcRanges: readonly string[]): string | undefined {
  const taken = vpcRanges.map(cidr);
  const inOrder = taken.some((range) => overlaps(range, ten)) ? [choices[1], choices[0]] : choices;
  return inOrder.find((choice) => !taken.some((range) => overlaps(range, cidr(choice))));
}
