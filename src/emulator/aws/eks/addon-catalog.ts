import { supportedVersions } from './versions.ts';

/** One add-on as EKS offers it. */
export interface AddonOffer {
  readonly name: string;
  readonly type: string;
  readonly publisher: 'eks' | 's3';
  readonly namespace: string;
  readonly computeTypes: readonly string[];
  readonly requiresIam: boolean;
  /** The service account that its pod identity is for, with the managed policies that AWS recommends. */
  readonly podIdentity: readonly { readonly serviceAccount: string; readonly policies: readonly string[] }[];
  /** Top-level members of its configuration schema by JSON type. */
  readonly settings: Readonly<Record<string, 'object' | 'array' | 'string' | 'integer' | 'boolean'>>;
  /** Newest first. */
  readonly versions: readonly { readonly version: string; readonly from: number; readonly to: number }[];
}

const everywhere = ['ec2', 'fargate', 'auto', 'hybrid'];
const nodes = ['ec2', 'hybrid'];
const pods = {
  affinity: 'object',
  nodeSelector: 'object',
  tolerations: 'array',
  podAnnotations: 'object',
  podLabels: 'object',
  resources: 'object',
} as const;
/** Kubernetes minors `1.FROM` to `1.TO`. */
const of = (version: string, from: number, to: number) => ({ version, from, to });

/**
 * The add-ons of the embedded AWS. AWS publishes no dated table of add-on versions (they come only from
 * DescribeAddonVersions, in an account), so these strings are the embedded AWS's own: they have AWS's form and
 * order, each minor has more than one, and the newest is not the default, as with AWS. Nothing outside the
 * emulator may use them as facts: ask DescribeAddonVersions.
 */
