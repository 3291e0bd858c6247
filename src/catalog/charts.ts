/** A Helm chart of the catalog, by reference and pinned. */
export interface CatalogChart {
  /** Name of the release. */
  readonly name: string;
  readonly namespace: string;
  /** URL of the repository; `oci://` where it is a registry. */
  readonly repository: string;
  readonly chart: string;
  readonly version: string;
  /** Whether it is installed unless it is switched off. */
  readonly byDefault: boolean;
  /** The pod network that it is. */
  readonly forPodNetwork?: string;
  /** Calls AWS as a role of its own: without roles for pods it has none, and pods reach no metadata service. */
  readonly needsRole?: true;
  /** Where this version was seen, and when. */
  readonly source: string;
}

const system = { namespace: 'kube-system', byDefault: true } as const;

/**
 * What a self-managed cluster runs beside what kubeadm installs, in the order in which it is installed. A spec may name other versions.
 */
export const defaultCharts: readonly CatalogChart[] = [
  {
    ...system,
    name: 'cilium',
    repository: 'https://helm.cilium.io',
    chart: 'cilium',
    version: '1.20.2',
    source:
      "the Go module proxy: github.com/cilium/cilium, released 2026-09-15 (the chart bears the project's version)",
    forPodNetwork: 'cilium',
  },
  {
    name: 'tigera-operator',
    namespace: 'tigera-operator',
    byDefault: true,
    repository: 'https://docs.tigera.io/calico/charts',
    chart: 'tigera-operator',
    version: 'v3.31.5',
    source:
      'github.com/projectcalico/calico at tag v3.31.5, charts/tigera-operator; from 3.32 on definitions come as further charts',
    forPodNetwork: 'calico',
  },
  {
    name: 'flannel',
    namespace: 'kube-flannel',
    byDefault: true,
    repository: 'https://flannel-io.github.io/flannel',
    chart: 'flannel',
    version: 'v0.28.9',
    source: "the Go module proxy: github.com/flannel-io/flannel, released 2026-08-07, and the chart's own values.yaml",
    forPodNetwork: 'flannel',
  },
  {
    ...system,
    name: 'aws-vpc-cni',
    repository: 'https://aws.github.io/eks-charts',
    chart: 'aws-vpc-cni',
    version: '1.22.4',
    source:
      'the Go module proxy: github.com/aws/amazon-vpc-cni-k8s, released 2026-07-08, and the label helm.sh/chart of a cluster',
    forPodNetwork: 'vpc-cni',
  },
  {
    ...system,
    name: 'aws-cloud-controller-manager',
    repository: 'https://kubernetes.github.io/cloud-provider-aws',
    chart: 'aws-cloud-controller-manager',
    version: '0.0.12',
    source:
      'github.com/kubernetes/cloud-provider-aws, release helm-chart-aws-cloud-controller-manager-0.0.12, seen 2026-09-22',
  },
  {
    ...system,
    name: 'kubelet-csr-approver',
    repository: 'https://postfinance.github.io/kubelet-csr-approver',
    chart: 'kubelet-csr-approver',
    version: '1.2.14',
    source:
      'helm.sh/chart=kubelet-csr-approver-1.2.14 in the inventory of a cluster; pkg.go.dev has 1.2.15 of 2026-09-02',
  },
  {
    ...system,
    needsRole: true,
    name: 'amazon-eks-pod-identity-webhook',
    repository: 'https://jkroepke.github.io/helm-charts',
    chart: 'amazon-eks-pod-identity-webhook',
    version: '2.4.2',
    source: 'github.com/jkroepke/helm-charts, charts/amazon-eks-pod-identity-webhook/Chart.yaml',
  },
  {
    ...system,
    needsRole: true,
    name: 'aws-ebs-csi-driver',
    repository: 'https://kubernetes-sigs.github.io/aws-ebs-csi-driver',
    chart: 'aws-ebs-csi-driver',
    version: '2.64.0',
    source:
      'github.com/kubernetes-sigs/aws-ebs-csi-driver, tag helm-chart-aws-ebs-csi-driver-2.64.0, as packagers use it',
  },
  {
    ...system,
    needsRole: true,
    name: 'aws-node-termination-handler',
    repository: 'oci://public.ecr.aws/aws-ec2/helm',
    chart: 'aws-node-termination-handler',
    version: '0.27.2',
    source: 'in use in a public repository; pull request 1207 of the project prepared v1.25.3 on 2025-11-10',
  },
  {
    ...system,
    byDefault: false,
    name: 'metrics-server',
    repository: 'https://kubernetes-sigs.github.io/metrics-server',
    chart: 'metrics-server',
    version: '3.13.0',
    source: 'github.com/linode/apl-core pull request 2514 of 2025-09-10, which takes it from this repository',
  },
];
