/** A set of programs that one call of `go build` makes, from folders of test/kubernetes. */
export interface GoBuild {
  /** Also the name of its folder in the cache. */
  readonly name: string;
  /** Below test/kubernetes: their files together are the module. */
  readonly folders: readonly string[];
  /** What `go build` is told to build: `.`, or `tool` for all that the module's go.mod names as tools. */
  readonly what: '.' | 'tool';
  /** Programs that come of it. A single one may be called otherwise than its module. */
  readonly programs: readonly [string, ...string[]];
  readonly tags?: readonly string[];
  /** Variables of packages, set by the linker as the publisher's own build does. */
  readonly stamps?: Readonly<Record<string, string>>;
  /** Linked with C, and then with no shared library: needs gcc. */
  readonly linked?: 'libc' | 'libseccomp';
}

/** What upstream's build says of a release: https://github.com/kubernetes/kubernetes/blob/master/hack/lib/version.sh */
function kubernetesStamps(version: string): Readonly<Record<string, string>> {
  const [major, minor] = version.split('.');
  const values = { gitVersion: `v${version}`, gitMajor: major!, gitMinor: minor!, gitTreeState: 'clean' };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  return Object.fromEntries(
    packages.flatMap((each) => Object.entries(values).map(([name, value]) => [`${each}.${name}`, value])),
  );
}

/** Releases of Kubernetes that test/kubernetes has a module of. */
export const builtKubernetes = ['1.36.3', '1.37.2'] as const;

function kubernetes(version: string): GoBuild {
  if (!builtKubernetes.some((each) => each === version))
    throw new Error(
      `test/kubernetes has no module of Kubernetes ${version}, only of ${builtKubernetes.join(' and ')}: \`node test/kubernetes/pin-kubernetes.ts ${version}\` makes one, and src/machines/stock/go-builds.ts names it`,
    );
  const folder = `kubernetes-${version.split('.').slice(0, 2).join('.')}`;
  return {
    name: folder,
    folders: ['kubernetes', folder],
    what: '.',
    programs: ['kube'],
    stamps: kubernetesStamps(version),
  };
}

/** Plugins of github.com/containernetworking/plugins, without those for Windows. */
const plugins = [
  'bandwidth',
  'bridge',
  'dhcp',
  'dummy',
  'firewall',
  'host-device',
  'host-local',
  'ipvlan',
  'loopback',
  'macvlan',
  'portmap',
  'ptp',
  'sbr',
  'static',
  'tap',
  'tuning',
  'vlan',
  'vrf',
] as const;
export const cniPlugins: readonly string[] = plugins;

const buildVersion = 'github.com/containernetworking/plugins/pkg/utils/buildversion.BuildVersion';

/** Those that do not follow from the version of Kubernetes; the ones that a machine cannot boot without come first. */
const others: readonly GoBuild[] = [
  {
    name: 'containerd',
    folders: ['containerd'],
    what: 'tool',
    programs: ['containerd', 'containerd-shim-runc-v2', 'ctr'],
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
    stamps: { 'github.com/containerd/containerd/v2/version.Version': 'v2.3.4' },
  },
  // Without seccomp no pod with the profile RuntimeDefault would start, and kubeadm's have it.
  {
    name: 'runc',
    folders: ['runc'],
    what: 'tool',
    programs: ['runc'],
    tags: ['seccomp', 'netgo', 'osusergo'],
    linked: 'libseccomp',
  },
  {
    name: 'cni-plugins',
    folders: ['cni-plugins'],
    what: 'tool',
    programs: plugins as unknown as readonly [string, ...string[]],
    stamps: { [buildVersion]: 'v1.9.1' },
  },
  {
    name: 'crictl',
    folders: ['crictl'],
    what: 'tool',
    programs: ['crictl'],
    stamps: { 'sigs.k8s.io/cri-tools/pkg/version.Version': '1.36.0' },
  },
  {
    name: 'aws-iam-authenticator',
    folders: ['aws-iam-authenticator'],
    what: 'tool',
    programs: ['aws-iam-authenticator'],
    stamps: { 'sigs.k8s.io/aws-iam-authenticator/pkg.Version': 'v0.7.18' },
  },
  {
    name: 'helm',
    folders: ['helm'],
    what: 'tool',
    programs: ['helm'],
    stamps: { 'helm.sh/helm/v3/internal/version.version': 'v3.22.0' },
  },
  {
    name: 'cloud-provider-aws',
    folders: ['cloud-provider-aws'],
    what: 'tool',
    programs: ['aws-cloud-controller-manager', 'ecr-credential-provider'],
    stamps: { 'k8s.io/component-base/version.gitVersion': 'v1.35.3' },
  },
  { name: 'coredns', folders: ['coredns'], what: 'tool', programs: ['coredns'] },
  {
    name: 'flannel',
    folders: ['flannel'],
    what: 'tool',
    programs: ['flanneld'],
    tags: ['netgo', 'osusergo'],
    // Its backend for UDP is partly C.
    linked: 'libc',
    stamps: { 'github.com/flannel-io/flannel/pkg/version.Version': 'v0.28.9' },
  },
  {
    name: 'flannel-cni',
    folders: ['flannel-cni'],
    what: 'tool',
    programs: ['flannel'],
    stamps: { [buildVersion]: 'v0.9.1' },
  },
  { name: 'pause', folders: ['pause'], what: '.', programs: ['pause'] },
  { name: 'web', folders: ['web'], what: '.', programs: ['web'] },
  { name: 'kubelet-csr-approver', folders: ['kubelet-csr-approver'], what: '.', programs: ['kubelet-csr-approver'] },
];

/** All that a cluster of a version of Kubernetes is made of. Throws where test/kubernetes has no module of it. */
export const goBuilds = (version: string): readonly GoBuild[] => [kubernetes(version), ...others];
