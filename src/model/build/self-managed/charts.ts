import { refTo } from '../../graph.ts';
import { kubernetesTag, type Text } from '../context.ts';
import type { SelfManagedHandles } from './handles.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** What a chart is told, references included. */
type Values = Readonly<Record<string, unknown>>;
type ValuesOf = (context: SelfManagedContext, handles: SelfManagedHandles) => Values;

const onSeats = {
  nodeSelector: { 'node-role.kubernetes.io/control-plane': '' },
  tolerations: [{ key: 'node-role.kubernetes.io/control-plane', operator: 'Exists', effect: 'NoSchedule' }],
};

const withRole = (arn: Text | undefined): Values =>
  arn === undefined ? {} : { annotations: { 'eks.amazonaws.com/role-arn': arn } };

/** https://docs.cilium.io/en/stable/helm-reference/ : an overlay beside the VPC; kube-proxy stays where kubeadm installs it. */
const cilium: ValuesOf = ({ spec }, { apiName, seats }) => ({
  ipam: { mode: 'cluster-pool', operator: { clusterPoolIPv4PodCIDRList: [spec.network.podNetwork.cidr] } },
  // Two on one machine would want the same port.
  operator: { replicas: Math.min(2, seats.length) },
  routingMode: 'tunnel',
  tunnelProtocol: 'vxlan',
  kubeProxyReplacement: !spec.controlPlane.kubeProxy,
  k8sServiceHost: apiName,
  k8sServicePort: 443,
});

/** https://docs.tigera.io/calico/latest/reference/installation/api */
const calico: ValuesOf = ({ spec }, { apiName }) => ({
  installation: {
    // The operator names these images itself, beyond what a chart renders.
    ...(spec.controlPlane.mirror.images === undefined
      ? {}
      : { registry: `${spec.controlPlane.mirror.images.replace(/\/$/, '')}/quay.io/` }),
    kubernetesProvider: '',
    cni: { type: 'Calico' },
    calicoNetwork: {
      bgp: 'Disabled',
      // A seat has a second interface, which is not for pods.
      nodeAddressAutodetectionV4: { kubernetes: 'NodeInternalIP' },
      ipPools: [
        {
          cidr: spec.network.podNetwork.cidr,
          encapsulation: spec.network.podNetwork.encapsulation === 'vxlan' ? 'VXLAN' : 'VXLANCrossSubnet',
          natOutgoing: 'Enabled',
        },
      ],
    },
  },
  // Its user interface for flows; nothing of the network needs it.
  goldmane: { enabled: false },
  whisker: { enabled: false },
  kubernetesServiceEndpoint: { host: apiName, port: '443' },
});

const flannel: ValuesOf = ({ spec }) => ({ podCidr: spec.network.podNetwork.cidr, flannel: { backend: 'vxlan' } });

/** https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables */
const vpcCni: ValuesOf = ({ name, spec }) => ({
  // AWS serves the images from ECR of each region; the chart's own is us-west-2.
  image: { region: spec.region },
  init: { image: { region: spec.region } },
  nodeAgent: { image: { region: spec.region } },
  enableNetworkPolicy: String(spec.network.networkPolicy),
  env: {
    CLUSTER_NAME: name,
    ENABLE_PREFIX_DELEGATION: String(spec.network.prefixDelegation),
    WARM_PREFIX_TARGET: '1',
    ENABLE_POD_ENI: String(spec.network.securityGroupsPerPod),
  },
});

/**
 * Images are not built for every release of it, and the chart's own tag is old: this is the newest that registry.k8s.io had on
 * 2026-07-25. One minor version behind the API server is within what it supports.
 */
const cloudControllerTag = 'v1.35.2';

/** https://cloud-provider-aws.sigs.k8s.io : it gives nodes their addresses, zones and types; pods' routes are the pod network's. */
const cloudController: ValuesOf = ({ name }) => ({
  image: { tag: cloudControllerTag },
  args: ['--v=2', '--cloud-provider=aws', `--cluster-name=${name}`, '--configure-cloud-routes=false'],
  hostNetworking: true,
  nodeSelector: onSeats.nodeSelector,
  tolerations: [
    { key: 'node.cloudprovider.kubernetes.io/uninitialized', value: 'true', effect: 'NoSchedule' },
    { key: 'node.kubernetes.io/not-ready', operator: 'Exists', effect: 'NoSchedule' },
    ...onSeats.tolerations,
  ],
});

/** The name of a node, and the one that EC2 gives its address: https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html */
const nodeNames = (region: string): string =>
  `^(i-[0-9a-f]{8,17}|ip-([0-9]{1,3}-){3}[0-9]{1,3}[.](${region === 'us-east-1' ? 'ec2' : `${region}[.]compute`})[.]internal)$`;

