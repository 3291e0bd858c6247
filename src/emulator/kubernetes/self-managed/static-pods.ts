import type { BootConfig } from '../../nodes/self-managed/boot-config.ts';
import { completePodSpec, setCondition } from '../controllers/pods.ts';
import { type Pod, timestamp } from '../object.ts';
import type { Store } from '../store.ts';

/** The mirrors of the static pods that the kubelet of a seat runs: etcd and kubeadm's three. */
export function addStaticPods(store: Store, nodeName: string, config: BootConfig): void {
  const node = store.get('nodes', nodeName);
  if (node === undefined) return;
  const version = `v${config.kubernetes}`;
  const images: Readonly<Record<string, string>> = {
    etcd: config.images.etcd ?? `${config.images.repository}/etcd`,
    'kube-apiserver': `${config.images.repository}/kube-apiserver:${version}`,
    'kube-controller-manager': `${config.images.repository}/kube-controller-manager:${version}`,
    'kube-scheduler': `${config.images.repository}/kube-scheduler:${version}`,
  };
  for (const [component, image] of Object.entries(images)) {
    const name = `${component}-${nodeName}`;
    if (store.get('pods', name, 'kube-system') === undefined) addStaticPod(store, { name, component, image, nodeName });
  }
}

interface StaticPod {
  readonly name: string;
  readonly component: string;
  readonly image: string;
  readonly nodeName: string;
}

function addStaticPod(store: Store, { name, component, image, nodeName }: StaticPod): void {
  const node = store.get('nodes', nodeName)!;
  const now = timestamp(store.turn.now);
  const spec: Pod['spec'] = {
    containers: [{ name: component, image }],
    hostNetwork: true,
    nodeName,
    priorityClassName: 'system-node-critical',
    tolerations: [{ operator: 'Exists', effect: 'NoExecute' }],
  };
  completePodSpec(store, spec);
  const address = node.status.addresses.find(({ type }) => type === 'InternalIP')?.address ?? '';
  const status: Pod['status'] = {
    phase: 'Running',
    podIP: address,
    podIPs: [{ ip: address }],
    hostIP: address,
    startTime: now,
    containerStatuses: [
      {
        name: component,
        image,
        imageID: image,
        ready: true,
        restartCount: 0,
        started: true,
        state: { running: { startedAt: now } },
      },
    ],
  };
  for (const type of ['PodReadyToStartContainers', 'Initialized', 'Ready', 'ContainersReady', 'PodScheduled'])
    setCondition(status, now, { type, status: 'True' });
  store.create('pods', {
    metadata: {
      name,
      namespace: 'kube-system',
      labels: { component, tier: 'control-plane' },
      annotations: { 'kubernetes.io/config.source': 'file', 'kubernetes.io/config.mirror': store.turn.newToken(32) },
      ownerReferences: [{ apiVersion: 'v1', kind: 'Node', name: nodeName, uid: node.metadata.uid, controller: true }],
    },
    spec,
    status,
  });
}