const offers: readonly AddonOffer[] = [
  {
    name: 'vpc-cni',
    type: 'networking',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: ['ec2'],
    requiresIam: true,
    podIdentity: [{ serviceAccount: 'aws-node', policies: ['AmazonEKS_CNI_Policy'] }],
    settings: {
      ...pods,
      env: 'object',
      init: 'object',
      enableNetworkPolicy: 'string',
      enableWindowsIpam: 'string',
      enableWindowsPrefixDelegation: 'string',
      nodeAgent: 'object',
      eniConfig: 'object',
      extraVolumes: 'array',
      livenessProbeTimeoutSeconds: 'integer',
      readinessProbeTimeoutSeconds: 'integer',
      originalMatchLabels: 'boolean',
    },
    versions: [
      of('v1.22.1-eksbuild.1', 33, 37),
      of('v1.21.2-eksbuild.1', 31, 37),
      of('v1.20.4-eksbuild.1', 29, 37),
      of('v1.19.6-eksbuild.1', 29, 35),
    ],
  },
  {
    name: 'coredns',
    type: 'networking',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: everywhere,
    requiresIam: false,
    podIdentity: [],
    settings: {
      ...pods,
      autoScaling: 'object',
      computeType: 'string',
      corefile: 'string',
      podDisruptionBudget: 'object',
      replicaCount: 'integer',
      topologySpreadConstraints: 'array',
    },
    versions: [
      of('v1.14.2-eksbuild.1', 36, 37),
      of('v1.13.2-eksbuild.3', 34, 37),
      of('v1.12.4-eksbuild.1', 33, 36),
      of('v1.11.4-eksbuild.24', 29, 34),
      of('v1.11.4-eksbuild.22', 29, 33),
    ],
  },
  {
    name: 'eks-pod-identity-agent',
    type: 'security',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: nodes,
    requiresIam: false,
    podIdentity: [],
    settings: { ...pods, agent: 'object', priorityClassName: 'string', updateStrategy: 'object', daemonsets: 'object' },
    versions: [of('v1.3.10-eksbuild.1', 29, 37), of('v1.3.8-eksbuild.2', 29, 37), of('v1.3.4-eksbuild.1', 29, 35)],
  },
  {
    name: 'aws-ebs-csi-driver',
    type: 'storage',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: nodes,
    requiresIam: true,
    podIdentity: [{ serviceAccount: 'ebs-csi-controller-sa', policies: ['service-role/AmazonEBSCSIDriverPolicy'] }],
    settings: {
      additionalDaemonSets: 'object',
      controller: 'object',
      defaultStorageClass: 'object',
      node: 'object',
      nodeComponentOnly: 'boolean',
      sidecars: 'object',
      useOldCSIDriver: 'boolean',
    },
    versions: [of('v1.55.0-eksbuild.1', 31, 37), of('v1.52.1-eksbuild.1', 30, 37), of('v1.48.0-eksbuild.2', 29, 36)],
  },
  {
    name: 'aws-efs-csi-driver',
    type: 'storage',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: nodes,
    requiresIam: true,
    podIdentity: [{ serviceAccount: 'efs-csi-controller-sa', policies: ['service-role/AmazonEFSCSIDriverPolicy'] }],
    settings: { controller: 'object', node: 'object', sidecars: 'object' },
    versions: [of('v2.2.1-eksbuild.1', 30, 37), of('v2.1.15-eksbuild.1', 29, 36)],
  },
  {
    name: 'metrics-server',
    type: 'observability',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: everywhere,
    requiresIam: false,
    podIdentity: [],
    settings: {
      ...pods,
      addonResizer: 'object',
      replicas: 'integer',
      podDisruptionBudget: 'object',
      updateStrategy: 'object',
    },
    versions: [of('v0.8.1-eksbuild.2', 31, 37), of('v0.8.0-eksbuild.5', 29, 36)],
  },
  {
    name: 'snapshot-controller',
    type: 'storage',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: everywhere,
    requiresIam: false,
    podIdentity: [],
    settings: { ...pods, replicaCount: 'integer' },
    versions: [of('v8.4.0-eksbuild.1', 31, 37), of('v8.3.0-eksbuild.1', 29, 36)],
  },
  {
    name: 'eks-node-monitoring-agent',
    type: 'observability',
    publisher: 'eks',
    namespace: 'kube-system',
    computeTypes: nodes,
    requiresIam: false,
    podIdentity: [],
    settings: { monitoringAgent: 'object', dcgmAgent: 'object' },
    versions: [of('v1.5.1-eksbuild.1', 30, 37), of('v1.4.2-eksbuild.1', 29, 36)],
  },
];

/** kube-proxy follows the patches of Kubernetes itself. */
const kubeProxyOf = (now: number): AddonOffer => ({
  name: 'kube-proxy',
  type: 'networking',
  publisher: 'eks',
  namespace: 'kube-system',
  computeTypes: nodes,
  requiresIam: false,
  podIdentity: [],
  settings: { ...pods, ipvs: 'object', mode: 'string' },
  versions: supportedVersions(now).flatMap(({ minor, patch }) => {
    const n = Number(minor.slice(2));
    const older = patch.endsWith('.0') ? [] : [of(`v${minor}.0-eksbuild.2`, n, n)];
    return [of(`v${patch}-eksbuild.2`, n, n), ...older];
  }),
});

/** The add-ons that can be had at that time. */
export const addonOffers = (now: number): readonly AddonOffer[] => [...offers, kubeProxyOf(now)];

const minorOf = (version: string): number => Number(version.split('.')[1]);

/** The versions of an add-on for a Kubernetes minor (`1.36`), newest first. */
export const addonVersionsFor = (offer: AddonOffer, kubernetes: string): readonly string[] =>
  offer.versions
    .filter(({ from, to }) => from <= minorOf(kubernetes) && minorOf(kubernetes) <= to)
    .map(({ version }) => version);

/** What an add-on without a version gets: the second newest, as AWS lets a version settle before it makes it the default. */
export function defaultAddonVersion(offer: AddonOffer, kubernetes: string): string | undefined {
  const versions = addonVersionsFor(offer, kubernetes);
  return versions[1] ?? versions[0];
}
