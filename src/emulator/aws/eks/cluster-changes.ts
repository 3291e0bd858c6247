import type { UpdateClusterConfigRequest } from '@aws-sdk/client-eks';
import { sameJson } from '../../../base/canonical-json.ts';
import type { Duration } from '../../../base/duration.ts';
import type { Call } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { checkEndpoints, checkedLogTypes, checkedPublicCidrs, checkedSupport } from './cluster-settings.ts';
import { checkedClusterSubnets, checkSecurityGroups } from './cluster-subnets.ts';
import { invalidParameter } from './errors.ts';
import type { EksCluster } from './state.ts';
import { eksTimings } from './timings.ts';

/** One type of update that an UpdateClusterConfig asks for. */
export interface ClusterChange {
  readonly type: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly takes: Duration;
  readonly set: Partial<EksCluster>;
  /** Throws where it would change nothing or may not be. */
  check(): void;
}

type Change = (call: Call, cluster: EksCluster, input: Given<UpdateClusterConfigRequest>) => ClusterChange | undefined;

const endpoints: Change = (_call, cluster, { resourcesVpcConfig: asked }) => {
  const named = [asked?.endpointPublicAccess, asked?.endpointPrivateAccess, asked?.publicAccessCidrs];
  if (asked === undefined || named.every((value) => value === undefined)) return undefined;
  const access = {
    endpointPublicAccess: asked.endpointPublicAccess ?? cluster.vpc.endpointPublicAccess,
    endpointPrivateAccess: asked.endpointPrivateAccess ?? cluster.vpc.endpointPrivateAccess,
  };
  checkEndpoints(access);
  const before = cluster.vpc.publicAccessCidrs;
  const publicAccessCidrs = access.endpointPublicAccess
    ? checkedPublicCidrs(asked.publicAccessCidrs ?? (before.length > 0 ? before : undefined))
    : [];
  const vpc = { ...cluster.vpc, ...access, publicAccessCidrs };
  return {
    type: 'EndpointAccessUpdate',
    params: {
      EndpointPublicAccess: String(access.endpointPublicAccess),
      EndpointPrivateAccess: String(access.endpointPrivateAccess),
      PublicAccessCidrs: publicAccessCidrs,
    },
    takes: eksTimings.endpointUpdate,
    set: { vpc },
    check() {
      const sorted = { ...vpc, publicAccessCidrs: [...publicAccessCidrs].sort() };
      if (!sameJson(sorted, { ...cluster.vpc, publicAccessCidrs: [...before].sort() })) return;
      throw invalidParameter(
        `Cluster is already at the desired configuration with endpointPrivateAccess: ${access.endpointPrivateAccess} , endpointPublicAccess: ${access.endpointPublicAccess}, and Public Endpoint Restrictions: [${publicAccessCidrs.join(', ')}]`,
        { clusterName: cluster.name },
      );
    },
  };
};

const vpcConfig: Change = (call, cluster, { resourcesVpcConfig: asked }) => {
  if (asked?.subnetIds === undefined && asked?.securityGroupIds === undefined) return undefined;
  const subnetIds = asked.subnetIds ?? cluster.vpc.subnetIds;
  const securityGroupIds = asked.securityGroupIds ?? cluster.vpc.securityGroupIds;
  const vpc = { ...cluster.vpc, subnetIds: [...subnetIds], securityGroupIds: [...securityGroupIds] };
  return {
    type: 'VpcConfigUpdate',
    params: { SecurityGroups: securityGroupIds, Subnets: subnetIds },
    takes: eksTimings.endpointUpdate,
    set: { vpc },
    check() {
      const [subnet] = checkedClusterSubnets(call, subnetIds);
      if (subnet!.vpcId !== cluster.vpc.vpcId) {
        throw invalidParameter('Subnets provided must belong to the VPC of the cluster', { clusterName: cluster.name });
      }
      checkSecurityGroups(call, securityGroupIds, cluster.vpc.vpcId);
      if (!sameJson(vpc, cluster.vpc)) return;
      throw invalidParameter('No changes needed for the VPC config provided', { clusterName: cluster.name });
    },
  };
};

