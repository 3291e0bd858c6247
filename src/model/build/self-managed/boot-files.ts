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

/** What a machine installs, with the digests that the catalog has; none for a version without a patch that it knows. */
export function filesOf(role: Role, kubernetesVersion: string, architecture: Architecture): readonly NodeFile[] {
  const patch = patchFor(kubernetesVersion);
  if (patch === undefined) return [];
  return programs[role].map((program) => {
    const pinned = (pinnedVersions as Readonly<Partial<Record<NodeProgram, string>>>)[program];
    return nodeFile(program, pinned ?? patch, goArchitecture(architecture));
  });
}

/** The files of a whole cluster whose digests the catalog lacks: only their publishers say them. */
export function filesWithoutDigest(spec: SpecWith<SelfManagedControlPlane>): readonly NodeFile[] {
  const { kubernetesVersion, controlPlane, nodeGroups } = spec;
  const all = [
    ...filesOf('seat', kubernetesVersion, controlPlane.architecture),
    ...nodeGroups.flatMap(({ architecture }) => filesOf('worker', kubernetesVersion, architecture)),
  ];
  const missing = all.filter(({ sha256 }) => sha256 === undefined);
  return missing.filter(({ url }, i) => missing.findIndex((other) => other.url === url) === i);
}

/** The publisher's address, or where a mirror keeps what lies there. */
export const mirrored = (url: string, { files }: Mirror): string =>
  files === undefined ? url : `${files.replace(/\/$/, '')}/${url.replace(/^https:\/\//, '')}`;
