import { defined } from '../../../base/defined.ts';
import { nearest } from '../../../base/nearest.ts';
import {
  type GoArchitecture,
  type NodeFile,
  type NodeProgram,
  nodeFile,
  patchFor,
  pinnedVersions,
} from '../../../catalog/node-files.ts';
import type { Architecture, Mirror, SelfManagedControlPlane, SpecWith } from '../../../spec/cluster.ts';

type Role = 'seat' | 'worker';

const ofWorkers = [
  'containerd',
  'runc',
  'cni-plugins',
  'crictl',
  'kubelet',
  'ecr-credential-provider',
  'aws-iam-authenticator',
] as const satisfies readonly NodeProgram[];
const programs: Readonly<Record<Role, readonly NodeProgram[]>> = {
  worker: ofWorkers,
  seat: [...ofWorkers, 'kubeadm', 'kubectl', 'helm'],
};

export const goArchitecture = (architecture: Architecture): GoArchitecture =>
  architecture === 'arm64' ? 'arm64' : 'amd64';

/** Host and path of a publisher's URL: where a mirror keeps the file, and how a spec names it. */
const placeOf = (url: string): string => url.replace(/^https:\/\//, '');

/** A file with the digest of the spec or the catalog; with none, only its publisher says it. */
export type InstalledFile = NodeFile & {
  /** Its digest is the spec's. */
  readonly own?: true;
};

/** What a machine installs, with the digests of the spec or the catalog; none for a version without a patch that it knows. */
export function filesOf(
  role: Role,
  of: SpecWith<SelfManagedControlPlane>,
  architecture: Architecture,
): readonly InstalledFile[] {
  const patch = patchFor(of.kubernetesVersion);
  if (patch === undefined) return [];
  return programs[role].map((program) => {
    const pinned = (pinnedVersions as Readonly<Partial<Record<NodeProgram, string>>>)[program];
    const file = nodeFile(program, pinned ?? patch, goArchitecture(architecture));
    const sha256 = of.controlPlane.mirror.digests?.[placeOf(file.url)];
    return sha256 === undefined ? file : { ...file, sha256, own: true };
  });
}

/** The files of a whole cluster, each once. */
function allFiles(spec: SpecWith<SelfManagedControlPlane>): readonly InstalledFile[] {
  const all = [
    ...filesOf('seat', spec, spec.controlPlane.architecture),
    ...spec.nodeGroups.flatMap(({ architecture }) => filesOf('worker', spec, architecture)),
  ];
  return [...new Map(all.map((file) => [file.url, file])).values()];
}

/** Those whose digests neither the spec nor the catalog has: only their publishers say them. */
export const filesWithoutDigest = (spec: SpecWith<SelfManagedControlPlane>): readonly NodeFile[] =>
  allFiles(spec).filter(({ sha256 }) => sha256 === undefined);

/** Digests of the spec for files that the cluster does not install, with what comes nearest. */
export function digestsOfNothing(spec: SpecWith<SelfManagedControlPlane>): readonly { place: string; near?: string }[] {
  const places = allFiles(spec).map(({ url }) => placeOf(url));
  return Object.keys(spec.controlPlane.mirror.digests ?? {})
    .filter((place) => !places.includes(place))
    .map((place) => ({ place, ...defined({ near: nearest(place, places) }) }));
}

/** The publisher's address, or where a mirror keeps what lies there. */
export const mirrored = (url: string, { files }: Mirror): string =>
  files === undefined ? url : `${files.replace(/\/$/, '')}/${placeOf(url)}`;
