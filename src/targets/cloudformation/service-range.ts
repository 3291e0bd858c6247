import { cidr, overlaps } from '../../base/cidr.ts';

/** The two that EKS chooses from: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html */
const choices = ['10.100.0.0/16', '172.20.0.0/16'] as const;

/** A range for services that no range of the VPC overlaps, of those that EKS itself would choose from; undefined where both do. */
export const serviceRangeBeside = (vpcRanges: readonly string[]): string | undefined =>
  choices.find((choice) => !vpcRanges.some((range) => overlaps(cidr(range), cidr(choice))));
