import images from './data/kubeadm-images.json' with { type: 'json' };
import data from './data/node-files.json' with { type: 'json' };

/** Programs that machines of a self-managed cluster install. */
export type NodeProgram =
  | 'containerd'
  | 'runc'
  | 'cni-plugins'
  | 'crictl'
  | 'kubelet'
  | 'kubeadm'
  | 'kubectl'
  | 'ecr-credential-provider'
  | 'aws-iam-authenticator'
  | 'helm';

/** As Go and the publishers call it. */
export type GoArchitecture = 'amd64' | 'arm64';

/** A file of a publisher. The digest (sha256, hexadecimal) is missing where only his checksum file says it. */
export interface NodeFile {
  readonly program: NodeProgram;
  readonly version: string;
  readonly url: string;
  readonly sha256?: string;
  readonly checksumUrl: string;
}

/** Versions of what does not follow from the version of Kubernetes, as of the catalog's date. */
export const pinnedVersions = {
  containerd: '2.3.4',
  runc: '1.4.3',
  'cni-plugins': '1.9.1',
  crictl: '1.35.0',
  'ecr-credential-provider': '1.31.7',
  'aws-iam-authenticator': '0.7.20',
  helm: '3.22.0',
} as const satisfies Partial<Record<NodeProgram, string>>;

const onGitHub = (repository: string, version: string): string =>
  `https://github.com/${repository}/releases/download/v${version}`;

type Place = (version: string, architecture: GoArchitecture) => { readonly url: string; readonly checksumUrl: string };

const withChecksum =
  (end: string, url: (version: string, architecture: GoArchitecture) => string): Place =>
  (version, architecture) => ({ url: url(version, architecture), checksumUrl: `${url(version, architecture)}${end}` });

const ofKubernetes = (program: string): Place =>
  withChecksum(
    '.sha256',
    (version, architecture) => `https://dl.k8s.io/release/v${version}/bin/linux/${architecture}/${program}`,
  );

/** Where publishers keep their files, and beside them their digests. */
const places: Readonly<Record<NodeProgram, Place>> = {
  kubelet: ofKubernetes('kubelet'),
  kubeadm: ofKubernetes('kubeadm'),
  kubectl: ofKubernetes('kubectl'),
  containerd: withChecksum(
    '.sha256sum',
    (version, architecture) =>
      `${onGitHub('containerd/containerd', version)}/containerd-${version}-linux-${architecture}.tar.gz`,
  ),
  runc: (version, architecture) => ({
    url: `${onGitHub('opencontainers/runc', version)}/runc.${architecture}`,
    checksumUrl: `${onGitHub('opencontainers/runc', version)}/runc.sha256sum`,
  }),
  'cni-plugins': withChecksum(
    '.sha256',
    (version, architecture) =>
      `${onGitHub('containernetworking/plugins', version)}/cni-plugins-linux-${architecture}-v${version}.tgz`,
  ),
  crictl: withChecksum(
    '.sha256',
    (version, architecture) =>
      `${onGitHub('kubernetes-sigs/cri-tools', version)}/crictl-v${version}-linux-${architecture}.tar.gz`,
  ),
  'ecr-credential-provider': withChecksum(
    '.sha256',
    (version, architecture) =>
      `https://artifacts.k8s.io/binaries/cloud-provider-aws/v${version}/linux/${architecture}/ecr-credential-provider-linux-${architecture}`,
  ),
  'aws-iam-authenticator': (version, architecture) => ({
    url: `${onGitHub('kubernetes-sigs/aws-iam-authenticator', version)}/aws-iam-authenticator_${version}_linux_${architecture}`,
    checksumUrl: `${onGitHub('kubernetes-sigs/aws-iam-authenticator', version)}/authenticator_${version}_checksums.txt`,
  }),
  helm: withChecksum(
    '.sha256sum',
    (version, architecture) => `https://get.helm.sh/helm-v${version}-linux-${architecture}.tar.gz`,
  ),
};

type Digests = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, string>>>>>>;

/** A program's file of a version, with its digest where the catalog has it. */
export function nodeFile(program: NodeProgram, version: string, architecture: GoArchitecture): NodeFile {
  const sha256 = (data.digests as Digests)[program]?.[version]?.[architecture];
  return { program, version, ...places[program](version, architecture), ...(sha256 === undefined ? {} : { sha256 }) };
}

export interface SelfManagedVersion {
  readonly minor: string;
  /** Patch versions whose files the catalog knows, oldest first. */
  readonly patches: readonly string[];
  /** Tags of kubeadm's images for the minor version. */
  readonly etcd: string;
  readonly coredns: string;
  readonly pause: string;
}

const numbers = (version: string): number[] => version.split('.').map(Number);
const byPatch = (a: string, b: string): number => numbers(a)[2]! - numbers(b)[2]!;

/** Kubernetes versions for which a self-managed control plane can be set up, oldest first. */
export const selfManagedVersions: readonly SelfManagedVersion[] = images.versions.map(
  ({ kubernetes, etcd, coredns, pause }) => {
    const minor = kubernetes.split('.').slice(0, 2).join('.');
    const patches = Object.keys(data.digests.kubeadm).filter((version) => version.startsWith(`${minor}.`));
    return { minor, patches: patches.sort(byPatch), etcd, coredns, pause };
  },
);

export const selfManagedVersion = (version: string): SelfManagedVersion | undefined =>
  selfManagedVersions.find(({ minor }) => minor === numbers(version).slice(0, 2).join('.'));

/** The patch version that a spec's version stands for: itself, or the newest one of a minor that the catalog has files of. */
export const patchFor = (version: string): string | undefined =>
  numbers(version).length === 3 ? version : selfManagedVersion(version)?.patches.at(-1);

const architectures: readonly GoArchitecture[] = ['amd64', 'arm64'];

/** Every file of the catalog, of every version that it knows. */
export const catalogFiles = (): readonly NodeFile[] =>
  (Object.keys(places) as NodeProgram[]).flatMap((program) => {
    const pinned = (pinnedVersions as Readonly<Partial<Record<NodeProgram, string>>>)[program];
    const versions = pinned === undefined ? selfManagedVersions.flatMap(({ patches }) => patches) : [pinned];
    return versions.flatMap((version) => architectures.map((architecture) => nodeFile(program, version, architecture)));
  });
