import type { Node, Pod } from '../kubernetes/object.ts';
import type { Store } from '../kubernetes/store.ts';
import { instanceBehind } from './instance-behind.ts';
import { cniActions, missingAction } from './node-role.ts';
import { credentialsOf } from './pod-role.ts';

/** What a pod's program writes before it ends, where it lacks rights on AWS that it cannot do without; undefined where it runs. */
export function startupProblem(store: Store, pod: Pod, node: Node): string | undefined {
  const untagged = untaggedProblem(store, pod, node);
  if (untagged !== undefined) return untagged;
  const actions = needsOf(store, pod);
  if (actions === undefined) return undefined;
  const credentials = credentialsOf(store, pod, node);
  if ('missing' in credentials) return credentials.missing;
  const missing = missingAction(store.turn, credentials.role, actions);
  return missing === undefined
    ? undefined
    : `UnauthorizedOperation: role ${credentials.role.roleName} is not authorized to perform: ${missing}`;
}

/** The cloud controller learns the cluster's name from the tags of the instance that it runs on. */
function untaggedProblem({ turn }: Store, pod: Pod, node: Node): string | undefined {
  if (pod.metadata.labels?.['k8s-app'] !== 'aws-cloud-controller-manager') return undefined;
  const instance = instanceBehind(turn, node.spec.providerID);
  const tags = Object.keys(turn.state.ec2.tags[instance?.id ?? ''] ?? {});
  return tags.some((key) => key.startsWith('kubernetes.io/cluster/') || key === 'KubernetesCluster')
    ? undefined
    : 'no ClusterID found.  A ClusterID is required for the cloud provider to function properly.  This check can be bypassed by setting the allow-untagged-cloud option';
}

function needsOf(store: Store, pod: Pod): readonly string[] | undefined {
  const labels = pod.metadata.labels ?? {};
  if (labels['k8s-app'] === 'aws-node') {
    return cniActions[store.turn.state.eks.clusters[store.state.name]?.network.ipFamily ?? 'ipv4'];
  }
  if (labels['k8s-app'] === 'aws-cloud-controller-manager') return ['ec2:DescribeInstances'];
  // The driver asks for the zones when it starts, and ends where it may not.
  return labels.app === 'ebs-csi-controller'
    ? ['ec2:DescribeAvailabilityZones', 'ec2:CreateVolume', 'ec2:AttachVolume']
    : undefined;
}
