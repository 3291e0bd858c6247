import { addressAt, cidr } from '../../../base/cidr.ts';
import type { Container } from '../object.ts';
import type { KubernetesState } from '../state.ts';
import type { AddonInstallation } from './installation.ts';
import { addonSettings } from './settings.ts';
import {
  budget,
  container,
  csiDriver,
  daemonSet,
  deployment,
  type Site,
  serviceAccount,
  type Workload,
} from './workload-parts.ts';

function vpcCni(site: Site): Workload[] {
  const { addon, settings, image } = site;
  const env = Object.entries(settings.env ?? {}).map(([name, value]) => ({ name, value: String(value) }));
  const node: Container = { ...container('aws-node', image('amazon-k8s-cni'), '25m'), env };
  const agent = container('aws-eks-nodeagent', image('amazon/aws-network-policy-agent', 'v1.2.1-eksbuild.2'), '25m');
  const labels = {
    'k8s-app': 'aws-node',
    'app.kubernetes.io/name': 'aws-node',
    'app.kubernetes.io/version': addon.version.split('-')[0]!,
  };
  return [
    serviceAccount(site, 'aws-node'),
    daemonSet(site, {
      name: 'aws-node',
      labels,
      account: 'aws-node',
      priority: 'system-node-critical',
      containers: [node, agent],
      pod: { hostNetwork: true, initContainers: [container('aws-vpc-cni-init', image('amazon-k8s-cni-init'), '25m')] },
    }),
  ];
}

function kubeProxy(site: Site): Workload[] {
  return [
    serviceAccount(site, 'kube-proxy'),
    daemonSet(site, {
      name: 'kube-proxy',
      labels: { 'k8s-app': 'kube-proxy' },
      account: 'kube-proxy',
      priority: 'system-node-critical',
      containers: [
        container('kube-proxy', site.image('kube-proxy', site.addon.version.replace('-', '-minimal-')), '100m'),
      ],
      pod: { hostNetwork: true },
    }),
  ];
}

function coredns(site: Site): Workload[] {
  const labels = { 'k8s-app': 'kube-dns', 'eks.amazonaws.com/component': 'coredns' };
  const onFargate = site.settings.computeType?.toLowerCase() === 'fargate';
  return [
    serviceAccount(site, 'coredns'),
    deployment(site, 2, {
      name: 'coredns',
      labels,
      account: 'coredns',
      priority: 'system-cluster-critical',
      containers: [container('coredns', site.image('coredns'), '100m', '70Mi')],
      // https://docs.aws.amazon.com/eks/latest/userguide/fargate-getting-started.html#fargate-gs-coredns
      ...(onFargate ? {} : { annotations: { 'eks.amazonaws.com/compute-type': 'ec2' } }),
    }),
    budget(site, 'coredns', labels),
    {
      plural: 'services',
      object: {
        metadata: { name: 'kube-dns', namespace: site.namespace, labels: { 'k8s-app': 'kube-dns' } },
        spec: {
          type: 'ClusterIP',
          clusterIP: addressAt(cidr(site.state.serviceCidr), 10),
          clusterIPs: [addressAt(cidr(site.state.serviceCidr), 10)],
          selector: { 'k8s-app': 'kube-dns' },
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
            { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
          ],
        },
        status: { loadBalancer: {} },
      },
    },
  ];
}

const podIdentityAgent = (site: Site): Workload[] => [
  daemonSet(site, {
    name: 'eks-pod-identity-agent',
    labels: {
      'app.kubernetes.io/name': 'eks-pod-identity-agent',
      'app.kubernetes.io/instance': 'eks-pod-identity-agent',
    },
    account: 'default',
    priority: 'system-node-critical',
    containers: [
      container(
        'eks-pod-identity-agent',
        site.image('eks-pod-identity-agent', site.addon.version.replace(/-eksbuild.*/, '')),
      ),
    ],
    pod: { hostNetwork: true },
  }),
];

