import { stringify } from 'yaml';
import type { JsonObject, NodeGroup } from '../../spec/cluster.ts';
import type { Join } from '../value.ts';
import { multipart, type Part } from './multipart.ts';
import type { ClusterToJoin, NodeSettings } from './node-settings.ts';
import { textWithReferences } from './text-with-references.ts';

export interface NodeadmInput {
  /** Null where EKS adds the cluster's data itself: a managed node group with an image that EKS chooses. */
  readonly cluster: ClusterToJoin | null;
  readonly settings: NodeSettings;
  /** A NodeConfig `spec` of the user's. */
  readonly nodeConfig?: JsonObject;
  /** Shell scripts, before and after nodeadm's parts. All of them run before the kubelet starts. */
  readonly scripts: NodeGroup['userData'];
}

const yamlOf = (document: unknown): string =>
  stringify(document, { defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0 });

function nodeConfigPart(spec: object): Part {
  const document = { apiVersion: 'node.eks.aws/v1alpha1', kind: 'NodeConfig', spec };
  return { type: 'application/node.eks.aws', body: textWithReferences(document, (plain) => `---\n${yamlOf(plain)}`) };
}

function flagsOf({ labels, taints }: NodeSettings): string[] {
  const labelText = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  const taintText = taints.map(({ key, value, effect }) => `${key}=${value}:${effect}`);
  return [
    ...(labelText.length > 0 ? [`--node-labels=${labelText.join(',')}`] : []),
    ...(taintText.length > 0 ? [`--register-with-taints=${taintText.join(',')}`] : []),
  ];
}

function kubeletOf(settings: NodeSettings): object | undefined {
  const flags = flagsOf(settings);
  if (flags.length === 0 && settings.maxPods === undefined) return undefined;
  return {
    ...(settings.maxPods === undefined ? {} : { config: { maxPods: settings.maxPods } }),
    ...(flags.length === 0 ? {} : { flags }),
  };
}

function clusterOf({ name, endpoint, certificateAuthority, serviceRange }: ClusterToJoin): object {
  return { name, apiServerEndpoint: endpoint, certificateAuthority, cidr: serviceRange };
}

function oursOf({ cluster, settings }: NodeadmInput): readonly Part[] {
  const kubelet = kubeletOf(settings);
  if (cluster === null && kubelet === undefined) return [];
  return [
    nodeConfigPart({
      ...(cluster === null ? {} : { cluster: clusterOf(cluster) }),
      ...(kubelet === undefined ? {} : { kubelet }),
    }),
  ];
}

const script = (text: string | undefined): readonly Part[] =>
  text === undefined ? [] : [{ type: 'text/x-shellscript', body: text }];

/**
 * User data of Amazon Linux 2023 nodes; null where there is nothing to say. nodeadm merges NodeConfigs in their order and the
 * later value wins, so the user's stands before ours: what makes a node join cannot be lost by accident.
 * https://awslabs.github.io/amazon-eks-ami/nodeadm/doc/api/
 */
export function nodeadmUserData(input: NodeadmInput): string | Join | null {
  const users = input.nodeConfig === undefined ? [] : [nodeConfigPart(input.nodeConfig)];
  return multipart([...script(input.scripts.before), ...users, ...oursOf(input), ...script(input.scripts.after)]);
}
