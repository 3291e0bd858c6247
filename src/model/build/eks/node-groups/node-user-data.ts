import { addressAt, cidr } from '../../../../base/cidr.ts';
import type { Diagnostic } from '../../../../base/diagnostic.ts';
import { instanceType, maxPods } from '../../../../catalog/instance-types.ts';
import { bottlerocketUserData } from '../../../bootstrap/bottlerocket-user-data.ts';
import type { ClusterToJoin, NodeSettings } from '../../../bootstrap/node-settings.ts';
import { nodeadmUserData } from '../../../bootstrap/nodeadm-user-data.ts';
import { refTo } from '../../../graph.ts';
import type { Join } from '../../../value.ts';
import { userDataFindings as tooLong } from '../../node-groups/user-data-size.ts';
import type { GroupContext } from './group-context.ts';

/** Whether user data must say how to join: EKS adds that itself to managed nodes whose image it chooses. */
const saysHowToJoin = ({ group }: GroupContext): boolean => group.manager === 'asg' || group.image.amiId !== undefined;

function clusterToJoin({ name, spec, around }: GroupContext): ClusterToJoin {
  const { cluster } = around;
  return {
    name,
    endpoint: refTo(cluster, 'endpoint'),
    certificateAuthority: refTo(cluster, 'certificateAuthority'),
    serviceRange: spec.network.serviceCidr ?? refTo(cluster, 'serviceRange'),
  };
}

/**
 * nodeadm counts addresses of interfaces and knows of neither prefixes nor custom networking, so with these the number is said. The
 * smallest of the types decides: more pods than addresses would hang in ContainerCreating.
 */
function podLimit({ group, spec }: GroupContext): number | undefined {
  const customNetworking = spec.network.podSubnets !== undefined;
  const { prefixDelegation } = spec.network;
  if (!customNetworking && !prefixDelegation) return undefined;
  const types = group.instanceTypes.flatMap((name) => instanceType(name) ?? []);
  if (types.length < group.instanceTypes.length) return undefined;
  return Math.min(...types.map((type) => maxPods(type, { prefixDelegation, customNetworking })));
}

function settingsOf(context: GroupContext): NodeSettings {
  const { group } = context;
  const joins = saysHowToJoin(context);
  const limit = group.maxPods ?? (joins ? podLimit(context) : undefined);
  const managed = group.manager === 'eks';
  return {
    // EKS gives managed nodes the labels and taints of their group.
    labels: managed ? {} : group.labels,
    taints: managed ? [] : group.taints,
    ...(limit === undefined ? {} : { maxPods: limit }),
  };
}

/** cloud-init runs a script part only with an interpreter line. */
const script = (text: string): string => (text.startsWith('#!') ? text : `#!/bin/bash\n${text}`);

/** Whether the user's NodeConfig says the limit: nodeadm would let ours win, which comes later. */
function saysMaxPods({ group }: GroupContext): boolean {
  const kubelet = group.nodeConfig?.kubelet as { config?: { maxPods?: unknown } } | undefined;
  return kubelet?.config?.maxPods !== undefined;
}

function al2023(context: GroupContext): string | Join | null {
  const { group } = context;
  const { before, after } = group.userData;
  const { maxPods: limit, ...settings } = settingsOf(context);
  return nodeadmUserData({
    cluster: saysHowToJoin(context) ? clusterToJoin(context) : null,
    settings: limit === undefined || saysMaxPods(context) ? settings : { ...settings, maxPods: limit },
    ...(group.nodeConfig === undefined ? {} : { nodeConfig: group.nodeConfig }),
    scripts: {
      ...(before === undefined ? {} : { before: script(before) }),
      ...(after === undefined ? {} : { after: script(after) }),
    },
  });
}

function bottlerocket(context: GroupContext): string | Join | null {
  const { group, spec } = context;
  const range = spec.network.serviceCidr;
  return bottlerocketUserData({
    cluster: saysHowToJoin(context) ? clusterToJoin(context) : null,
    // The tenth address of the range is the cluster's DNS.
    dnsIps: range === undefined ? [] : [addressAt(cidr(range), 10)],
    node: settingsOf(context),
    ...(group.nodeConfig === undefined ? {} : { settings: group.nodeConfig }),
  });
}

/** User data of a group's nodes; null where EKS says everything. */
export const userDataOf = (context: GroupContext): string | Join | null =>
  context.group.image.family === 'bottlerocket' ? bottlerocket(context) : al2023(context);

/** What is wrong with the length of a group's user data. */
export const userDataFindings = (
  { group, from }: GroupContext,
  userData: string | Join | null,
): readonly Diagnostic[] =>
  tooLong(
    {
      what: `node group ${group.name}`,
      fix: 'Fetch the long part from elsewhere in a short script.',
      path: `${from}.userData`,
    },
    userData,
  );