const logging: Change = (_call, cluster, { logging: asked }) => {
  if (asked === undefined) return undefined;
  const logTypes = checkedLogTypes(asked, cluster.logTypes);
  return {
    type: 'LoggingUpdate',
    params: { ClusterLogging: asked },
    takes: eksTimings.loggingUpdate,
    set: { logTypes },
    check() {
      if (!sameJson(logTypes, cluster.logTypes)) return;
      throw invalidParameter('No changes needed for the logging config provided', { clusterName: cluster.name });
    },
  };
};

/** https://docs.aws.amazon.com/eks/latest/userguide/setting-up-access-entries.html: never back towards the config map. */
const modes = ['CONFIG_MAP', 'API_AND_CONFIG_MAP', 'API'] as const;

const accessConfig: Change = (_call, cluster, { accessConfig: asked }) => {
  const mode = asked?.authenticationMode;
  if (mode === undefined) return undefined;
  return {
    type: 'AccessConfigUpdate',
    params: { AuthenticationMode: mode },
    takes: eksTimings.accessConfigUpdate,
    set: { authenticationMode: mode },
    check() {
      const step = modes.indexOf(mode) - modes.indexOf(cluster.authenticationMode);
      if (step === 1) return;
      const from = cluster.authenticationMode;
      throw invalidParameter(
        step === 0
          ? `Cluster is already at the desired configuration with authenticationMode: ${mode}`
          : `Unsupported authentication mode update from ${from} to ${mode}`,
        { clusterName: cluster.name },
      );
    },
  };
};

/** A change of one plain field. */
interface Plain<K extends 'supportType' | 'zonalShift' | 'deletionProtection'> {
  readonly type: string;
  readonly parameter: string;
  readonly field: K;
  readonly value: EksCluster[K] | undefined;
  readonly takes: Duration;
}

function plain<K extends 'supportType' | 'zonalShift' | 'deletionProtection'>(
  cluster: EksCluster,
  change: Plain<K>,
): ClusterChange | undefined {
  const { value } = change;
  if (value === undefined) return undefined;
  return {
    type: change.type,
    params: { [change.parameter]: String(value) },
    takes: change.takes,
    set: { [change.field]: value } as Partial<EksCluster>,
    check() {
      if ((cluster[change.field] ?? false) !== value) return;
      throw invalidParameter(`Cluster is already at the desired configuration with ${change.field}: ${value}`, {
        clusterName: cluster.name,
      });
    },
  };
}

const upgradePolicy: Change = (_call, cluster, { upgradePolicy: asked }) =>
  plain(cluster, {
    type: 'UpgradePolicyUpdate',
    parameter: 'UpgradePolicy',
    field: 'supportType',
    value: asked?.supportType === undefined ? undefined : checkedSupport(asked.supportType),
    takes: eksTimings.upgradePolicyUpdate,
  });

const zonalShift: Change = (_call, cluster, { zonalShiftConfig: asked }) =>
  plain(cluster, {
    type: 'ZonalShiftConfigUpdate',
    parameter: 'ZonalShiftConfig',
    field: 'zonalShift',
    value: asked?.enabled,
    takes: eksTimings.zonalShiftUpdate,
  });

const deletionProtection: Change = (_call, cluster, { deletionProtection: value }) =>
  plain(cluster, {
    type: 'DeletionProtectionUpdate',
    parameter: 'DeletionProtection',
    field: 'deletionProtection',
    value,
    takes: eksTimings.deletionProtectionUpdate,
  });

const kinds: readonly Change[] = [
  endpoints,
  vpcConfig,
  logging,
  accessConfig,
  upgradePolicy,
  zonalShift,
  deletionProtection,
];

/** The types of update that one request names; EKS takes one at a time. */
export const configChanges = (
  call: Call,
  cluster: EksCluster,
  input: Given<UpdateClusterConfigRequest>,
): ClusterChange[] => kinds.flatMap((kind) => kind(call, cluster, input) ?? []);
