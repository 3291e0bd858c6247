import type { CodeTable } from '../base/diagnostic.ts';

/** The self-managed control plane, and what goes with one control plane only. */
export const selfManagedCodes = {
  'spec.eks-only': {
    severity: 'error',
    summary: 'A field is for EKS only',
    explanation:
      'The field is about something that AWS runs or installs: with a self-managed control plane there is nothing that it could mean. The message says what does the same there, where something does.',
  },
  'spec.self-managed-only': {
    severity: 'error',
    summary: 'A field is for a self-managed control plane only',
    explanation:
      'The field is about something that AWS decides with EKS: which pod network comes with the cluster, how machines are set up, which patch of Kubernetes runs. The message says what does the same there, where something does.',
  },
  'spec.pod-network-gone': {
    severity: 'error',
    summary: 'A pod network is not offered',
    explanation:
      'The pod network is no longer maintained, or was never one that Quilla installs. A network without maintenance gets no fixes for security and none for new kernels, and it cannot be changed later without a new cluster. Use cilium, calico, flannel or vpc-cni; with `none` a chart in `addons`, or you, bring another.',
  },
  'spec.pod-network-fields': {
    severity: 'error',
    summary: 'A field does not go with the pod network',
    explanation:
      'With vpc-cni pods have addresses of the VPC: there is no range and nothing is wrapped. The others are overlays: `vxlan` wraps all traffic, calico alone can wrap only what crosses subnets. Prefixes are a setting of vpc-cni. Cilium and calico always enforce NetworkPolicy; flannel never does, nor does vpc-cni outside EKS, since its controller runs in the control plane of EKS.',
  },
  'spec.seat-count': {
    severity: 'error',
    summary: 'The number of seats must be odd',
    explanation:
      'etcd writes only while more than half of its members are there. Two seats stand as little loss as one, and are lost twice as often; four as little as three. Use one seat for development, three or five for production; with more than seven every write waits for too many. https://etcd.io/docs/v3.6/faq/',
  },
  'spec.many-seats': {
    severity: 'warning',
    summary: 'More than five seats make the cluster slower',
    explanation:
      'Every write to etcd waits for more than half of the seats. Five seats stand the loss of two, which is more than most clusters ever see. https://etcd.io/docs/v3.6/faq/',
  },
  'spec.single-seat': {
    severity: 'note',
    summary: 'A single seat is for development',
    explanation:
      'With one seat the API is away while its instance is replaced, some minutes, and everything that is newer than the last snapshot is gone if its volume is lost. Pods keep running meanwhile. Use three seats for production.',
  },
  'spec.seat-places': {
    severity: 'error',
    summary: 'The places of the seats do not fit',
    explanation:
      'Each entry of `zones` or `subnets` is the place of one seat. With `count` the entries are taken in turn, so that there may be fewer than seats, and not more.',
  },
  'spec.seats-in-one-zone': {
    severity: 'warning',
    summary: 'The loss of one zone would stop the control plane',
    explanation:
      'Half of the seats or more are in one zone. When it fails etcd has no majority, and the API is away until the zone is back. Spread three seats over three zones.',
  },
  'spec.small-seat': {
    severity: 'error',
    summary: 'An instance type is too small for a seat',
    explanation:
      'kubeadm wants two CPUs and 1700 MiB of memory for a machine with an API server and refuses less; etcd runs beside it. https://kubernetes.io/docs/setup/production-environment/tools/kubeadm/install-kubeadm/',
  },
  'spec.bad-host-setting': {
    severity: 'error',
    summary: 'A setting of the machines is not well formed',
    explanation:
      'Files have an absolute path and an octal mode in quotes, packages the names that dnf or apt-get know, one entry each, and sysctls names with dots. They end up in commands that run as root, so what means something to a shell is refused.',
  },
  'spec.bad-flag': {
    severity: 'error',
    summary: 'A flag or feature gate is not well formed',
    explanation:
      'Flags are given without the dashes before them (`max-requests-inflight: "800"`), feature gates by their names, which begin with a capital, and true or false.',
  },
  'spec.unlisted-flag': {
    severity: 'warning',
    summary: 'A flag or feature gate is not known',
    explanation:
      'A program that is told a flag or feature gate which it does not have ends at its start, on every seat at its next boot. The catalog has the names of one version of Kubernetes; a name that came or went with another version is right all the same.',
  },
  'spec.reserved-flag': {
    severity: 'error',
    summary: 'A flag is set by Quilla',
    explanation:
      'The flag is part of how the control plane holds together or is kept safe: addresses, certificates, authentication, what the spec has a field for. Another value would break seats at their next boot, so it is refused now. The message says why, and which field to use where there is one.',
  },
  'spec.bad-url': {
    severity: 'error',
    summary: 'An address of files, images or charts is not well formed',
    explanation:
      'Files come by https, without names and passwords in the address, which user data would show. Images come from a registry and a path in it, written without a scheme. Charts come from https or oci.',
  },
  'spec.bad-audit-policy': {
    severity: 'error',
    summary: 'An audit policy is not one',
    explanation:
      'The API server does not start with an audit policy that it cannot read. It is a mapping with `apiVersion: audit.k8s.io/v1`, `kind: Policy` and a list `rules`, each with a `level`. https://kubernetes.io/docs/tasks/debug/debug-cluster/audit/',
  },
  'spec.dns-name-not-in-zone': {
    severity: 'error',
    summary: 'The name of the API is not in its zone',
    explanation:
      'A record can be made only in the zone that ends its name: api.demo.example.com in example.com. The zone itself is no name for the API, since other records have their place there.',
  },
  'spec.bad-digest': {
    severity: 'error',
    summary: 'Digests of files in a mirror are wrong',
    explanation:
      "`mirror.digests` names files by the host and path of their publishers' URL, without https://, each with its sha256 as `sha256sum` prints it. It needs `mirror.files`: what publishers keep has the digests that they tell.",
  },
  'spec.mirror-needed': {
    severity: 'error',
    summary: 'Machines could not fetch what they need',
    explanation:
      'At boot seats and nodes fetch Kubernetes, containerd and images, and seats the charts of the pod network and more. Without NAT there is no way to their publishers: name mirrors that can be reached (`mirror.files`, `mirror.images` and `mirror.charts`, such as a bucket and ECR behind the endpoints), or give the network a way to the internet.',
  },
  'spec.bastion-without-ssh': {
    severity: 'error',
    summary: 'A bastion needs a key',
    explanation:
      'The bastion lets SSH through to seats and nodes, and without `access.ssh` there is no key for any of them. Session Manager needs neither: `quilla shell`.',
  },
  'spec.ssh-unreachable': {
    severity: 'warning',
    summary: 'Nobody can use SSH from there',
    explanation:
      'Seats and nodes in private subnets have no address on the internet, so that a range of the internet in `access.ssh.from` opens nothing. A bastion (`access.bastion`) is reached from there; Session Manager (`quilla shell`) needs no open port at all.',
  },
  'spec.chart': {
    severity: 'error',
    summary: 'A chart cannot be installed like this',
    explanation:
      'With a self-managed control plane an add-on is a Helm chart by reference. The catalog has some by name; any other needs `chart` (repository and name) and `version`, since everything that runs is pinned. coredns and kube-proxy come from kubeadm, with the version that goes with Kubernetes: they can be switched off and no more.',
  },
} as const satisfies CodeTable;

/** Versions of Kubernetes on a control plane of one's own. */
export const selfManagedVersionCodes = {
  'spec.version-not-in-catalog': {
    severity: 'error',
    summary: 'The catalog has no files of this Kubernetes version',
    explanation:
      'A self-managed control plane is set up from files and images that are pinned by their digests, and the catalog has those of some versions. A minor version (1.36) takes the newest patch; a patch (1.36.3) pins one.',
  },
  'spec.version-unmaintained': {
    severity: 'warning',
    summary: 'Kubernetes no longer maintains this version',
    explanation:
      'The upstream project ended its support, so that nobody fixes flaws in it any more. AWS does not do it either: extended support is for EKS. Upgrade one minor version at a time. https://kubernetes.io/releases/patch-releases/',
  },
} as const satisfies CodeTable;
