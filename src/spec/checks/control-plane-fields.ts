import type { Cluster } from '../cluster.ts';
import type { AddonInput, NetworkInput, NodeGroupInput, SpecInput } from '../input.ts';
import type { Finding } from '../problem.ts';
import type { Check } from './check.ts';

export const isSelfManaged = ({ spec }: Cluster): boolean => spec.controlPlane.type === 'self-managed';

/** A field that is set, why it cannot be, and what to do. */
type Row = readonly [set: boolean, path: string, why: string, fix: string];

const findings = (code: Finding['code'], rows: readonly Row[]): Finding[] =>
  rows.filter(([set]) => set).map(([, path, detail, fix]) => ({ code, path, detail, fix }));

const here = 'with a self-managed control plane';

function networkRows(network: NetworkInput): Row[] {
  return [
    [
      network.ipFamily === 'dual-stack',
      'spec.network.ipFamily',
      `dual-stack is for EKS; ${here} this version of Quilla makes IPv4 clusters only`,
      'Use ipFamily: ipv4, or take it out.',
    ],
  ];
}

function groupRows(group: NodeGroupInput, i: number): Row[] {
  const at = `spec.nodeGroups[${i}]`;
  const { image } = group;
  return [
    [
      group.manager === 'eks',
      `${at}.manager`,
      `manager: eks is a managed node group, which only a cluster of EKS has; ${here} groups are auto scaling groups`,
      'Use manager: asg, or take it out.',
    ],
    [
      image?.family === 'bottlerocket',
      `${at}.image.family`,
      `Bottlerocket nodes join EKS; ${here} images are Amazon Linux 2023 and Ubuntu 24.04`,
      'Use al2023 or ubuntu.',
    ],
    [
      image?.release !== undefined,
      `${at}.image.release`,
      `releases are those of the images that AWS makes for EKS; ${here} nodes start from a plain system`,
      'Take it out, or give an image of your own in image.ami.',
    ],
    [
      group.userData !== undefined,
      `${at}.userData`,
      'user data of these nodes is for the configuration that their boot reads',
      'Put shell into host.commands, and files into host.files.',
    ],
    [
      group.nodeConfig !== undefined,
      `${at}.nodeConfig`,
      'nodeadm, which reads it, is in the images for EKS only',
      'Put flags into controlPlane.selfManaged.flags.kubelet, sysctls and files into host.',
    ],
  ];
}

function addonRows(addon: AddonInput, i: number): Row[] {
  const at = `spec.addons[${i}]`;
  return [
    [
      addon.resolveConflicts !== undefined,
      `${at}.resolveConflicts`,
      `it is how EKS installs its add-ons; ${here} add-ons are Helm charts`,
      'Take it out.',
    ],
    [
      addon.podIdentity !== undefined,
      `${at}.podIdentity`,
      `pod identity is a service of EKS; ${here} pods get roles from the OIDC issuer (podRoles)`,
      'Annotate the service account in `values` with eks.amazonaws.com/role-arn.',
    ],
  ];
}

function eksOnlyRows(spec: SpecInput): Row[] {
  return [
    ...networkRows(spec.network ?? {}),
    [
      spec.access?.api?.private === false,
      'spec.access.api.private',
      `${here} the internal load balancer is always there, since the nodes use it`,
      'Take it out.',
    ],
    ...(spec.nodeGroups ?? []).flatMap(groupRows),
    ...(spec.addons ?? []).flatMap(addonRows),
    [
      (spec.fargateProfiles ?? []).length > 0,
      'spec.fargateProfiles',
      'Fargate runs pods of EKS clusters only',
      'Give the pods a node group.',
    ],
    [
      (spec.podIdentities ?? []).length > 0,
      'spec.podIdentities',
      `pod identity is a service of EKS; ${here} pods get roles from the OIDC issuer (controlPlane.selfManaged.podRoles)`,
      'Make a role that trusts the issuer, and annotate the service account with eks.amazonaws.com/role-arn.',
    ],
  ];
}

/** What only EKS has. */
export const eksOnly: Check = ({ input, cluster }) =>
  isSelfManaged(cluster) ? findings('spec.eks-only', eksOnlyRows(input.spec)) : [];

const namedType = (podNetwork: NetworkInput['podNetwork']): string | undefined =>
  typeof podNetwork === 'string' ? podNetwork : podNetwork?.type;

function onEksRows(spec: SpecInput): Row[] {
  const { podNetwork } = spec.network ?? {};
  const type = namedType(podNetwork);
  const noRange = typeof podNetwork === 'object' && type === 'vpc-cni' ? podNetwork : undefined;
  return [
    [
      type !== undefined && type !== 'vpc-cni',
      `spec.network.podNetwork${typeof podNetwork === 'object' ? '.type' : ''}`,
      `EKS comes with vpc-cni, and ${type} is for a self-managed control plane`,
      'Take it out; to bring another network to EKS, switch the add-on vpc-cni off and install yours.',
    ],
    [
      noRange?.cidr !== undefined,
      'spec.network.podNetwork.cidr',
      'with vpc-cni pods have addresses of the VPC',
      'Take it out.',
    ],
    [
      noRange?.encapsulation !== undefined && noRange.encapsulation !== 'none',
      'spec.network.podNetwork.encapsulation',
      'with vpc-cni nothing is wrapped',
      'Take it out.',
    ],
    [
      spec.access?.bastion !== undefined,
      'spec.access.bastion',
      'a bastion is made with a self-managed control plane only',
      'Use Session Manager, or a machine of your own whose address is in access.ssh.from.',
    ],
    ...(spec.nodeGroups ?? []).flatMap((group, i): Row[] => [
      [
        group.image?.family === 'ubuntu',
        `spec.nodeGroups[${i}].image.family`,
        'nodes of EKS are Amazon Linux 2023 or Bottlerocket; an Ubuntu of your own has no nodeadm that would join it',
        'Use al2023 or bottlerocket.',
      ],
      [
        group.host !== undefined,
        `spec.nodeGroups[${i}].host`,
        'on EKS the image sets up the machine',
        'Use userData.before, or nodeConfig.',
      ],
    ]),
    ...(spec.addons ?? []).flatMap((addon, i): Row[] => [
      [
        addon.chart !== undefined,
        `spec.addons[${i}].chart`,
        'add-ons of EKS are installed by EKS, which knows no charts',
        'Install the chart with Helm when the cluster is there.',
      ],
      [
        addon.namespace !== undefined,
        `spec.addons[${i}].namespace`,
        'EKS decides in which namespace its add-ons are',
        'Take it out.',
      ],
    ]),
  ];
}

/** What only a self-managed control plane has. A pinned patch is refused with the version. */
export const selfManagedOnly: Check = ({ input, cluster }) =>
  isSelfManaged(cluster) ? [] : findings('spec.self-managed-only', onEksRows(input.spec));
