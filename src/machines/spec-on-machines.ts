import type { LoadedCluster } from '../app/index.ts';
import { defaultCharts } from '../catalog/charts.ts';
import { patchFor } from '../catalog/node-files.ts';
import type { ClusterInput } from '../spec/input.ts';
import { MachinesError } from './machines-error.ts';

/** What can be had here beside what a spec itself says. */
export interface OnOffer {
  /** Versions of Kubernetes whose programs are built, the preferred one first. */
  readonly versions: readonly string[];
  /** Charts of the mirror by name, each with its version. */
  readonly charts: Readonly<Record<string, string>>;
  /** sha256 of files by host and path of their publisher's URL. */
  readonly digests: Readonly<Record<string, string>>;
}

export interface OnMachines {
  readonly input: ClusterInput;
  /** What differs from the user's spec and why, a line each. */
  readonly changes: readonly string[];
}

type Input = ClusterInput['spec'];
type SelfManaged = Exclude<Extract<Input['controlPlane'], object>['selfManaged'], undefined>;
type Addon = NonNullable<Input['addons']>[number];

/** What the mirror of a run serves, as machines name it. */
export const mirrorOf = (digests: OnOffer['digests']) => ({
  files: 'https://mirror.quilla.internal/files',
  images: 'mirror.quilla.internal/images',
  charts: 'oci://mirror.quilla.internal/charts',
  digests: { ...digests },
});

/** A user's spec as one that machines of this host can run: what it says of the cluster stays, what comes from outside comes from the mirror. */
export function specOnMachines(
  { input, cluster }: Pick<LoadedCluster, 'input' | 'cluster'>,
  offer: OnOffer,
): OnMachines {
  const changes: string[] = [];
  const { spec } = input;
  mustBeRunnable(input, cluster);
  const version = versionFor(cluster.spec.kubernetesVersion, offer.versions, changes);
  const network = networkFor(spec, cluster.spec.network.podNetwork.type, changes);
  const addons = addonsFor(spec.addons ?? [], { cluster, offer, network }, changes);
  const given: SelfManaged = typeof spec.controlPlane === 'object' ? (spec.controlPlane.selfManaged ?? {}) : {};
  if (given.mirror !== undefined)
    changes.push('controlPlane.selfManaged.mirror: the mirror of this run instead of yours');
  const mirror = mirrorOf(offer.digests);
  changes.push(
    `files, images and charts come from ${new URL(mirror.files).host}, with the digests of what was built here`,
  );
  return {
    input: {
      ...input,
      spec: {
        ...spec,
        kubernetesVersion: version,
        controlPlane: { selfManaged: { ...given, mirror } },
        network,
        ...(addons.length > 0 && { addons }),
      },
    },
    changes,
  };
}

/** How many machines a cluster begins with. */
export const machinesOf = ({ spec }: LoadedCluster['cluster']): number => {
  const { controlPlane } = spec;
  const seats =
    controlPlane.type === 'self-managed'
      ? Math.max(controlPlane.seats.zones.length, controlPlane.seats.subnets.length)
      : 0;
  return seats + spec.nodeGroups.reduce((sum, { size }) => sum + size.desired, 0);
};

/** Refuses what no change can make run here. */
export function mustBeRunnable({ spec }: ClusterInput, { spec: filled }: LoadedCluster['cluster']): void {
  if (filled.controlPlane.type !== 'self-managed')
    throw new MachinesError('AWS itself runs the control plane of EKS, and there is no real one here', {
      fix: 'Take a self-managed spec: examples/seed-kops.yaml. `quilla emulator` plays EKS.',
    });
  if (spec.network?.vpc !== undefined)
    throw new MachinesError('the spec names a VPC that is there already, and a new run has none', {
      fix: 'Leave network.vpc out: a VPC is made.',
    });
  const other = process.arch === 'arm64' ? 'x86_64' : 'arm64';
  if (filled.controlPlane.architecture === other)
    throw new MachinesError(`seats of ${filled.controlPlane.instanceType} are ${other}, which this host is not`, {
      fix: `Take an instance type of the architecture of this host, ${process.arch}.`,
    });
}

