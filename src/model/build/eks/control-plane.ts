import { type Resource, refTo } from '../../graph.ts';
import { creatorTag } from '../../tags.ts';
import { resource, type Text, tagsOf } from '../context.ts';
import { creatorOf } from '../creator.ts';
import { givenRole, madeRole, managedArn, type RoleHandle, role, trust } from '../iam.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';
import type { EksContext } from './eks-context.ts';
import { givenKeyPolicy, secretsKey } from './secrets-key.ts';

export interface ControlPlaneHandles {
  readonly resources: readonly Resource[];
  readonly cluster: Resource<'cluster'>;
}

const from = 'spec.controlPlane';

function clusterRole(context: EksContext): RoleHandle {
  const { controlPlane, network } = context.spec;
  if (controlPlane.role !== undefined) return givenRole(context, controlPlane.role);
  const keyUse = givenKeyPolicy(context);
  const made = role(context, {
    what: 'cluster',
    description: `Control plane of Kubernetes cluster ${context.name}`,
    trust: trust('eks.amazonaws.com'),
    policyArns: [
      managedArn(context, 'AmazonEKSClusterPolicy'),
      // https://docs.aws.amazon.com/eks/latest/userguide/security-groups-pods-deployment.html
      ...(network.securityGroupsPerPod ? [managedArn(context, 'AmazonEKSVPCResourceController')] : []),
      ...(keyUse === undefined ? [] : [refTo(keyUse, 'arn')]),
    ],
    from,
  });
  return madeRole(made, keyUse === undefined ? [] : [keyUse]);
}

function logGroup(context: EksContext): Resource<'log-group'> | undefined {
  const { logging } = context.spec.controlPlane;
  if (logging.types.length === 0) return undefined;
  const id = 'log-group/control-plane';
  return resource('log-group', {
    id,
    from: 'spec.controlPlane.eks.logging',
    desired: {
      name: `/aws/eks/${context.name}/cluster`,
      retentionDays: logging.retentionDays,
      tags: tagsOf(context, id),
    },
  });
}

/** Who reaches the public endpoint: the spec's ranges, and with `nat` the addresses of the nodes. */
function publicRanges({ spec }: EksContext, network: NetworkHandles): readonly Text[] {
  const { api } = spec.access;
  if (!api.public) return [];
  return [...new Set<Text>([...api.from, ...(api.fromNat ? network.natRanges : [])])];
}

function oidcProvider(context: EksContext, cluster: Resource<'cluster'>): Resource<'oidc-provider'> {
  const id = 'oidc-provider';
  return resource('oidc-provider', {
    id,
    from,
    desired: { url: refTo(cluster, 'issuer'), audiences: ['sts.amazonaws.com'], tags: tagsOf(context, id) },
  });
}

/** Private subnets where they span two zones, which EKS asks for, else all. */
function homes({ privateSubnets, publicSubnets }: NetworkHandles): readonly SubnetHandle[] {
  const zones = new Set(privateSubnets.map(({ zone }) => zone));
  return zones.size > 1 ? privateSubnets : [...privateSubnets, ...publicSubnets];
}

/** The cluster with its role, the key of its secrets, its logs and its OIDC provider. */
export function controlPlane(context: EksContext, network: NetworkHandles): ControlPlaneHandles {
  const { spec, name } = context;
  const { controlPlane: plane, access } = spec;
  const asRole = clusterRole(context);
  const key = secretsKey(context, asRole);
  const logs = logGroup(context);
  const creator = creatorOf(context);
  const cluster = resource('cluster', {
    id: 'cluster',
    from,
    needs: logs === undefined ? [] : [logs.id],
    desired: {
      name,
      version: spec.kubernetesVersion,
      roleArn: asRole.arn,
      subnetIds: homes(network).map(({ subnetId }) => subnetId),
      securityGroupIds: plane.securityGroups,
      endpointPrivate: access.api.private,
      endpointPublic: access.api.public,
      publicAccessCidrs: publicRanges(context, network),
      logTypes: plane.logging.types,
      encryptionKeyArn: key.keyArn,
      ipFamily: spec.network.ipFamily === 'dual-stack' ? 'ipv6' : 'ipv4',
      ...(spec.network.serviceCidr === undefined ? {} : { serviceCidr: spec.network.serviceCidr }),
      upgradePolicy: plane.upgradePolicy === 'extended' ? 'EXTENDED' : 'STANDARD',
      deletionProtection: plane.deletionProtection,
      tags: tagsOf(context, 'cluster', creator === null ? {} : { [creatorTag]: creator }),
    },
  });
  const logGroups = logs === undefined ? [] : [logs];
  const resources = [...asRole.resources, ...key.resources, ...logGroups, cluster, oidcProvider(context, cluster)];
  return { resources, cluster };
}
