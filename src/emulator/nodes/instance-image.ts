import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { eksImagesOf } from '../aws/ec2/eks-images.ts';
import { imagesOf } from '../aws/ec2/images.ts';
import { latestPatch } from '../aws/ec2/kubernetes-patches.ts';
import type { Turn } from '../call.ts';

/** What an EKS optimized image brings to a node. */
export interface NodeImage {
  readonly os: 'al2023' | 'bottlerocket';
  /** `1.34` */
  readonly kubernetes: string;
  /** `v1.34.11-eks-3025e55` */
  readonly kubeletVersion: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntimeVersion: string;
}

/** The image of an instance, where it is one that can become a node by itself; undefined for any other. */
export function nodeImageOf(turn: Turn, instance: InstanceRecord): NodeImage | undefined {
  const image = imagesOf(turn.region).find(({ id }) => id === instance.imageId);
  if (image?.kubernetes === undefined || image.os === 'ubuntu-24.04') return undefined;
  const release = eksImagesOf(turn.region).find(({ imageId }) => imageId === image.id)?.releaseVersion ?? '';
  const shared = {
    kubernetes: image.kubernetes,
    kubeletVersion: `v${latestPatch(image.kubernetes)}-eks-3025e55`,
    containerRuntimeVersion: 'containerd://2.1.4',
  };
  return image.os === 'bottlerocket'
    ? {
        ...shared,
        os: 'bottlerocket',
        osImage: `Bottlerocket OS ${release.split('-')[0]} (aws-k8s-${image.kubernetes})`,
        kernelVersion: '6.12.46',
      }
    : {
        ...shared,
        os: 'al2023',
        osImage: 'Amazon Linux 2023.9.20261013',
        kernelVersion: '6.12.46-66.121.amzn2023.x86_64',
      };
}
