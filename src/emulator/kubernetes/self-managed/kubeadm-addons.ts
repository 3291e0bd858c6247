import { addonSettings } from '../addons/settings.ts';
import {
  container,
  criticalOnly,
  daemonSet,
  deployment,
  everywhere,
  type Site,
  serviceAccount,
  type Workload,
} from '../addons/workload-parts.ts';
import type { KubernetesState } from '../state.ts';

const siteOf = (state: KubernetesState, name: string): Site => ({
  state,
  addon: { cluster: state.name, name, version: `v${state.selfManaged!.kubernetes}` },
  namespace: 'kube-system',
  settings: addonSettings(undefined),
  image: (repository, tag = `v${state.selfManaged!.kubernetes}`) => `registry.k8s.io/${repository}:${tag}`,
});

/** kube-proxy as `kubeadm init phase addon kube-proxy` installs it. */
export function kubeProxy(state: KubernetesState): Workload[] {
  const site = siteOf(state, 'kube-proxy');
  const account = 'kube-proxy';
  return [
    serviceAccount(site, account),
    daemonSet(site, {
      name: 'kube-proxy',
      labels: { 'k8s-app': 'kube-proxy' },
      account,
      priority: 'system-node-critical',
      containers: [container('kube-proxy', site.image('kube-proxy'))],
      pod: { hostNetwork: true, tolerations: [...everywhere] },
    }),
  ];
}

/** CoreDNS as `kubeadm init phase addon coredns` installs it. */
export function coredns(state: KubernetesState): Workload[] {
  const site = siteOf(state, 'coredns');
  const labels = { 'k8s-app': 'kube-dns' };
  const clusterIP = state.selfManaged!.network.dns;
  return [
    serviceAccount(site, 'coredns'),
    deployment(site, 2, {
      name: 'coredns',
      labels,
      account: 'coredns',
      priority: 'system-cluster-critical',
      containers: [container('coredns', site.image('coredns/coredns', 'v1.14.2'), '100m', '70Mi')],
      pod: { tolerations: [...criticalOnly] },
    }),
    {
      plural: 'services',
      object: {
        metadata: { name: 'kube-dns', namespace: 'kube-system', labels },
        spec: {
          type: 'ClusterIP',
          clusterIP,
          clusterIPs: [clusterIP],
          selector: labels,
          ports: [
            { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
            { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
          ],
        },
        status: { loadBalancer: {} },
      },
    },
  ];
}
