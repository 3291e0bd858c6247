import { defined } from '../base/defined.ts';
import { defaultCharts } from '../catalog/charts.ts';
import { instanceType } from '../catalog/instance-types.ts';
import { selfManagedVersions } from '../catalog/node-files.ts';
import type {
  Bastion,
  Chart,
  Dns,
  HostSettings,
  JsonObject,
  Network,
  PodNetwork,
  RootVolume,
  SelfManagedControlPlane,
} from './cluster.ts';
import type { AddonInput, ControlPlaneInput, HostInput, NetworkInput, SelfManagedInput, VolumeInput } from './input.ts';

/** The values that an omitted field of a self-managed control plane stands for. */
export const selfManagedDefaults = {
  /** Never burstable: an API server without credits takes the cluster along. */
  instanceType: 'm6i.large',
  rootGiB: 40,
  etcdGiB: 20,
  snapshotMinutes: 60,
  keepDays: 7,
  certificateDays: 365,
  podCidr: '100.96.0.0/11',
  serviceCidr: '100.64.0.0/13',
  bastionType: 't3.micro',
  chartNamespace: 'kube-system',
  /** What seats and workers call without a way to the internet; images, files and charts come from a mirror then, which may be ECR and S3. */
  endpointsWithoutNat: [
    's3',
    'ec2',
    'ecr.api',
    'ecr.dkr',
    'sts',
    'elasticloadbalancing',
    'autoscaling',
    'sqs',
    'ssm',
    'ssmmessages',
    'ec2messages',
  ],
} as const;

/** The chart of IAM roles for pods, which is of use with `podRoles` only. */
export const podRolesChart = 'amazon-eks-pod-identity-webhook';

/** What kubeadm installs itself; `addons` may switch it off. */
export const kubeadmAddons = ['coredns', 'kube-proxy'] as const;

/** What is written of a self-managed control plane; undefined where the control plane is another. */
export const selfManagedOf = (input: 'eks' | 'self-managed' | ControlPlaneInput): SelfManagedInput | undefined => {
  if (typeof input === 'string') return input === 'self-managed' ? {} : undefined;
  return input.selfManaged;
};

/** A volume with its defaults. */
export function volumeOf(input: VolumeInput | undefined, sizeGiB: number): RootVolume {
  return {
    sizeGiB: input?.size ?? sizeGiB,
    type: input?.type ?? 'gp3',
    encrypted: input?.encrypted ?? true,
    ...defined({ iops: input?.iops, throughput: input?.throughput, kmsKey: input?.kmsKey }),
  };
}

/** What a machine gets beside Kubernetes, by default nothing. */
export const hostOf = (input: HostInput | undefined): HostSettings => ({
  files: (input?.files ?? []).map(({ path, content, mode }) => ({
    path,
    content,
    mode: (mode ?? '0644').padStart(4, '0'),
  })),
  packages: input?.packages ?? [],
  commands: input?.commands ?? [],
  sysctls: input?.sysctls ?? {},
});

/** So many places, those of the list in turn. */
const inTurn = (places: readonly string[], count: number): string[] =>
  places.length === 0 ? [] : Array.from({ length: count }, (_, i) => places[i % places.length]!);

function seatsOf(input: SelfManagedInput['seats'], { vpc, topology }: Network): SelfManagedControlPlane['seats'] {
  const { count, zones, subnets } = typeof input === 'number' ? { count: input } : { count: undefined, ...input };
  const [said, ofNetwork] = vpc.type === 'new' ? [zones, vpc.zones] : [subnets, vpc.subnets[topology]];
  const seats = inTurn(said ?? ofNetwork, count ?? said?.length ?? (ofNetwork.length < 2 ? 1 : 3));
  return vpc.type === 'new' ? { zones: seats, subnets: [] } : { zones: [], subnets: seats };
}

function dnsOf(input: SelfManagedInput['dns'], cluster: string): Dns {
  if (input === undefined || input === 'none') return { type: 'none' };
  return { type: input.type, zone: input.zone, name: input.name ?? `api.${cluster}.${input.zone}` };
}

const isOn = (addons: readonly AddonInput[], name: string): boolean =>
  addons.find((addon) => addon.name === name)?.enabled !== false;

interface Around {
  readonly cluster: string;
  readonly network: Network;
  readonly addons: readonly AddonInput[];
}

