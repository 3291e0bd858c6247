import { instanceType } from '../../catalog/instance-types.ts';
import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import type { Turn } from '../call.ts';
import { microTimestamp } from '../kubernetes/object.ts';
import type { Draft, Store } from '../kubernetes/store.ts';
import type { BootSettings } from './bottlerocket-settings.ts';
import type { NodeImage } from './instance-image.ts';

export interface Capacity {
  readonly capacity: Record<string, string>;
  readonly allocatable: Record<string, string>;
}

/** What the kubelet and the system keep of a machine: https://github.com/awslabs/amazon-eks-ami/blob/main/nodeadm/internal/kubelet/config.go */
export function capacityOf(turn: Turn, instance: InstanceRecord, settings: Pick<BootSettings, 'maxPods'>): Capacity {
  const type = instanceType(instance.type);
  const cpus = type?.vcpus ?? 2;
  const pods = settings.maxPods ?? (type === undefined ? 110 : type.maxEnis * (type.ipv4PerEni - 1) + 2);
  // The kernel and the firmware take about three percent of what the type's page promises.
  const memoryKi = Math.floor((type?.memoryMiB ?? 4096) * 1024 * 0.97);
  const reservedKi = (255 + 11 * pods + 100) * 1024;
  const diskGiB = turn.state.ec2.volumes[instance.blockDevices.at(-1)?.volumeId ?? '']?.size ?? 20;
  const diskKi = Math.floor(diskGiB * 1024 * 1024 * 0.998);
  const shared = { pods: String(pods), 'hugepages-1Gi': '0', 'hugepages-2Mi': '0' };
  return {
    capacity: { cpu: String(cpus), 'ephemeral-storage': `${diskKi}Ki`, memory: `${memoryKi}Ki`, ...shared },
    allocatable: {
      cpu: `${cpus * 1000 - reservedCpu(cpus)}m`,
      'ephemeral-storage': String(Math.floor(diskKi * 1024 * 0.9) - 1024 ** 3),
      memory: `${memoryKi - reservedKi}Ki`,
      ...shared,
    },
  };
}

/** Millicores: 6 % of the first core, 1 % of the second, half a percent of the next two, a quarter of each further one. */
function reservedCpu(cpus: number): number {
  const shares = [60, 10, 5, 5];
  return Math.floor(Array.from({ length: cpus }, (_, i) => shares[i] ?? 2.5).reduce((sum, share) => sum + share, 0));
}

function labelsOf(turn: Turn, instance: InstanceRecord, settings: BootSettings): Record<string, string> {
  const arch = instance.architecture === 'arm64' ? 'arm64' : 'amd64';
  const group = turn.state.ec2.tags[instance.id]?.['eks:nodegroup-name'];
  return {
    'beta.kubernetes.io/arch': arch,
    'beta.kubernetes.io/instance-type': instance.type,
    'beta.kubernetes.io/os': 'linux',
    'failure-domain.beta.kubernetes.io/region': turn.region,
    'failure-domain.beta.kubernetes.io/zone': instance.zone,
    'k8s.io/cloud-provider-aws': turn.state.eks.clusters[settings.clusterName]!.arn.split(':').at(-2)!,
    'kubernetes.io/arch': arch,
    'kubernetes.io/hostname': instance.privateDnsName,
    'kubernetes.io/os': 'linux',
    'node.kubernetes.io/instance-type': instance.type,
    'topology.kubernetes.io/region': turn.region,
    'topology.kubernetes.io/zone': instance.zone,
    'topology.k8s.aws/zone-id': turn.state.ec2.subnets[instance.subnetId]?.zoneId ?? '',
    ...(group === undefined ? {} : { 'eks.amazonaws.com/nodegroup': group }),
    ...settings.labels,
  };
}

interface NewNode {
  readonly instance: InstanceRecord;
  readonly settings: BootSettings;
  readonly image: NodeImage;
}

/** Registers the node of an instance as its kubelet and the cloud's node controller do together. It is NotReady until the CNI runs on it. */
export function createNode(store: Store, { instance, settings, image }: NewNode): void {
  const { turn } = store;
  const name = instance.privateDnsName;
  const own = turn.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const addresses = [
    { type: 'InternalIP', address: instance.privateIp },
    ...(own?.publicIp === undefined ? [] : [{ type: 'ExternalIP', address: own.publicIp }]),
    { type: 'InternalDNS', address: name },
    { type: 'Hostname', address: name },
  ];
  const node: Draft = {
    metadata: {
      name,
      labels: labelsOf(turn, instance, settings),
      annotations: {
        'alpha.kubernetes.io/provided-node-ip': instance.privateIp,
        'node.alpha.kubernetes.io/ttl': '0',
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
      },
    },
    spec: {
      providerID: `aws:///${instance.zone}/${instance.id}`,
      taints: [...settings.taints, { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
    },
    status: {
      ...capacityOf(turn, instance, settings),
      conditions: [],
      addresses,
      daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
      nodeInfo: {
        architecture: instance.architecture === 'arm64' ? 'arm64' : 'amd64',
        bootID: store.newUid(),
        containerRuntimeVersion: image.containerRuntimeVersion,
        kernelVersion: image.kernelVersion,
        kubeProxyVersion: '',
        kubeletVersion: image.kubeletVersion,
        machineID: `ec2${turn.newToken(29)}`,
        operatingSystem: 'linux',
        osImage: image.osImage,
        systemUUID: store.newUid(),
      },
      images: [],
    },
  };
  addNode(store, node);
}

/** Stores a node with what belongs to it: its lease and its CSINode. */
export function addNode(store: Store, node: Draft): void {
  const { name } = node.metadata;
  const { uid } = store.create('nodes', node).metadata;
  const ownerReferences = [{ apiVersion: 'v1', kind: 'Node', name, uid }];
  store.create('leases', {
    metadata: { name, namespace: 'kube-node-lease', ownerReferences },
    spec: { holderIdentity: name, leaseDurationSeconds: 40, renewTime: microTimestamp(store.turn.now) },
  });
  store.create('csinodes', { metadata: { name, ownerReferences }, spec: { drivers: [] } });
}
