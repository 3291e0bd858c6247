import { sha256Hex } from '../../../base/hash.ts';
import { eksVersions, latestPatch } from './kubernetes-patches.ts';

/** The families of EKS optimized images that this AWS publishes. */
export type EksImageFamily = 'al2023' | 'al2023-nvidia' | 'bottlerocket' | 'bottlerocket-nvidia';
export type Architecture = 'x86_64' | 'arm64';

export const eksImageFamilies: readonly EksImageFamily[] = [
  'al2023',
  'al2023-nvidia',
  'bottlerocket',
  'bottlerocket-nvidia',
];
export const architectures: readonly Architecture[] = ['x86_64', 'arm64'];

/** An EKS optimized image: what the public SSM parameters say of it too. */
export interface EksImage {
  readonly imageId: string;
  readonly name: string;
  /** `1.34.11-20261015` for AL2023, `1.52.0-3f2a9c1d` for Bottlerocket. */
  readonly releaseVersion: string;
  readonly version: string;
  readonly family: EksImageFamily;
  readonly architecture: Architecture;
}

const release = '20261015';
const bottlerocketRelease = '1.52.0';

const idOf = (...parts: readonly string[]): string => `ami-0${sha256Hex(parts.join(' ')).slice(0, 16)}`;

function describeImage(
  version: string,
  family: EksImageFamily,
  arch: Architecture,
): { name: string; releaseVersion: string } {
  if (family === 'bottlerocket' || family === 'bottlerocket-nvidia') {
    const build = sha256Hex(`${version} ${family} ${bottlerocketRelease}`).slice(0, 8);
    const variant = family === 'bottlerocket' ? `k8s-${version}` : `k8s-${version}-nvidia`;
    return {
      name: `bottlerocket-aws-${variant}-${arch === 'arm64' ? 'aarch64' : arch}-v${bottlerocketRelease}-${build}`,
      releaseVersion: `${bottlerocketRelease}-${build}`,
    };
  }
  const variant = family === 'al2023' ? 'standard' : 'nvidia';
  return {
    name: `amazon-eks-node-al2023-${arch}-${variant}-${version}-v${release}`,
    releaseVersion: `${latestPatch(version)}-${release}`,
  };
}

/** The image of a Kubernetes minor version (`1.34`), family and architecture in a region; undefined where AWS has none. */
export function eksImage(
  region: string,
  version: string,
  variant: { family: EksImageFamily; arch: Architecture },
): EksImage | undefined {
  const { family, arch } = variant;
  if (!eksVersions.some((one) => one.minor === version) || Number(version.split('.')[1]) < 23) return undefined;
  const facts = describeImage(version, family, arch);
  return { imageId: idOf(region, facts.name), ...facts, version, family, architecture: arch };
}

/** The id of an EKS optimized image in a region: always the same for the same arguments. */
export function eksImageId(
  region: string,
  version: string,
  family: EksImageFamily,
  arch: Architecture,
): string | undefined {
  return eksImage(region, version, { family, arch })?.imageId;
}

/** Every EKS optimized image of a region. */
export const eksImagesOf = (region: string): readonly EksImage[] =>
  eksVersions.flatMap(({ minor }) =>
    eksImageFamilies.flatMap((family) =>
      architectures.flatMap((arch) => eksImage(region, minor, { family, arch }) ?? []),
    ),
  );
