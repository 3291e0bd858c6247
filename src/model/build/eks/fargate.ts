import { shortHash } from '../../../base/hash.ts';
import type { FargateProfile } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { named, resource, tagsOf } from '../context.ts';
import { givenRole, madeRole, managedArn, type RoleHandle, role, trust } from '../iam.ts';
import type { NetworkHandles, SubnetHandle } from '../network/network-handles.ts';
import type { EksContext } from './eks-context.ts';

export interface FargateHandles {
  readonly resources: readonly Resource[];
  readonly profiles: readonly string[];
}

/** EKS assumes it for pods of this cluster's profiles alone: https://docs.aws.amazon.com/eks/latest/userguide/pod-execution-role.html */
function sharedRole(context: EksContext): RoleHandle | undefined {
  if (context.spec.fargateProfiles.every((profile) => profile.role !== undefined)) return undefined;
  const { facts, spec, name } = context;
  const profiles = `arn:${facts.partition}:eks:${spec.region}:${facts.account}:fargateprofile/${name}/*`;
  return madeRole(
    role(context, {
      what: 'fargate',
      description: `Starts Fargate pods of Kubernetes cluster ${name}`,
      trust: trust('eks-fargate-pods.amazonaws.com', { condition: { ArnLike: { 'aws:SourceArn': profiles } } }),
      policyArns: [managedArn(context, 'AmazonEKSFargatePodExecutionRolePolicy')],
      from: 'spec.fargateProfiles',
    }),
  );
}

function subnetsOf({ zones, subnets }: FargateProfile, { privateSubnets }: NetworkHandles): readonly SubnetHandle[] {
  if (zones.length > 0) return privateSubnets.filter(({ zone }) => zones.includes(zone));
  return privateSubnets.filter(({ subnetId }) => typeof subnetId === 'string' && subnets.includes(subnetId));
}

/** Profiles one after another: EKS makes one at a time. `ready` is what their pods need beside the cluster. */
export function fargate(
  context: EksContext,
  cluster: Resource<'cluster'>,
  { network, ready }: { network: NetworkHandles; ready: readonly string[] },
): FargateHandles {
  const shared = sharedRole(context);
  let before: readonly string[] = [];
  const profiles = context.spec.fargateProfiles.map((profile, i) => {
    const id = `fargate-profile/${profile.name}`;
    const subnets = subnetsOf(profile, network);
    const asRole = profile.role === undefined ? shared! : givenRole(context, profile.role);
    const fixed = {
      clusterName: refTo(cluster, 'clusterName'),
      podExecutionRoleArn: asRole.arn,
      subnetIds: subnets.map(({ subnetId }) => subnetId),
      selectors: profile.selectors,
    };
    const made = resource('fargate-profile', {
      id,
      from: `spec.fargateProfiles[${i}]`,
      needs: [...new Set([...before, ...subnets.flatMap((subnet) => subnet.ready), ...ready])],
      desired: {
        ...fixed,
        name: named(profile.name, shortHash(fixed, 6), 100),
        tags: tagsOf(context, id, profile.tags),
      },
    });
    before = [id];
    return made;
  });
  return { resources: [...(shared?.resources ?? []), ...profiles], profiles: profiles.map(({ id }) => id) };
}
