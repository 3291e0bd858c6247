import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { type Architecture, type EksImage, type EksImageFamily, eksImage } from '../ec2/eks-images.ts';
import { invalidParameter } from './errors.ts';

interface Variant {
  readonly family: EksImageFamily;
  readonly arch: Architecture;
}

/** The AMI types that this AWS publishes images of. */
const variants: Readonly<Record<string, Variant>> = {
  AL2023_x86_64_STANDARD: { family: 'al2023', arch: 'x86_64' },
  AL2023_ARM_64_STANDARD: { family: 'al2023', arch: 'arm64' },
  AL2023_x86_64_NVIDIA: { family: 'al2023-nvidia', arch: 'x86_64' },
  AL2023_ARM_64_NVIDIA: { family: 'al2023-nvidia', arch: 'arm64' },
  BOTTLEROCKET_x86_64: { family: 'bottlerocket', arch: 'x86_64' },
  BOTTLEROCKET_ARM_64: { family: 'bottlerocket', arch: 'arm64' },
  BOTTLEROCKET_x86_64_NVIDIA: { family: 'bottlerocket-nvidia', arch: 'x86_64' },
  BOTTLEROCKET_ARM_64_NVIDIA: { family: 'bottlerocket-nvidia', arch: 'arm64' },
};

export const isBottlerocket = (amiType: string): boolean => amiType.startsWith('BOTTLEROCKET');

/** The architecture of an AMI type; undefined for CUSTOM, whose image says it. */
export const architectureOf = (amiType: string): Architecture | undefined => variants[amiType]?.arch;

/** The image of an AMI type for a Kubernetes minor. Throws as EKS does for an AMI type that a version no longer has. */
export function nodeImage(turn: Turn, amiType: string, version: string): EksImage {
  const variant = variants[amiType];
  if (variant === undefined) {
    if (amiType.startsWith('AL2_') && Number(version.slice(2)) >= 33) {
      throw invalidParameter(`Requested AMI for this version ${version} is not supported`);
    }
    throw new AwsError(
      'NotImplemented',
      `The embedded AWS has no images of AMI type ${amiType}: ${Object.keys(variants).join(', ')}, CUSTOM`,
      501,
    );
  }
  const image = eksImage(turn.region, version, variant);
  if (image === undefined) throw invalidParameter(`Requested AMI for this version ${version} is not supported`);
  return image;
}
