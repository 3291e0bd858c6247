import { cidr, containsAddress } from '../base/cidr.ts';
import { type Diagnostic, reporter } from '../base/diagnostic.ts';
import type { Settled } from '../model/types.ts';
import { readinessCodes } from './readiness-codes.ts';
import {
  about,
  diagnose,
  lets,
  noPublicAddress,
  noRole,
  otherUserData,
  type RuleSeen,
  type StrandedInstance,
} from './stranded-instance.ts';

const report = reporter(readinessCodes);

/** What an instance meets on EKS. */
export interface Surroundings {
  readonly cluster: Settled<'cluster'>;
  readonly endpoint: string;
  readonly certificateAuthority: string;
  readonly clusterSecurityGroupId: string;
  readonly ingress: readonly RuleSeen[];
  readonly egress: ReadonlyMap<string, readonly RuleSeen[]>;
  /** ARNs of roles with an access entry for nodes. */
  readonly mappedRoles: ReadonlySet<string>;
  /** Services with an endpoint in the VPC, last part of their names. */
  readonly endpoints: ReadonlySet<string>;
}

const neededEndpoints = ['ec2', 'ecr.api', 'ecr.dkr', 's3', 'sts'];

type Check = (instance: StrandedInstance, surroundings: Surroundings) => Diagnostic | undefined;

const role: Check = (instance, { mappedRoles }) => {
  if (instance.roleArn === undefined) return noRole(instance);
  if (mappedRoles.has(instance.roleArn)) return undefined;
  return report('node.role-unmapped', {
    detail: `${about(instance)} has the role ${instance.roleArn}, for which there is no access entry of type EC2_LINUX`,
    fix: 'quilla apply makes the entry again where it is ours.',
  });
};

const route: Check = (instance, { endpoints, cluster }) => {
  const { wayOut, subnetId } = instance;
  if (wayOut === undefined) return undefined;
  if (wayOut.type === 'internet-gateway') return noPublicAddress(instance);
  if (wayOut.type !== 'none') return undefined;
  const missing = neededEndpoints.filter((service) => !endpoints.has(service));
  if (missing.length === 0 && cluster.endpointPrivate) return undefined;
  const parts = [
    ...(missing.length > 0 ? [`endpoints missing: ${missing.join(', ')}`] : []),
    ...(cluster.endpointPrivate ? [] : ['the private API endpoint is off']),
  ];
  return report('node.no-route', {
    detail: `${about(instance)} is in ${subnetId}, which has no default route; ${parts.join('; ')}`,
    fix: 'Give the subnet a NAT gateway, or the VPC the endpoints.',
  });
};

const apiAccess: Check = (instance, { cluster }) => {
  if (cluster.endpointPrivate) return undefined;
  const from =
    instance.wayOut?.type === 'internet-gateway'
      ? [instance.publicAddress ?? '']
      : (instance.wayOut?.publicAddresses ?? []);
  const allowed = (address: string): boolean =>
    cluster.publicAccessCidrs.some((range) => containsAddress(cidr(range), address));
  if (from.length === 0 || from.some(allowed)) return undefined;
  return report('node.api-closed', {
    detail: `${about(instance)} leaves from ${from.join(', ')}, and the public endpoint answers ${cluster.publicAccessCidrs.join(', ') || 'nobody'} only; the private one is off`,
    fix: 'Set access.api.private: true.',
  });
};

const securityGroups: Check = (instance, { clusterSecurityGroupId, ingress, egress }) => {
  const groups = instance.securityGroupIds;
  if (!lets(ingress, 443, groups)) {
    return report('node.security-group', {
      detail: `${about(instance)} carries ${groups.join(', ')}; ${clusterSecurityGroupId} of the control plane lets none of them in on port 443`,
      fix: `Let instances carry ${clusterSecurityGroupId}, as Quilla's launch templates do.`,
    });
  }
  const out = groups.flatMap((group) => egress.get(group) ?? []);
  if (lets(out, 443, [clusterSecurityGroupId])) return undefined;
  return report('node.security-group', {
    detail: `no rule of ${groups.join(', ')} lets ${about(instance)} out to port 443`,
  });
};

const userData: Check = (instance, { endpoint, certificateAuthority }) => {
  const text = instance.userData;
  if (text === null || !/certificateAuthority|cluster-certificate/.test(text)) return undefined;
  return otherUserData(instance, { 'certificate authority': certificateAuthority, 'API endpoint': endpoint });
};

const causes: readonly Check[] = [role, route, apiAccess, securityGroups, userData];

/** Why an instance is no node of an EKS cluster. Never empty. */
export const whyNoNode = (instance: StrandedInstance, surroundings: Surroundings): readonly Diagnostic[] =>
  diagnose(
    instance,
    causes.map((check) => (one: StrandedInstance) => check(one, surroundings)),
  );
