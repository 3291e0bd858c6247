import type { Turn } from '../../call.ts';
import { applyAddonWorkloads } from '../../kubernetes/addons.ts';
import { addonOffers, defaultAddonVersion } from './addon-catalog.ts';
import type { EksCluster } from './state.ts';

/** What EKS puts into a new cluster unless bootstrapSelfManagedAddons is false; no add-on of EKS, so nothing lists them. */
export function installSelfManagedAddons(turn: Turn, cluster: EksCluster): void {
  for (const name of ['vpc-cni', 'kube-proxy', 'coredns']) {
    const offer = addonOffers(turn.now).find((candidate) => candidate.name === name)!;
    const version = defaultAddonVersion(offer, cluster.version);
    if (version !== undefined) applyAddonWorkloads(turn, { cluster: cluster.name, name, version });
  }
}
