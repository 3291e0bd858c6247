/** What EKS knows of an add-on that it offers, as far as installing it needs it. */
export interface EksAddon {
  readonly name: string;
  readonly namespace: string;
  /** The service account that calls AWS, and AWS's managed policy for it (path and name); absent: it calls nothing. */
  readonly identity?: { readonly serviceAccount: string; readonly policies: readonly string[] };
  /** Installed unless the spec says otherwise. */
  readonly byDefault: boolean;
  /** Must run before nodes can be Ready, or before their pods can have roles. */
  readonly beforeNodes: boolean;
}

const plain = { namespace: 'kube-system', byDefault: false, beforeNodes: false } as const;
const calls = (serviceAccount: string, ...policies: readonly string[]) => ({ identity: { serviceAccount, policies } });

/**
 * Add-ons of AWS and of the community that EKS offers.
 * https://docs.aws.amazon.com/eks/latest/userguide/workloads-add-ons-available-eks.html
 */
export const eksAddons: readonly EksAddon[] = [
  { ...plain, name: 'vpc-cni', byDefault: true, beforeNodes: true, ...calls('aws-node', 'AmazonEKS_CNI_Policy') },
  { ...plain, name: 'kube-proxy', byDefault: true, beforeNodes: true },
  { ...plain, name: 'eks-pod-identity-agent', byDefault: true, beforeNodes: true },
  { ...plain, name: 'coredns', byDefault: true },
  {
    ...plain,
    name: 'aws-ebs-csi-driver',
    byDefault: true,
    ...calls('ebs-csi-controller-sa', 'service-role/AmazonEBSCSIDriverPolicy'),
  },
  { ...plain, name: 'aws-efs-csi-driver', ...calls('efs-csi-controller-sa', 'service-role/AmazonEFSCSIDriverPolicy') },
  { ...plain, name: 'aws-fsx-csi-driver', ...calls('fsx-csi-controller-sa', 'AmazonFSxFullAccess') },
  { ...plain, name: 'aws-mountpoint-s3-csi-driver', ...calls('s3-csi-driver-sa', 'AmazonS3FullAccess') },
  { ...plain, name: 'snapshot-controller' },
  { ...plain, name: 'metrics-server' },
  { ...plain, name: 'eks-node-monitoring-agent' },
  {
    ...plain,
    name: 'aws-network-flow-monitoring-agent',
    namespace: 'amazon-network-flow-monitor',
    ...calls('aws-network-flow-monitor-agent-service-account', 'CloudWatchNetworkFlowMonitorAgentPublishPolicy'),
  },
  {
    ...plain,
    name: 'amazon-cloudwatch-observability',
    namespace: 'amazon-cloudwatch',
    ...calls('cloudwatch-agent', 'CloudWatchAgentServerPolicy', 'AWSXrayWriteOnlyAccess'),
  },
  { ...plain, name: 'aws-guardduty-agent', namespace: 'amazon-guardduty' },
  { ...plain, name: 'adot', namespace: 'opentelemetry-operator-system' },
  { ...plain, name: 'cert-manager', namespace: 'cert-manager' },
  { ...plain, name: 'external-dns', namespace: 'external-dns', ...calls('external-dns', 'AmazonRoute53FullAccess') },
  { ...plain, name: 'kube-state-metrics', namespace: 'kube-state-metrics' },
  { ...plain, name: 'prometheus-node-exporter', namespace: 'prometheus-node-exporter' },
];

export const eksAddonNames: readonly string[] = eksAddons.map((addon) => addon.name);

export const eksAddon = (name: string): EksAddon | undefined => eksAddons.find((addon) => addon.name === name);

/** The ARN of a policy that AWS manages, from its path and name. */
export const managedPolicyArn = (pathAndName: string, partition = 'aws'): string =>
  `arn:${partition}:iam::aws:policy/${pathAndName}`;
