import type { Json } from '../../base/canonical-json.ts';
import { latestPatch } from '../aws/ec2/kubernetes-patches.ts';
import { takeAddress } from '../aws/ec2/private-addresses.ts';
import { AwsError, type Turn } from '../call.ts';
import { recordEvent } from '../kubernetes/controllers/events.ts';
import { requestOf } from '../kubernetes/controllers/placement.ts';
import { reconcile } from '../kubernetes/controllers/reconcile.ts';
import { bindPod } from '../kubernetes/controllers/scheduler.ts';
import { podOf } from '../kubernetes/events.ts';
import type { Pod } from '../kubernetes/object.ts';
import type { Draft, Store } from '../kubernetes/store.ts';
import { addNode } from './node-object.ts';

/** A pod's own Fargate node is there: registers it and binds the pod to it. */
export function fargateNodeDue(data: Json, turn: Turn): void {
  const found = podOf(data, turn);
  if (
    found === undefined ||
    found.pod.spec.nodeName !== undefined ||
    found.pod.metadata.deletionTimestamp !== undefined
  )
    return;
  const { store, pod } = found;
  const profiles = turn.state.eks.clusters[store.state.name]?.fargateProfiles ?? {};
  const subnetIds = profiles[pod.metadata.labels?.['eks.amazonaws.com/fargate-profile'] ?? '']?.subnets ?? [];
  const place = placeIn(turn, store, subnetIds);
  if (place === undefined) {
    const message = 'Pod provisioning timed out (will retry): the subnets of the Fargate profile have no free address';
    recordEvent(store, {
      about: pod,
      reason: 'FailedScheduling',
      message,
      type: 'Warning',
      component: 'fargate-scheduler',
    });
    turn.later({ ms: 60_000 }, 'nodes.fargate', data);
    return;
  }
  const name = `fargate-ip-${place.address.replaceAll('.', '-')}.${turn.region === 'us-east-1' ? 'ec2' : `${turn.region}.compute`}.internal`;
  addNode(store, fargateNode(store, pod, { name, ...place }));
  bindPod(store, pod, name);
  reconcile(store);
}

interface Place {
  readonly address: string;
  readonly zone: string;
}

function placeIn(turn: Turn, store: Store, subnetIds: readonly string[]): Place | undefined {
  const taken = store.list('nodes').flatMap(({ status }) => status.addresses.map(({ address }) => address));
  const start = subnetIds.length === 0 ? 0 : turn.world.counter % subnetIds.length;
  for (const id of [...subnetIds.slice(start), ...subnetIds.slice(0, start)]) {
    const subnet = turn.state.ec2.subnets[id];
    if (subnet === undefined) continue;
    try {
      return { address: takeAddress(turn, subnet, taken), zone: subnet.zone };
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
    }
  }
  return undefined;
}

/** The steps in which Fargate gives CPU; a pod gets the next one up: https://docs.aws.amazon.com/eks/latest/userguide/fargate-pod-configuration.html */
const cpuSteps = [0.25, 0.5, 1, 2, 4, 8, 16];

function fargateNode(store: Store, pod: Pod, { name, address, zone }: Place & { name: string }): Draft {
  const { turn, state } = store;
  const cpu = cpuSteps.find((step) => step >= requestOf(pod.spec, 'cpu')) ?? 16;
  // 256 MB on top for Kubernetes' own parts, then up to the next half gigabyte.
  const memoryKi = Math.ceil((requestOf(pod.spec, 'memory') / 1024 + 262_144) / 524_288) * 524_288;
  const size = {
    cpu: String(Math.max(2, Math.ceil(cpu))),
    memory: `${memoryKi + 524_288}Ki`,
    pods: '1',
    'ephemeral-storage': '30787492Ki',
  };
  return {
    metadata: {
      name,
      labels: {
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/os': 'linux',
        'kubernetes.io/hostname': name,
        'eks.amazonaws.com/compute-type': 'fargate',
        'topology.kubernetes.io/region': turn.region,
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: {
      providerID: `aws:///${zone}/${turn.newToken(10)}-${turn.newToken(32)}/${name.split('.')[0]}`,
      taints: [{ key: 'eks.amazonaws.com/compute-type', value: 'fargate', effect: 'NoSchedule' }],
    },
    status: {
      capacity: size,
      allocatable: size,
      conditions: [
        { type: 'Ready', status: 'True', reason: 'KubeletReady', message: 'kubelet is posting ready status' },
      ],
      addresses: [
        { type: 'InternalIP', address },
        { type: 'InternalDNS', address: name },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        containerRuntimeVersion: 'containerd://2.1.4',
        kernelVersion: '6.1.150-174.273.amzn2023.x86_64',
        kubeletVersion: `v${latestPatch(state.version)}-eks-3025e55`,
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2',
      },
    },
  };
}
