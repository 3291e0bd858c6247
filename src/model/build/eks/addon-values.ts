import type { Addon } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { mergePatch } from '../../merge-patch.ts';
import { type Join, jsonText } from '../../value.ts';
import type { NetworkHandles } from '../network/network-handles.ts';
import type { EksContext } from './eks-context.ts';

/** https://github.com/aws/amazon-vpc-cni-k8s#cni-configuration-variables */
function cniEnvironment({ spec }: EksContext): Readonly<Record<string, string>> {
  const { network } = spec;
  const isIpv4 = network.ipFamily === 'ipv4';
  return {
    ...(network.prefixDelegation ? { ENABLE_PREFIX_DELEGATION: 'true' } : {}),
    ...(network.prefixDelegation && isIpv4 ? { WARM_PREFIX_TARGET: '1' } : {}),
    ...(network.podSubnets === undefined
      ? {}
      : { AWS_VPC_K8S_CNI_CUSTOM_NETWORK_CFG: 'true', ENI_CONFIG_LABEL_DEF: 'topology.kubernetes.io/zone' }),
    ...(network.securityGroupsPerPod ? { ENABLE_POD_ENI: 'true', POD_SECURITY_GROUP_ENFORCING_MODE: 'standard' } : {}),
  };
}

/** One ENIConfig per zone, by which nodes find the subnet of their pods: https://docs.aws.amazon.com/eks/latest/userguide/cni-custom-network.html */
function eniConfig({ spec }: EksContext, network: NetworkHandles, cluster: Resource<'cluster'>): object {
  const securityGroups = [refTo(cluster, 'clusterSecurityGroupId')];
  const subnets = network.podSubnets.map(({ zone, subnetId }) => [zone, { id: subnetId, securityGroups }] as const);
  return { create: true, region: spec.region, subnets: Object.fromEntries(subnets) };
}

function cniValues(context: EksContext, network: NetworkHandles, cluster: Resource<'cluster'>): object {
  const { network: spec } = context.spec;
  const env = cniEnvironment(context);
  return {
    ...(Object.keys(env).length === 0 ? {} : { env }),
    ...(spec.podSubnets === undefined ? {} : { eniConfig: eniConfig(context, network, cluster) }),
    ...(spec.networkPolicy ? { enableNetworkPolicy: 'true' } : {}),
    // Liveness probes reach pods with security groups of their own only without early demultiplexing.
    ...(spec.securityGroupsPerPod ? { init: { env: { DISABLE_TCP_EARLY_DEMUX: 'true' } } } : {}),
  };
}

/** Without node groups CoreDNS runs on Fargate, if a profile takes its pods. */
function dnsValues({ spec }: EksContext): object {
  const takesSystemPods = spec.fargateProfiles.some(({ selectors }) =>
    selectors.some(({ namespace }) => namespace === 'kube-system'),
  );
  return spec.nodeGroups.length === 0 && takesSystemPods ? { computeType: 'Fargate' } : {};
}

/** The configuration of an add-on as JSON text: what the spec's other fields ask for, and the user's values over it. Null for none. */
export function addonValues(
  context: EksContext,
  addon: Addon,
  { network, cluster }: { network: NetworkHandles; cluster: Resource<'cluster'> },
): string | Join | null {
  const ours =
    addon.name === 'vpc-cni'
      ? cniValues(context, network, cluster)
      : addon.name === 'coredns'
        ? dnsValues(context)
        : {};
  const values = mergePatch(ours, addon.values ?? {}) as object;
  return Object.keys(values).length === 0 ? null : jsonText(values);
}
