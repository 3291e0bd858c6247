import type { Tags } from '../../model/field.ts';
import { clusterTag, exportedTag } from '../../model/tags.ts';

/** The tag by which Kubernetes' cloud controllers know what is a cluster's: `owned` goes with it, `shared` does not. */
export const kubernetesClusterTag = (cluster: string): string => `kubernetes.io/cluster/${cluster}`;
/** Set by the AWS Load Balancer Controller: https://kubernetes-sigs.github.io/aws-load-balancer-controller/ */
export const loadBalancerTag = 'elbv2.k8s.aws/cluster';
/** Set by the Amazon VPC CNI on interfaces that it makes. */
export const cniTag = 'cluster.k8s.amazonaws.com/name';
/** Set by the EBS CSI driver on volumes, without the name of a cluster. */
export const ebsCsiTag = 'ebs.csi.aws.com/cluster';
const ebsCsiNameTag = 'KubernetesCluster';

/** Ours, or what was exported for the cluster and is Terraform's or CloudFormation's: no controller made it. */
export const isOurs = (tags: Tags, cluster: string): boolean =>
  tags[clusterTag] === cluster || tags[exportedTag] === cluster;

/** Which tag says that a controller of the cluster made something; undefined where none does. */
export function madeFor(tags: Tags, cluster: string): string | undefined {
  const owner = kubernetesClusterTag(cluster);
  if (tags[owner] === 'owned') return `${owner}=owned`;
  if (tags[loadBalancerTag] === cluster) return `${loadBalancerTag}=${cluster}`;
  if (tags[cniTag] === cluster) return `${cniTag}=${cluster}`;
  if (ebsCsiTag in tags && tags[ebsCsiNameTag] === cluster) return `${ebsCsiTag} and ${ebsCsiNameTag}=${cluster}`;
  if (ebsCsiTag in tags && owner in tags) return `${ebsCsiTag} and ${owner}`;
  return undefined;
}
