import { ownBucketName } from '../model/build/self-managed/bucket-name.ts';
import { noticesName } from '../model/build/self-managed/draining.ts';
import type { ResourceGraph } from '../model/graph.ts';
import { iamPath } from '../model/tags.ts';
import { isRef } from '../model/value.ts';
import type { Scope } from '../ports/aws.ts';

/** What the graph holds for the placeholders of permissions that stand for lists; described at `Permission`. */
export interface PolicyLists {
  readonly givenSubnets: readonly string[];
  readonly passedRoles: readonly string[];
  readonly attachedPolicies: readonly string[];
  readonly boundary: readonly string[];
  readonly zonesOfEndpoints: readonly string[];
  readonly storeBuckets: readonly string[];
  readonly issuerBuckets: readonly string[];
  readonly ownBuckets: readonly string[];
  readonly noticesName: readonly string[];
}

/** Whether the graph has a control plane of one's own. */
export const hasSeats = ({ resources }: ResourceGraph): boolean =>
  resources.some(({ id }) => id === 'security-group/seats');

/** Names that follow from the cluster's, also of what the spec no longer asks for: what left it must be seen and removed. */
function namesBesideSeats(graph: ResourceGraph, scope: Scope) {
  if (!hasSeats(graph)) return { storeBuckets: [], issuerBuckets: [], ownBuckets: [], noticesName: [] };
  const store = ownBucketName(scope, 'store');
  const issuer = ownBucketName(scope, 'issuer');
  const given = graph.resources.flatMap(({ kind, desired }) =>
    kind === 'cluster-keys' && typeof desired.bucket === 'string' ? [desired.bucket] : [],
  );
  return {
    storeBuckets: [...new Set([store, ...given])].sort(),
    issuerBuckets: [issuer],
    ownBuckets: [issuer, store].sort(),
    noticesName: [noticesName(scope.cluster)],
  };
}

const hasPrivateDns = ({ resources }: ResourceGraph): boolean =>
  resources.some(({ kind, desired }) => kind === 'vpc-endpoint' && desired.privateDns === true);

const isRoleArn = (value: unknown): value is string =>
  typeof value === 'string' && /^arn:[\w-]+:iam::\d+:role\//.test(value);

/** Every object of a value, the value itself among them. */
function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inner : [value as Readonly<Record<string, unknown>>, ...inner];
}

/** Roles that a resource hands to a service. Of a given instance profile the role stands in the access entry of its nodes. */
function rolesIn(desired: Readonly<Record<string, unknown>>): string[] {
  const named = Object.entries(desired).flatMap(([key, value]) => (/[rR]oleArn$/.test(key) ? [value] : []));
  const ofNodes = desired.entryType === undefined || desired.entryType === 'STANDARD' ? [] : [desired.principalArn];
  return [...named, ...ofNodes].filter(isRoleArn);
}

/** Collects the lists of a graph. */
export function policyLists(graph: ResourceGraph, { partition, region, account, cluster }: Scope): PolicyLists {
  const underPath = (type: string): string => `arn:${partition}:iam::${account}:${type}${iamPath(region, cluster)}*`;
  const ours = underPath('role');
  const given = graph.resources.flatMap(({ desired }) => objectsIn(desired)).flatMap(rolesIn);
  const outside = given.filter((arn) => !arn.startsWith(ours.slice(0, -1)));
  const roles = graph.resources.flatMap((each) => (each.kind === 'role' ? [each.desired] : []));
  const policies = roles.flatMap(({ policyArns }) => (Array.isArray(policyArns) ? (policyArns as unknown[]) : []));
  const boundaries = roles.map(({ permissionsBoundary }) => permissionsBoundary);
  const bounded = boundaries.filter((arn) => typeof arn === 'string');
  const subnets = graph.resources.flatMap((each) => (each.kind === 'given-subnet-tags' ? [each.desired.subnetId] : []));
  return {
    givenSubnets: subnets.map((id) => `arn:${partition}:ec2:${region}:${account}:subnet/${String(id)}`).sort(),
    passedRoles: [...new Set([ours, ...outside])].sort(),
    attachedPolicies: [
      ...new Set(
        policies.flatMap((arn) => (isRef(arn) ? [underPath('policy')] : typeof arn === 'string' ? [arn] : [])),
      ),
    ].sort(),
    zonesOfEndpoints: hasPrivateDns(graph) ? [`arn:${partition}:route53:::hostedzone/*`] : [],
    ...namesBesideSeats(graph, { partition, region, account, cluster }),
    boundary: bounded.length === roles.length ? [...new Set(bounded)].sort() : [],
  };
}
