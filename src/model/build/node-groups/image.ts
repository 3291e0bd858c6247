import { instanceType } from '../../../catalog/instance-types.ts';
import type { NodeGroup } from '../../../spec/cluster.ts';

type Accelerator = 'nvidia' | 'neuron' | null;

/** Which drivers the image must bring: GPUs of families p and g are NVIDIA's (g4ad's are not), inf and trn are AWS's own. */
function acceleratorOf({ instanceTypes }: NodeGroup): Accelerator {
  const first = instanceTypes[0] ?? '';
  if (/^(inf|trn)\d/.test(first)) return 'neuron';
  const isNvidia = /^[pg]\d/.test(first) && !first.startsWith('g4ad') && (instanceType(first)?.gpus ?? 0) > 0;
  return isNvidia ? 'nvidia' : null;
}

/** EKS's name for the image family: https://docs.aws.amazon.com/eks/latest/APIReference/API_Nodegroup.html#AmazonEKS-Type-Nodegroup-amiType */
export function amiType(group: NodeGroup): string {
  const { image, architecture } = group;
  if (image.amiId !== undefined) return 'CUSTOM';
  const accelerator = acceleratorOf(group);
  const arch = architecture === 'arm64' ? 'ARM_64' : 'x86_64';
  if (image.family === 'bottlerocket') return `BOTTLEROCKET_${arch}${accelerator === 'nvidia' ? '_NVIDIA' : ''}`;
  return `AL2023_${arch}_${(accelerator ?? 'standard').toUpperCase()}`;
}

/** `1.36.2-20261015` names the image release v20261015 of 1.36.2. */
const releaseDate = (release: string): string => release.slice(release.lastIndexOf('-') + 1).replace(/^v/, '');

function al2023Parameter(group: NodeGroup, version: string): string {
  const variant = acceleratorOf(group) ?? 'standard';
  const folder = `/aws/service/eks/optimized-ami/${version}/amazon-linux-2023/${group.architecture}/${variant}`;
  const { release } = group.image;
  if (release === undefined) return `${folder}/recommended/image_id`;
  return `${folder}/amazon-eks-node-al2023-${group.architecture}-${variant}-${version}-v${releaseDate(release)}/image_id`;
}

/**
 * The public SSM parameter that holds the AMI of a group whose image EKS does not choose.
 * https://docs.aws.amazon.com/eks/latest/userguide/retrieve-ami-id.html and .../retrieve-ami-id-bottlerocket.html
 */
export function imageParameter(group: NodeGroup, version: string): string {
  if (group.image.family === 'al2023') return al2023Parameter(group, version);
  const variant = `aws-k8s-${version}${acceleratorOf(group) === 'nvidia' ? '-nvidia' : ''}`;
  return `/aws/service/bottlerocket/${variant}/${group.architecture}/${group.image.release ?? 'latest'}/image_id`;
}
