import { selfManagedVersion } from '../../catalog/node-files.ts';
import type { ArchiveEntry } from './oci-layer.ts';

/**
 * Programs of images, by name: where each lies on this host. `kube` is the multi-call binary of Kubernetes and etcd; `flannel` the
 * CNI plugin. An image whose program is missing is not made.
 */
export type ImagePrograms = Readonly<Partial<Record<ImageProgram, string>>>;
export const imagePrograms = [
  'kube',
  'pause',
  'coredns',
  'flanneld',
  'flannel',
  'aws-cloud-controller-manager',
  'kubelet-csr-approver',
  'amazon-eks-pod-identity-webhook',
  'web',
] as const;
export type ImageProgram = (typeof imagePrograms)[number];

/** Layers that are not of one program: users and names; iptables and nft; `cp`. */
export type SharedLayer = 'system' | 'packet-filter' | 'copy';

export interface ImageRecipe {
  /** As at its publisher, without tag. */
  readonly name: string;
  readonly tag: string;
  readonly program: ImageProgram;
  /** Over the layer of the program: the largest is the lowest, so that a machine unpacks it once for all images that have it. */
  readonly above: readonly SharedLayer[];
  readonly entrypoint?: readonly string[];
}

/** Where the program of an image lies in it, as its publisher's charts and kubeadm's pods call it. */
export const programPlaces: Readonly<Record<ImageProgram, string>> = {
  kube: 'usr/local/bin/kube',
  pause: 'pause',
  coredns: 'coredns',
  flanneld: 'opt/bin/flanneld',
  flannel: 'flannel',
  'aws-cloud-controller-manager': 'bin/aws-cloud-controller-manager',
  'kubelet-csr-approver': 'kubelet-csr-approver',
  'amazon-eks-pod-identity-webhook': 'webhook',
  web: 'web',
};

/** Other names of the multi-call binary; the names pick the program. */
const kubeNames = [
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubectl',
  'etcd',
  'etcdctl',
  'etcdutl',
];

export const programEntries = (program: ImageProgram, file: string): readonly ArchiveEntry[] => [
  { path: programPlaces[program], file },
  ...(program === 'kube'
    ? kubeNames.map((name): ArchiveEntry => ({ path: `usr/local/bin/${name}`, link: 'kube' }))
    : []),
];

/** What every program may look for. Certificates of authorities are the machine's: charts mount them. */
export const systemEntries: readonly ArchiveEntry[] = [
  {
    path: 'etc/passwd',
    text: 'root:x:0:0:root:/root:/sbin/nologin\nnonroot:x:65532:65532::/:/sbin/nologin\nnobody:x:65534:65534::/:/sbin/nologin\n',
  },
  { path: 'etc/group', text: 'root:x:0:\nnonroot:x:65532:\nnobody:x:65534:\n' },
  { path: 'etc/nsswitch.conf', text: 'hosts: files dns\n' },
  { path: 'root', folder: true, mode: 0o700 },
  { path: 'run', folder: true },
  { path: 'tmp', folder: true, mode: 0o1777 },
];

const kubernetes = 'registry.k8s.io';
const started = (program: ImageProgram): readonly string[] => [`/${programPlaces[program]}`];

/** The images that kubeadm's pods and the seats' etcd run. */
function kubeadmImages(version: string): readonly ImageRecipe[] {
  const tags = selfManagedVersion(version);
  if (tags === undefined)
    throw new Error(`the catalog has no images of Kubernetes ${version}: see src/catalog/data/kubeadm-images.json`);
  const plane = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];
  const kube = { tag: `v${version}`, program: 'kube' } as const;
  return [
    ...plane.map((name) => ({ ...kube, name: `${kubernetes}/${name}`, above: ['system'] as const })),
    { ...kube, name: `${kubernetes}/kube-proxy`, above: ['system', 'packet-filter'] },
    { ...kube, name: `${kubernetes}/etcd`, tag: tags.etcd, above: ['system'] },
    { name: `${kubernetes}/pause`, tag: tags.pause, program: 'pause', above: [], entrypoint: started('pause') },
    {
      name: `${kubernetes}/coredns/coredns`,
      tag: tags.coredns,
      program: 'coredns',
      above: ['system'],
      entrypoint: started('coredns'),
    },
  ];
}

/**
 * The images of the charts, under the tags that charts and values ask for: the tag of the cloud controller is the one of
 * `src/model/build/self-managed/charts.ts`, whatever version of it could be built.
 */
const chartImages: readonly ImageRecipe[] = [
  {
    name: 'ghcr.io/flannel-io/flannel',
    tag: 'v0.28.9',
    program: 'flanneld',
    above: ['system', 'packet-filter'],
    entrypoint: started('flanneld'),
  },
  {
    name: 'ghcr.io/flannel-io/flannel-cni-plugin',
    tag: 'v1.9.1-flannel3',
    program: 'flannel',
    above: ['system', 'copy'],
  },
  {
    name: `${kubernetes}/provider-aws/cloud-controller-manager`,
    tag: 'v1.35.2',
    program: 'aws-cloud-controller-manager',
    above: ['system'],
    entrypoint: started('aws-cloud-controller-manager'),
  },
  {
    name: 'docker.io/postfinance/kubelet-csr-approver',
    tag: 'v1.2.14',
    program: 'kubelet-csr-approver',
    above: ['system'],
    entrypoint: started('kubelet-csr-approver'),
  },
  {
    name: 'public.ecr.aws/eks/amazon-eks-pod-identity-webhook',
    tag: 'v0.6.1',
    program: 'amazon-eks-pod-identity-webhook',
    above: ['system'],
    entrypoint: started('amazon-eks-pod-identity-webhook'),
  },
];

/** A web server of the tests, which no publisher has. */
const testImages: readonly ImageRecipe[] = [
  { name: 'quilla.test/web', tag: '1', program: 'web', above: ['system'], entrypoint: started('web') },
];

/** What a cluster of a version of Kubernetes pulls. */
export const imageRecipes = (version: string): readonly ImageRecipe[] => [
  ...kubeadmImages(version),
  ...chartImages,
  ...testImages,
];
