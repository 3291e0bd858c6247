import { cidr, overlaps } from '../../base/cidr.ts';
import type { PodNetwork } from '../cluster.ts';
import type { Finding } from '../problem.ts';
import { type Check, listed } from './check.ts';
import { isSelfManaged } from './control-plane-fields.ts';

const at = 'spec.network.podNetwork';
const wraps: Readonly<Record<PodNetwork['type'], readonly PodNetwork['encapsulation'][]>> = {
  cilium: ['vxlan'],
  calico: ['vxlan', 'cross-subnet'],
  flannel: ['vxlan'],
  'vpc-cni': ['none'],
  none: ['none', 'vxlan', 'cross-subnet'],
};

const wrong = (path: string, detail: string, fix: string): Finding => ({
  code: 'spec.pod-network-fields',
  path,
  detail,
  fix,
});

/** What is said of the pod network goes with its type. */
export const podNetworkFields: Check = ({ input, cluster }) => {
  const said = input.spec.network?.podNetwork;
  if (!isSelfManaged(cluster) || typeof said !== 'object') return [];
  const { type } = cluster.spec.network.podNetwork;
  const { cidr: range, encapsulation } = said;
  if (type === 'vpc-cni' && range !== undefined)
    return [wrong(`${at}.cidr`, 'with vpc-cni pods have addresses of the VPC', 'Take it out.')];
  if (encapsulation === undefined || wraps[type].includes(encapsulation)) return [];
  return [
    wrong(
      `${at}.encapsulation`,
      `${type} is set up with ${listed(wraps[type])}, not ${encapsulation}`,
      encapsulation === 'cross-subnet' ? 'Take it out, or use calico.' : 'Take it out.',
    ),
  ];
};

const vpcCniFieldNames = ['prefixDelegation', 'podSubnets', 'securityGroupsPerPod'] as const;

/** What the VPC CNI can do on EKS only, and on a control plane of one's own without it not at all. */
export const vpcCniFields: Check = ({ input, cluster }) => {
  const { type } = cluster.spec.network.podNetwork;
  const network = input.spec.network ?? {};
  if (!isSelfManaged(cluster)) return [];
  return vpcCniFieldNames
    .filter((field) => network[field] !== undefined && network[field] !== false)
    .flatMap((field): Finding[] => {
      const path = `spec.network.${field}`;
      if (type !== 'vpc-cni')
        return [
          wrong(
            path,
            `${field} is a setting of vpc-cni, and the pod network is ${type}`,
            field === 'prefixDelegation' ? 'Use podNetwork: vpc-cni, or take it out.' : 'Take it out.',
          ),
        ];
      if (field === 'prefixDelegation') return [];
      const detail =
        field === 'podSubnets'
          ? 'with a self-managed control plane this version of Quilla sets up vpc-cni in the subnets of the nodes only'
          : 'the controller that gives pods security groups runs in the control plane of EKS';
      return [{ code: 'spec.eks-only', path, detail, fix: 'Take it out, or use EKS.' }];
    });
};

/** Whether NetworkPolicy is enforced follows from the pod network: what is said must be so. */
export const policyOfNetwork: Check = ({ input, cluster }) => {
  const said = input.spec.network?.networkPolicy;
  const { networkPolicy, podNetwork } = cluster.spec.network;
  if (!isSelfManaged(cluster) || said === undefined || said === networkPolicy) return [];
  const path = 'spec.network.networkPolicy';
  const { type } = podNetwork;
  if (networkPolicy) return [wrong(path, `${type} always enforces NetworkPolicy`, 'Take it out.')];
  if (type === 'none') return [wrong(path, 'whoever brings the pod network decides it', 'Take it out.')];
  const why =
    type === 'vpc-cni'
      ? 'vpc-cni enforces NetworkPolicy with a controller that runs in the control plane of EKS'
      : `${type} does not enforce NetworkPolicy`;
  return [wrong(path, why, 'Use cilium or calico, or take it out.')];
};

/** kube-controller-manager gives each node a /24 of the range. */
const perNode = 24;

/** Every node, at the largest sizes of the groups, needs a /24 of the range of pods. */
export const podRange: Check = ({ input, cluster }) => {
  const { controlPlane, network, nodeGroups } = cluster.spec;
  const text = network.podNetwork.cidr;
  if (controlPlane.type !== 'self-managed' || text === undefined) return [];
  const range = cidr(text);
  const isSaid = typeof input.spec.network?.podNetwork === 'object' && input.spec.network.podNetwork.cidr !== undefined;
  const seats = controlPlane.seats.zones.length + controlPlane.seats.subnets.length;
  const nodes = nodeGroups.reduce((sum, { size }) => sum + size.max, seats);
  const has = range.prefix > perNode ? 0 : 2 ** (perNode - range.prefix);
  if (nodes <= has) return [];
  const longest = perNode - Math.ceil(Math.log2(nodes));
  return [
    {
      code: 'spec.cidr-too-small',
      path: isSaid ? `${at}.cidr` : 'spec.network',
      detail: `${text} has room for ${has} nodes with a /${perNode} each; seats and groups together may come to ${nodes}`,
      fix: `Use a /${longest} or larger.`,
    },
  ];
};

/** The API server takes no service range larger than a /12; kubeadm needs the tenth address for DNS. */
export const selfManagedServices: Check = ({ cluster }) => {
  const text = cluster.spec.network.serviceCidr;
  if (!isSelfManaged(cluster) || text === undefined) return [];
  const { prefix } = cidr(text);
  const path = 'spec.network.serviceCidr';
  if (prefix < 12)
    return [
      {
        code: 'spec.cidr-too-large',
        path,
        detail: `${text}: the API server takes a /12 at most`,
        fix: 'Use a /12 to a /24.',
      },
    ];
  if (prefix <= 24) return [];
  return [
    {
      code: 'spec.cidr-too-small',
      path,
      detail: `${text}: a cluster runs out of the ${2 ** (32 - prefix)} addresses for services soon, and the range cannot be changed`,
      fix: 'Use a /24 or larger.',
    },
  ];
};

/** Addresses that machines of AWS know by themselves: metadata, DNS, time. */
const linkLocal = cidr('169.254.0.0/16');

export const podsNotLinkLocal: Check = ({ cluster }) => {
  const { podNetwork, serviceCidr } = cluster.spec.network;
  if (!isSelfManaged(cluster)) return [];
  const ranges = [
    [podNetwork.cidr, `${at}.cidr`],
    [serviceCidr, 'spec.network.serviceCidr'],
  ] as const;
  return ranges.flatMap(([text, path]): Finding[] =>
    text !== undefined && overlaps(cidr(text), linkLocal)
      ? [
          {
            code: 'spec.bad-cidr',
            path,
            detail: `${text} overlaps ${linkLocal.text}, where machines on AWS reach their metadata, DNS and time`,
            fix: 'Use another range, such as one in 100.64.0.0/10.',
          },
        ]
      : [],
  );
};
