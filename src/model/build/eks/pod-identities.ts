import type { PodIdentity } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { resource, tagsOf } from '../context.ts';
import { madeRole, type RoleHandle, role, trustOfPods } from '../iam.ts';
import type { EksContext } from './eks-context.ts';

function roleOf(
  context: EksContext,
  { namespace, serviceAccount, role: choice }: PodIdentity,
  from: string,
): RoleHandle {
  if (choice.type === 'given') return { arn: choice.arn, resources: [] };
  return madeRole(
    role(context, {
      // A namespace holds no dot, so the two cannot be confused.
      what: `pod-${namespace}.${serviceAccount}`,
      description: `Service account ${namespace}/${serviceAccount} of Kubernetes cluster ${context.name}`,
      trust: trustOfPods(context, namespace, serviceAccount),
      policyArns: choice.policies,
      from,
    }),
  );
}

/** IAM roles for service accounts of the user's pods. */
export function podIdentities(context: EksContext, cluster: Resource<'cluster'>): readonly Resource[] {
  return context.spec.podIdentities.flatMap((identity, i): readonly Resource[] => {
    const { namespace, serviceAccount } = identity;
    const from = `spec.podIdentities[${i}]`;
    const asRole = roleOf(context, identity, from);
    const id = `pod-identity-association/${namespace}/${serviceAccount}`;
    const association = resource('pod-identity-association', {
      id,
      from,
      desired: {
        clusterName: refTo(cluster, 'clusterName'),
        namespace,
        serviceAccount,
        roleArn: asRole.arn,
        tags: tagsOf(context, id),
      },
    });
    return [...asRole.resources, association];
  });
}