/** A CSI driver: a deployment that makes and attaches, and a daemon set that mounts. */
function csi(site: Site, driver: 'ebs' | 'efs'): Workload[] {
  const image = site.image(
    driver === 'ebs' ? 'aws-ebs-csi-driver' : 'aws-efs-csi-driver',
    site.addon.version.replace(/-eksbuild.*/, ''),
  );
  const name = `${driver}-csi`;
  const sidecars = ['csi-provisioner', 'csi-attacher', 'csi-resizer', 'liveness-probe'];
  const small = (container_: string) =>
    container(container_, site.image(`csi-components/${container_}`, 'v5.2.0-eksbuild.1'), '10m', '40Mi');
  const controllerLabels = { app: `${name}-controller`, 'app.kubernetes.io/name': `aws-${name}-driver` };
  return [
    serviceAccount(site, `${name}-controller-sa`),
    serviceAccount(site, `${name}-node-sa`),
    csiDriver(`${driver}.csi.aws.com`),
    deployment(site, 2, {
      name: `${name}-controller`,
      labels: controllerLabels,
      account: `${name}-controller-sa`,
      priority: 'system-cluster-critical',
      containers: [container(`${driver}-plugin`, image, '10m', '40Mi'), ...sidecars.map(small)],
    }),
    budget(site, `${name}-controller`, controllerLabels),
    daemonSet(site, {
      name: `${name}-node`,
      labels: { app: `${name}-node`, 'app.kubernetes.io/name': `aws-${name}-driver` },
      account: `${name}-node-sa`,
      priority: 'system-node-critical',
      containers: [
        container(`${driver}-plugin`, image, '10m', '40Mi'),
        small('node-driver-registrar'),
        small('liveness-probe'),
      ],
    }),
  ];
}

function metricsServer(site: Site): Workload[] {
  const labels = { 'app.kubernetes.io/name': 'metrics-server', 'app.kubernetes.io/instance': 'metrics-server' };
  return [
    serviceAccount(site, 'metrics-server'),
    deployment(site, 2, {
      name: 'metrics-server',
      labels,
      account: 'metrics-server',
      priority: 'system-cluster-critical',
      containers: [container('metrics-server', site.image('metrics-server'), '100m', '200Mi')],
    }),
    budget(site, 'metrics-server', labels),
  ];
}

function snapshotController(site: Site): Workload[] {
  const labels = { app: 'snapshot-controller' };
  return [
    serviceAccount(site, 'snapshot-controller'),
    deployment(site, 2, {
      name: 'snapshot-controller',
      labels,
      account: 'snapshot-controller',
      priority: 'system-cluster-critical',
      containers: [container('snapshot-controller', site.image('csi-snapshotter/snapshot-controller'))],
    }),
  ];
}

const monitoringAgent = (site: Site): Workload[] => [
  serviceAccount(site, 'eks-node-monitoring-agent'),
  daemonSet(site, {
    name: 'eks-node-monitoring-agent',
    labels: { 'app.kubernetes.io/name': 'eks-node-monitoring-agent' },
    account: 'eks-node-monitoring-agent',
    priority: 'system-node-critical',
    containers: [container('eks-node-monitoring-agent', site.image('eks/eks-node-monitoring-agent'), '10m', '30Mi')],
    pod: { hostNetwork: true },
  }),
];

const builders: Readonly<Record<string, (site: Site) => Workload[]>> = {
  'vpc-cni': vpcCni,
  'kube-proxy': kubeProxy,
  coredns,
  'eks-pod-identity-agent': podIdentityAgent,
  'aws-ebs-csi-driver': (site) => csi(site, 'ebs'),
  'aws-efs-csi-driver': (site) => csi(site, 'efs'),
  'metrics-server': metricsServer,
  'snapshot-controller': snapshotController,
  'eks-node-monitoring-agent': monitoringAgent,
};

/** The objects that an EKS add-on brings into its cluster; none for an add-on that is not known here. */
export function workloadsOf(state: KubernetesState, addon: AddonInstallation): Workload[] {
  // The registry of most regions: https://docs.aws.amazon.com/eks/latest/userguide/add-ons-images.html
  const registry = `602401143452.dkr.ecr.${state.region}.amazonaws.com/eks`;
  const site: Site = {
    state,
    addon,
    namespace: addon.namespace ?? 'kube-system',
    settings: addonSettings(addon.configurationValues),
    image: (repository, tag = addon.version) =>
      `${repository.startsWith('amazon') ? registry.replace(/\/eks$/, '') : registry}/${repository}:${tag}`,
  };
  return builders[addon.name]?.(site) ?? [];
}
