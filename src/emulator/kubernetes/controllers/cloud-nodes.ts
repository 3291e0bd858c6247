import { publicIpOf } from '../../aws/ec2/interface-records.ts';
import { instanceBehind } from '../../nodes/instance-behind.ts';
import { isReadyPod, type Node } from '../object.ts';
import type { Store } from '../store.ts';

const uninitialized = 'node.cloudprovider.kubernetes.io/uninitialized';

/** Whether a cloud controller manager runs: EKS's always does, that of a self-managed cluster where its chart is installed. */
export const cloudControllerRuns = (store: Store): boolean =>
  store.state.selfManaged === undefined ||
  store
    .list('pods')
    .some((pod) => pod.metadata.labels?.['k8s-app'] === 'aws-cloud-controller-manager' && isReadyPod(pod));

/** The node after the cloud's node controller looked at it: place, type and addresses are known, and pods may come. */
export function initialized(store: Store, node: Node): Node {
  if (node.spec.taints?.some(({ key }) => key === uninitialized) !== true || !cloudControllerRuns(store)) return node;
  const { turn } = store;
  const instance = instanceBehind(turn, node.spec.providerID);
  if (instance === undefined) return node;
  const eni = turn.state.ec2.networkInterfaces[instance.networkInterfaceIds[0] ?? ''];
  const publicIp = eni && publicIpOf(turn.state.ec2, eni);
  return store.change('nodes', node, (draft) => {
    draft.metadata.labels = {
      ...draft.metadata.labels,
      'beta.kubernetes.io/instance-type': instance.type,
      'failure-domain.beta.kubernetes.io/region': turn.region,
      'failure-domain.beta.kubernetes.io/zone': instance.zone,
      'node.kubernetes.io/instance-type': instance.type,
      'topology.k8s.aws/zone-id': turn.state.ec2.subnets[instance.subnetId]?.zoneId ?? '',
      'topology.kubernetes.io/region': turn.region,
      'topology.kubernetes.io/zone': instance.zone,
    };
    draft.status.addresses = [
      { type: 'InternalIP', address: instance.privateIp },
      ...(publicIp === undefined ? [] : [{ type: 'ExternalIP', address: publicIp }]),
      { type: 'InternalDNS', address: instance.privateDnsName },
      { type: 'Hostname', address: instance.id },
    ];
    const left = (draft.spec.taints ?? []).filter(({ key }) => key !== uninitialized);
    if (left.length > 0) draft.spec.taints = left;
    else delete draft.spec.taints;
  });
}
