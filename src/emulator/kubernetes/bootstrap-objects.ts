import { addressAt, cidr } from '../../base/cidr.ts';
import { seedClusterRoles } from './cluster-roles.ts';
import type { Store } from './store.ts';

/** What a new API server stores before anything is installed. */
export function seedObjects(store: Store): void {
  for (const name of ['default', 'kube-node-lease', 'kube-public', 'kube-system']) createNamespace(store, name);
  seedPriorityClasses(store);
  store.create('services', {
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP: addressAt(cidr(store.state.serviceCidr), 1),
      clusterIPs: [addressAt(cidr(store.state.serviceCidr), 1)],
      internalTrafficPolicy: 'Cluster',
      sessionAffinity: 'None',
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: 443 }],
    },
    status: { loadBalancer: {} },
  });
  if (store.state.selfManaged !== undefined) {
    seedClusterRoles(store);
    return;
  }
  // Up to 1.29 EKS marked gp2 as the default class: https://docs.aws.amazon.com/eks/latest/userguide/create-storage-class.html
  store.create('storageclasses', {
    metadata: {
      name: 'gp2',
      annotations: minorOf(store.state.version) < 30 ? { 'storageclass.kubernetes.io/is-default-class': 'true' } : {},
    },
    provisioner: 'kubernetes.io/aws-ebs',
    parameters: { fsType: 'ext4', type: 'gp2' },
    reclaimPolicy: 'Delete',
    volumeBindingMode: 'WaitForFirstConsumer',
  });
}

/** A namespace with what its controllers give it at once: the default service account and the CA's config map. */
export function createNamespace(store: Store, name: string, rest: Record<string, unknown> = {}): void {
  const given = (rest.metadata ?? {}) as { labels?: Record<string, string>; annotations?: Record<string, string> };
  store.create('namespaces', {
    metadata: {
      name,
      labels: { ...given.labels, 'kubernetes.io/metadata.name': name },
      ...(given.annotations === undefined ? {} : { annotations: given.annotations }),
    },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  });
  store.create('serviceaccounts', { metadata: { name: 'default', namespace: name } });
  store.create('configmaps', {
    metadata: { name: 'kube-root-ca.crt', namespace: name },
    data: { 'ca.crt': store.state.authority.certificate },
  });
}

function seedPriorityClasses(store: Store): void {
  const classes: readonly [string, number][] = [
    ['system-cluster-critical', 2_000_000_000],
    ['system-node-critical', 2_000_001_000],
  ];
  for (const [name, value] of classes) {
    store.create('priorityclasses', {
      metadata: { name },
      value,
      globalDefault: false,
      preemptionPolicy: 'PreemptLowerPriority',
      description: `Used for system critical pods that must run in the cluster${name.includes('node') ? ' and cannot be moved off their node' : ''}.`,
    });
  }
}

/** 33 for `1.33`. */
export const minorOf = (version: string): number => Number(version.split('.')[1]);
