import type { Chart } from '../../nodes/self-managed/cluster-state.ts';
import { addonSettings } from '../addons/settings.ts';
import {
  budget,
  container,
  csiDriver,
  daemonSet,
  deployment,
  everywhere,
  type Running,
  type Site,
  serviceAccount,
  type Workload,
} from '../addons/workload-parts.ts';
import { isData } from '../data.ts';
import type { KubernetesState } from '../state.ts';

/** What a chart is built with. */
interface ChartSite extends Site {
  readonly values: Readonly<Record<string, unknown>>;
}

interface Part {
  readonly name: string;
  readonly labels?: Record<string, string>;
  readonly image: string;
  readonly account?: string;
  readonly pod?: Running['pod'];
  readonly replicas?: number;
}

const running = ({ name, labels, image, account, pod }: Part): Running => ({
  name,
  labels: labels ?? { 'app.kubernetes.io/name': name },
  account: account ?? name,
  priority: 'system-cluster-critical',
  containers: [container(name, image, '25m')],
  ...(pod === undefined ? {} : { pod }),
});

const node = (site: ChartSite, part: Part): Workload =>
  daemonSet(site, {
    ...running(part),
    priority: 'system-node-critical',
    pod: { hostNetwork: true, tolerations: [...everywhere], ...part.pod },
  });
const central = (site: ChartSite, part: Part): Workload => deployment(site, part.replicas ?? 1, running(part));

const onControlPlane = {
  hostNetwork: true,
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  tolerations: [...everywhere],
};

/** `values.a.b` where each is a mapping. */
function valueAt(site: ChartSite, ...path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (isData(value) ? value[name] : undefined), site.values);
}

/** The service account of a chart with the annotations that its values give. */
function account(site: ChartSite, name: string, ...path: readonly string[]): Workload {
  const annotations = valueAt(site, ...path, 'serviceAccount', 'annotations');
  const { plural, object } = serviceAccount(site, name);
  return isData(annotations)
    ? {
        plural,
        object: { ...object, metadata: { ...object.metadata, annotations: annotations as Record<string, string> } },
      }
    : { plural, object };
}

const cilium = (site: ChartSite): Workload[] => [
  account(site, 'cilium'),
  account(site, 'cilium-operator'),
  node(site, {
    name: 'cilium',
    labels: { 'k8s-app': 'cilium', 'app.kubernetes.io/name': 'cilium-agent' },
    image: site.image('cilium/cilium'),
    pod: { initContainers: [container('config', site.image('cilium/cilium'))] },
  }),
  central(site, {
    name: 'cilium-operator',
    labels: { 'io.cilium/app': 'operator', name: 'cilium-operator' },
    image: site.image('cilium/operator-generic'),
    replicas:
      typeof valueAt(site, 'operator', 'replicas') === 'number' ? Number(valueAt(site, 'operator', 'replicas')) : 2,
    pod: { hostNetwork: true, tolerations: [...everywhere] },
  }),
];

/** The operator makes the rest in a namespace of its own. */
function calico(site: ChartSite): Workload[] {
  const made = { ...site, namespace: 'calico-system' };
  return [
    account(site, 'tigera-operator'),
    central(site, {
      name: 'tigera-operator',
      labels: { 'k8s-app': 'tigera-operator' },
      image: site.image('tigera/operator'),
      pod: { hostNetwork: true, tolerations: [...everywhere] },
    }),
    node(made, { name: 'calico-node', labels: { 'k8s-app': 'calico-node' }, image: site.image('calico/node') }),
    central(made, {
      name: 'calico-typha',
      labels: { 'k8s-app': 'calico-typha' },
      image: site.image('calico/typha'),
      pod: { hostNetwork: true, tolerations: [...everywhere] },
    }),
    central(made, {
      name: 'calico-kube-controllers',
      labels: { 'k8s-app': 'calico-kube-controllers' },
      image: site.image('calico/kube-controllers'),
    }),
  ];
}

const flannel = (site: ChartSite): Workload[] => [
  account(site, 'flannel'),
  node(site, {
    name: 'kube-flannel-ds',
    labels: { app: 'flannel', tier: 'node' },
    image: site.image('flannel-io/flannel'),
    account: 'flannel',
    pod: { initContainers: [container('install-cni', site.image('flannel-io/flannel-cni-plugin'))] },
  }),
];

const vpcCni = (site: ChartSite): Workload[] => [
  account(site, 'aws-node'),
  node(site, {
    name: 'aws-node',
    labels: { 'k8s-app': 'aws-node', 'app.kubernetes.io/name': 'aws-node' },
    image: site.image('amazon-k8s-cni'),
    pod: { initContainers: [container('aws-vpc-cni-init', site.image('amazon-k8s-cni-init'), '25m')] },
  }),
];