/** A self-managed control plane with its defaults. */
export function selfManagedPlane(
  input: SelfManagedInput,
  { cluster, network, addons }: Around,
): SelfManagedControlPlane {
  const type = input.instanceType ?? selfManagedDefaults.instanceType;
  const { flags, mirror } = input;
  return {
    type: 'self-managed',
    seats: seatsOf(input.seats, network),
    instanceType: type,
    architecture: instanceType(type)?.architecture ?? 'x86_64',
    rootVolume: volumeOf(input.rootVolume, selfManagedDefaults.rootGiB),
    image: { family: input.image?.family ?? 'al2023', ...defined({ amiId: input.image?.ami }) },
    etcd: {
      volume: volumeOf(input.etcd?.volume, selfManagedDefaults.etcdGiB),
      snapshots: {
        everyMinutes: input.etcd?.snapshots?.everyMinutes ?? selfManagedDefaults.snapshotMinutes,
        keepDays: input.etcd?.snapshots?.keepDays ?? selfManagedDefaults.keepDays,
      },
    },
    certificateNames: input.certificateNames ?? [],
    dns: dnsOf(input.dns, cluster),
    secretsEncryption: input.secretsEncryption ?? true,
    podRoles: input.podRoles ?? true,
    flags: {
      apiServer: flags?.apiServer ?? {},
      controllerManager: flags?.controllerManager ?? {},
      scheduler: flags?.scheduler ?? {},
      kubelet: flags?.kubelet ?? {},
      etcd: flags?.etcd ?? {},
    },
    coredns: isOn(addons, 'coredns'),
    kubeProxy: isOn(addons, 'kube-proxy'),
    featureGates: input.featureGates ?? {},
    host: hostOf(input.host),
    mirror: defined({
      files: mirror?.files,
      digests: mirror?.digests,
      images: mirror?.images,
      charts: mirror?.charts,
    }),
    certificateDays: input.certificateDays ?? selfManagedDefaults.certificateDays,
    deletionProtection: input.deletionProtection ?? true,
    ...defined({ storeBucket: input.storeBucket, auditPolicy: input.auditPolicy as JsonObject | false | undefined }),
  };
}

/** How pods get addresses; on EKS by the VPC CNI, whatever is said. */
export function podNetworkOf(input: NetworkInput['podNetwork'], isSelfManaged: boolean): PodNetwork {
  const said = typeof input === 'string' ? { type: input } : { type: 'cilium', ...input };
  // The schema let only its own names in.
  const type = isSelfManaged ? (said.type as PodNetwork['type']) : 'vpc-cni';
  if (type === 'vpc-cni') return { type, encapsulation: 'none' };
  const { cidr, encapsulation } =
    'cidr' in said || 'encapsulation' in said ? said : { cidr: undefined, encapsulation: undefined };
  return {
    type,
    cidr: cidr ?? selfManagedDefaults.podCidr,
    encapsulation: encapsulation ?? (type === 'none' ? 'none' : 'vxlan'),
  };
}

/**
 * Whether a pod network enforces NetworkPolicy on a control plane of one's own. The VPC CNI does not: the controller that it needs
 * runs in the control plane of EKS. https://github.com/aws/amazon-network-policy-controller-k8s
 */
export const enforcesPolicy = (type: PodNetwork['type']): boolean => type === 'cilium' || type === 'calico';

/** Whether the catalog's chart is installed without being asked for. */
export const isDefaultChart = (
  chart: (typeof defaultCharts)[number],
  podNetwork: PodNetwork['type'],
  podRoles: boolean,
): boolean => {
  if (chart.forPodNetwork !== undefined) return chart.forPodNetwork === podNetwork;
  return chart.byDefault && (chart.needsRole !== true || podRoles);
};

function chartOf(input: AddonInput): Chart {
  const known = defaultCharts.find(({ name }) => name === input.name);
  return {
    name: input.name,
    namespace: input.namespace ?? known?.namespace ?? selfManagedDefaults.chartNamespace,
    // What the catalog does not have and the spec does not say is found wrong by the checks.
    repository: input.chart?.repository ?? known?.repository ?? '',
    chart: input.chart?.name ?? known?.chart ?? input.name,
    version: input.version ?? known?.version ?? '',
    ...defined({ values: input.values as JsonObject | undefined }),
  };
}

/** The default charts in the catalog's order, each as the spec has it if it does, then the others of the spec. */
export function chartsOf(inputs: readonly AddonInput[], podNetwork: PodNetwork['type'], podRoles: boolean): Chart[] {
  const byDefault = defaultCharts
    .filter((chart) => isDefaultChart(chart, podNetwork, podRoles))
    .map(({ name }) => inputs.find((input) => input.name === name) ?? { name });
  const others = inputs.filter(
    ({ name }) => !byDefault.some((one) => one.name === name) && !kubeadmAddons.some((ours) => ours === name),
  );
  return [...byDefault, ...others].filter(({ enabled }) => enabled !== false).map(chartOf);
}

export const bastionOf = (input: { instanceType?: string | undefined; from: readonly string[] }): Bastion => ({
  instanceType: input.instanceType ?? selfManagedDefaults.bastionType,
  from: input.from,
});

/** The newest minor version whose files the catalog has. */
export const defaultSelfManagedVersion = (): string =>
  (selfManagedVersions.findLast(({ patches }) => patches.length > 0) ?? selfManagedVersions.at(-1)!).minor;
