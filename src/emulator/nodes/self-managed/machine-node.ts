import { cidr } from '../../../base/cidr.ts';
import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { imagesOf } from '../../aws/ec2/images.ts';
import type { Turn } from '../../call.ts';
import { recordEvent } from '../../kubernetes/controllers/events.ts';
import type { Taint } from '../../kubernetes/object.ts';
import type { Draft, Store } from '../../kubernetes/store.ts';
import { addNode, capacityOf } from '../node-object.ts';
import type { BootConfig } from './boot-config.ts';

/** Set by the kubelet while no cloud controller has looked at the node. */
export const uninitialized: Taint = {
  key: 'node.cloudprovider.kubernetes.io/uninitialized',
  value: 'true',
  effect: 'NoSchedule',
};
export const controlPlaneLabel = 'node-role.kubernetes.io/control-plane';

const systems = {
  al2023: { osImage: 'Amazon Linux 2023.9.20261013', kernelVersion: '6.12.46-66.121.amzn2023.x86_64' },
  'ubuntu-24.04': { osImage: 'Ubuntu 24.04.3 LTS', kernelVersion: '6.14.0-1016-aws' },
} as const;

/** The operating system of a plain image, where the scripts know it; undefined for EKS's images and all others. */
export function plainSystem(turn: Turn, instance: InstanceRecord): keyof typeof systems | undefined {
  const image = imagesOf(turn.region).find(({ id }) => id === instance.imageId);
  return image === undefined || image.kubernetes !== undefined || image.os === 'bottlerocket' ? undefined : image.os;
}

/** The range of the next node's pods: --node-cidr-mask-size is 24. */
function podRange(store: Store): string | undefined {
  const pods = store.state.selfManaged?.network.pods;
  if (pods === undefined || pods === null) return undefined;
  const taken = new Set(store.list('nodes').map(({ spec }) => spec.podCIDR));
  const range = cidr(pods);
  for (let first = range.first; first + 255n <= range.last; first += 256n) {
    const text = [24n, 16n, 8n, 0n].map((shift) => String((first >> shift) & 0xffn)).join('.');
    if (!taken.has(`${text}/24`)) return `${text}/24`;
  }
  return undefined;
}

/** Taints as they stand at registration: the user's, that of seats, and those that controllers take away. */
function taintsOf({ role, kubelet }: BootConfig): Taint[] {
  const taints: Taint[] = [
    ...kubelet.taints.map(({ key, value, effect }) => ({ key, effect, ...(value === undefined ? {} : { value }) })),
    ...(role === 'seat' ? [{ key: controlPlaneLabel, effect: 'NoSchedule' } as const] : []),
    uninitialized,
    { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' },
  ];
  return taints.filter(({ key }, at) => taints.findIndex((other) => other.key === key) === at);
}

const archOf = ({ architecture }: InstanceRecord): string => (architecture === 'arm64' ? 'arm64' : 'amd64');

const labelsOf = (instance: InstanceRecord, { role, kubelet }: BootConfig): Record<string, string> => ({
  'beta.kubernetes.io/arch': archOf(instance),
  'beta.kubernetes.io/os': 'linux',
  'kubernetes.io/arch': archOf(instance),
  'kubernetes.io/hostname': instance.id,
  'kubernetes.io/os': 'linux',
  ...(role === 'seat'
    ? { [controlPlaneLabel]: '', 'node.kubernetes.io/exclude-from-external-load-balancers': '' }
    : {}),
  ...kubelet.labels,
});

function statusOf(store: Store, instance: InstanceRecord, config: BootConfig): Draft['status'] {
  const { turn } = store;
  const containerd = config.files.find(({ name }) => name === 'containerd')?.version ?? 'unknown';
  return {
    ...capacityOf(turn, instance, { maxPods: config.kubelet.maxPods }),
    conditions: [],
    addresses: [
      { type: 'InternalIP', address: instance.privateIp },
      { type: 'Hostname', address: instance.id },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      architecture: archOf(instance),
      bootID: store.newUid(),
      containerRuntimeVersion: `containerd://${containerd}`,
      kubeProxyVersion: '',
      kubeletVersion: `v${config.kubernetes}`,
      machineID: `ec2${turn.newToken(29)}`,
      operatingSystem: 'linux',
      ...systems[plainSystem(turn, instance) ?? 'al2023'],
      systemUUID: store.newUid(),
    },
    images: [],
  };
}

/** Registers the node of a machine as its kubelet does, under the id of its instance. What the cloud knows of it comes later. */
export function registerNode(store: Store, instance: InstanceRecord, config: BootConfig): void {
  const podCIDR = podRange(store);
  addNode(store, {
    metadata: {
      name: instance.id,
      labels: labelsOf(instance, config),
      annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
    },
    spec: {
      providerID: `aws:///${instance.zone}/${instance.id}`,
      ...(podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] }),
      taints: taintsOf(config),
    },
    status: statusOf(store, instance, config),
  });
  recordEvent(store, {
    about: store.get('nodes', instance.id)!,
    reason: 'Starting',
    message: 'Starting kubelet.',
    component: 'kubelet',
    host: instance.id,
  });
}