/**
 * Serving certificates of kubelets. A node asks first by its own name, and again when the cloud controller has given it EC2's, which
 * does not begin with the node's. https://github.com/postfinance/kubelet-csr-approver
 */
const csrApprover: ValuesOf = ({ spec }, { network }) => ({
  providerRegex: nodeNames(spec.region),
  providerIpPrefixes: network.cidrs,
  allowedDnsNames: 2,
  bypassHostnameCheck: true,
  bypassDnsResolution: true,
  maxExpirationSeconds: '31622400',
  ...onSeats,
});

/** Without cert-manager it needs a certificate of ours: the seats make it, and set `pki.caBundle`. */
const podIdentityWebhook: ValuesOf = ({ spec }) => ({
  config: { defaultAwsRegion: spec.region, stsRegionalEndpoint: true, tokenAudience: 'sts.amazonaws.com' },
  pki: { certManager: { enabled: false }, existingSecret: 'amazon-eks-pod-identity-webhook-cert' },
  ...onSeats,
});

const tokenFolder = '/var/run/secrets/sts.amazonaws.com';

/** The role of the driver, told to its pods themselves: they would be without it if they were made before the webhook answers. */
const tokenOf = (roleArn: Text): Values => ({
  env: [
    { name: 'AWS_ROLE_ARN', value: roleArn },
    { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${tokenFolder}/token` },
    { name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' },
  ],
  volumes: [
    {
      name: 'sts-token',
      projected: {
        sources: [{ serviceAccountToken: { audience: 'sts.amazonaws.com', expirationSeconds: 86_400, path: 'token' } }],
      },
    },
  ],
  volumeMounts: [{ name: 'sts-token', mountPath: tokenFolder, readOnly: true }],
});

/**
 * https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/parameters.md : its schema refuses values that it does not
 * know, and knows no host network for the controller. So that one needs a role of its own, or keys that the user gives it.
 */
const ebsCsi: ValuesOf = ({ name, spec }, { podRoles }) => ({
  controller: {
    region: spec.region,
    k8sTagClusterId: name,
    serviceAccount: withRole(podRoles.ebsCsi),
    ...(podRoles.ebsCsi === undefined ? onSeats : tokenOf(podRoles.ebsCsi)),
  },
  // Beyond the host's network no pod reaches the metadata service (hop limit 1), which tells how many interfaces and volumes hang on
  // the instance already: without it the driver promises more places for volumes than there are.
  node: { hostNetwork: true, env: [{ name: 'AWS_REGION', value: spec.region }] },
  storageClasses: [
    {
      name: 'gp3',
      annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      volumeBindingMode: 'WaitForFirstConsumer',
      parameters: { type: 'gp3', encrypted: 'true' },
    },
  ],
});

/**
 * https://github.com/aws/aws-node-termination-handler : fed by the queue, so that it drains before an instance goes. Notices tell of
 * every instance of the account, so it looks at the tag; nodes are called by their ids, so it finds them by `providerID`.
 */
const terminationHandler: ValuesOf = ({ name, spec }, { queue, podRoles }) => ({
  enableSqsTerminationDraining: true,
  ...(queue === undefined ? {} : { queueURL: refTo(queue, 'url') }),
  awsRegion: spec.region,
  checkTagBeforeDraining: true,
  managedTag: kubernetesTag(name),
  useProviderId: true,
  serviceAccount: withRole(podRoles.nodeTerminationHandler),
  ...onSeats,
});

const known: Readonly<Record<string, ValuesOf>> = {
  cilium,
  'tigera-operator': calico,
  flannel,
  'aws-vpc-cni': vpcCni,
  'aws-cloud-controller-manager': cloudController,
  'kubelet-csr-approver': csrApprover,
  'amazon-eks-pod-identity-webhook': podIdentityWebhook,
  'aws-ebs-csi-driver': ebsCsi,
  'aws-node-termination-handler': terminationHandler,
};

/** What the cluster tells a chart; nothing to one that the catalog does not have. */
export const chartValues = (name: string, context: SelfManagedContext, handles: SelfManagedHandles): Values =>
  known[name]?.(context, handles) ?? {};

/** Charts without which no node becomes Ready: pod networks, and what gives nodes their addresses and certificates. */
export const neededByNodes = (name: string): boolean =>
  [
    'cilium',
    'tigera-operator',
    'flannel',
    'aws-vpc-cni',
    'aws-cloud-controller-manager',
    'kubelet-csr-approver',
  ].includes(name);