/** The version that machines run for a spec that asks for this one: itself where it is built here, else the nearest. */
export function builtFor(asked: string, built: readonly string[]): string {
  const patch = patchFor(asked) ?? asked;
  if (built.includes(patch)) return patch;
  const minor = patch.split('.').slice(0, 2).join('.');
  return built.find((version) => version.startsWith(`${minor}.`)) ?? built[0]!;
}

function versionFor(asked: string, built: readonly string[], changes: string[]): string {
  const [version, patch] = [builtFor(asked, built), patchFor(asked) ?? asked];
  if (version !== patch)
    changes.push(`kubernetesVersion: ${version} instead of ${patch}: built here are ${built.join(' and ')}`);
  return version;
}

/** Pod networks whose programs are built here; with `none` the plugins' own bridge is left. */
const podNetworks = ['flannel', 'none'];

function networkFor(spec: Input, type: string, changes: string[]): NonNullable<Input['network']> {
  const network = spec.network ?? {};
  if (podNetworks.includes(type)) return network;
  const { podNetwork } = network;
  const cidr = typeof podNetwork === 'object' ? podNetwork.cidr : undefined;
  changes.push(`network.podNetwork: flannel instead of ${type}, whose programs cannot be built here`);
  // Flannel knows no policies: what was asked of another pod network would be refused.
  const { networkPolicy, ...rest } = network;
  if (networkPolicy === true) changes.push('network.networkPolicy: off, since flannel has none');
  return { ...rest, podNetwork: cidr === undefined ? 'flannel' : { type: 'flannel', cidr } };
}

interface Around {
  readonly cluster: LoadedCluster['cluster'];
  readonly offer: OnOffer;
  readonly network: NonNullable<Input['network']>;
}

/** Charts of the spec that the mirror has; others are switched off. */
function addonsFor(asked: readonly Addon[], { cluster, offer, network }: Around, changes: string[]): Addon[] {
  const pods = typeof network.podNetwork === 'object' ? network.podNetwork.type : network.podNetwork;
  const has = (name: string): boolean => Object.hasOwn(offer.charts, name);
  const isPodNetwork = (name: string): boolean =>
    defaultCharts.some(
      (chart) => chart.name === name && chart.forPodNetwork !== undefined && chart.forPodNetwork !== pods,
    );
  const kept = asked.flatMap((addon): Addon[] => {
    if (addon.enabled === false) return isPodNetwork(addon.name) ? [] : [addon];
    if (isPodNetwork(addon.name)) {
      changes.push(`addons: ${addon.name} left out with its pod network`);
      return [];
    }
    // What kubeadm installs is no chart.
    if (addon.name === 'coredns' || addon.name === 'kube-proxy') return [addon];
    return has(addon.name) ? [pinned(addon, offer, changes)] : off(addon.name, changes);
  });
  const { controlPlane } = cluster.spec;
  const byDefault = controlPlane.type === 'self-managed' ? cluster.spec.charts : [];
  const unasked = byDefault.filter(
    ({ name }) => !has(name) && !isPodNetwork(name) && !asked.some((addon) => addon.name === name),
  );
  return [...kept, ...unasked.flatMap(({ name }) => off(name, changes))];
}

/** Switched off where it is installed by default; else left out. */
function off(name: string, changes: string[]): Addon[] {
  changes.push(`addons: ${name} off: its chart and images cannot be built here`);
  return defaultCharts.some((chart) => chart.name === name && chart.byDefault) ? [{ name, enabled: false }] : [];
}

function pinned(addon: Addon, { charts }: OnOffer, changes: string[]): Addon {
  const { version, chart, ...rest } = addon;
  const here = charts[addon.name]!;
  if (version === undefined || version === here) return version === undefined ? addon : { ...rest, version };
  changes.push(`addons: ${addon.name} ${here} instead of ${version}, which is not in the mirror`);
  return { ...rest, ...(chart && { chart }), version: here };
}