const cloudController = (site: ChartSite): Workload[] => [
  account(site, 'cloud-controller-manager'),
  node(site, {
    name: 'aws-cloud-controller-manager',
    labels: { 'k8s-app': 'aws-cloud-controller-manager' },
    image: site.image('provider-aws/cloud-controller-manager'),
    account: 'cloud-controller-manager',
    pod: onControlPlane,
  }),
];

function ebsCsi(site: ChartSite): Workload[] {
  const labels = { app: 'ebs-csi-controller', 'app.kubernetes.io/name': 'aws-ebs-csi-driver' };
  const own = { ...site, settings: addonSettings(JSON.stringify(valueAt(site, 'controller') ?? {})) };
  const image = site.image('ebs-csi-driver/aws-ebs-csi-driver');
  return [
    account(site, 'ebs-csi-controller-sa', 'controller'),
    account(site, 'ebs-csi-node-sa', 'node'),
    csiDriver('ebs.csi.aws.com'),
    central(own, { name: 'ebs-csi-controller', labels, image, account: 'ebs-csi-controller-sa', replicas: 2 }),
    budget(site, 'ebs-csi-controller', labels),
    node(site, {
      name: 'ebs-csi-node',
      labels: { app: 'ebs-csi-node', 'app.kubernetes.io/name': 'aws-ebs-csi-driver' },
      image,
      account: 'ebs-csi-node-sa',
      pod: { hostNetwork: false },
    }),
    ...storageClasses(site),
  ];
}

function storageClasses(site: ChartSite): Workload[] {
  const given = valueAt(site, 'storageClasses');
  return (Array.isArray(given) ? given.filter(isData) : []).map(({ name, annotations, ...rest }) => ({
    plural: 'storageclasses',
    object: {
      metadata: {
        name: String(name),
        ...(isData(annotations) ? { annotations: annotations as Record<string, string> } : {}),
      },
      provisioner: 'ebs.csi.aws.com',
      reclaimPolicy: 'Delete',
      ...rest,
    },
  }));
}

const terminationHandler = (site: ChartSite): Workload[] => [
  account(site, 'aws-node-termination-handler'),
  central(site, {
    name: 'aws-node-termination-handler',
    labels: { 'app.kubernetes.io/name': 'aws-node-termination-handler' },
    image: site.image('aws-ec2/aws-node-termination-handler'),
    pod: podOf(site),
  }),
];

const csrApprover = (site: ChartSite): Workload[] => [
  account(site, 'kubelet-csr-approver'),
  central(site, {
    name: 'kubelet-csr-approver',
    image: site.image('postfinance/kubelet-csr-approver'),
    pod: podOf(site),
  }),
];

const metricsServer = (site: ChartSite): Workload[] => [
  account(site, 'metrics-server'),
  central(site, { name: 'metrics-server', image: site.image('metrics-server/metrics-server') }),
];

const podIdentityWebhook = (site: ChartSite): Workload[] => [
  account(site, 'pod-identity-webhook'),
  central(site, {
    name: 'pod-identity-webhook',
    image: site.image('eks/amazon-eks-pod-identity-webhook'),
    pod: podOf(site),
  }),
  {
    plural: 'mutatingwebhookconfigurations',
    object: { metadata: { name: 'pod-identity-webhook' }, webhooks: [] },
  },
];

/** What the values of most charts say about where their pods run. */
function podOf(site: ChartSite): NonNullable<Running['pod']> {
  const hostNetwork = valueAt(site, 'useHostNetwork') ?? valueAt(site, 'hostNetwork');
  return hostNetwork === true ? { hostNetwork: true } : {};
}

const charts: Readonly<Record<string, (site: ChartSite) => Workload[]>> = {
  cilium,
  'tigera-operator': calico,
  flannel,
  'aws-vpc-cni': vpcCni,
  'aws-cloud-controller-manager': cloudController,
  'aws-ebs-csi-driver': ebsCsi,
  'aws-node-termination-handler': terminationHandler,
  'kubelet-csr-approver': csrApprover,
  'metrics-server': metricsServer,
  'amazon-eks-pod-identity-webhook': podIdentityWebhook,
  'pod-identity-webhook': podIdentityWebhook,
};

/** Whether an embedded AWS knows what a chart runs. */
export const knowsChart = ({ chart }: Chart): boolean => charts[chartName(chart)] !== undefined;

/** The last part of `oci://registry/path/name` or of a plain name. */
const chartName = (chart: string): string => chart.split('/').at(-1)!;

/** The objects that a chart brings; none for one that is not known here. */
export function workloadsOfChart(state: KubernetesState, chart: Chart): Workload[] {
  const site: ChartSite = {
    state,
    addon: { cluster: state.name, name: chart.name, version: chart.version },
    namespace: chart.namespace,
    settings: addonSettings(JSON.stringify(chart.values)),
    values: chart.values,
    image: (repository, tag = chart.version) => `${repository}:${tag.startsWith('v') ? tag : `v${tag}`}`,
  };
  return charts[chartName(chart.chart)]?.(site) ?? [];
}
