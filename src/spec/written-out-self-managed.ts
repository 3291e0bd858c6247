import { defined } from '../base/defined.ts';
import { defaultCharts } from '../catalog/charts.ts';
import type { Chart, ClusterSpec, Dns, SelfManagedControlPlane } from './cluster.ts';
import { isDefaultChart } from './defaults-self-managed.ts';
import type { AddonInput, SelfManagedInput } from './input.ts';
import { host, volume } from './written-out-node-group.ts';

function dns(of: Dns): NonNullable<SelfManagedInput['dns']> {
  switch (of.type) {
    case 'none':
      return 'none';
    case 'public':
    case 'private':
      return { zone: of.zone, type: of.type, name: of.name };
    default:
      return of satisfies never;
  }
}

function flags({ apiServer, controllerManager, scheduler, kubelet, etcd }: SelfManagedControlPlane['flags']) {
  return {
    apiServer: { ...apiServer },
    controllerManager: { ...controllerManager },
    scheduler: { ...scheduler },
    kubelet: { ...kubelet },
    etcd: { ...etcd },
  };
}

/** A self-managed control plane as somebody who leaves nothing to a default would have written it; its architecture follows from its type. */
export function selfManaged(plane: SelfManagedControlPlane): SelfManagedInput {
  const { seats, image, etcd, auditPolicy, storeBucket } = plane;
  return {
    seats: seats.subnets.length === 0 ? { zones: [...seats.zones] } : { subnets: [...seats.subnets] },
    instanceType: plane.instanceType,
    rootVolume: volume(plane.rootVolume),
    image: { family: image.family, ...defined({ ami: image.amiId }) },
    etcd: { volume: volume(etcd.volume), snapshots: { ...etcd.snapshots } },
    certificateNames: [...plane.certificateNames],
    dns: dns(plane.dns),
    ...defined({ storeBucket }),
    secretsEncryption: plane.secretsEncryption,
    ...defined({ auditPolicy }),
    podRoles: plane.podRoles,
    flags: flags(plane.flags),
    featureGates: { ...plane.featureGates },
    host: host(plane.host),
    mirror: { ...plane.mirror },
    certificateDays: plane.certificateDays,
    deletionProtection: plane.deletionProtection,
  };
}

const chartInput = ({ name, version, values, repository, chart, namespace }: Chart): AddonInput => ({
  name,
  enabled: true,
  version,
  ...defined({ values }),
  chart: { repository, name: chart },
  namespace,
});

/** The charts that are installed, and what would be installed by default and is not. */
export function chartInputs({ charts, network }: ClusterSpec, plane: SelfManagedControlPlane): AddonInput[] {
  const off = [
    ...defaultCharts
      .filter((chart) => isDefaultChart(chart, network.podNetwork.type, plane.podRoles))
      .map(({ name }) => name)
      .filter((name) => !charts.some((chart) => chart.name === name)),
    ...(plane.coredns ? [] : ['coredns']),
    ...(plane.kubeProxy ? [] : ['kube-proxy']),
  ];
  return [...charts.map(chartInput), ...off.map((name) => ({ name, enabled: false }))];
}
