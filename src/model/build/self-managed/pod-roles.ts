import { type Resource, refTo } from '../../graph.ts';
import type { Text } from '../context.ts';
import { managedArn, policy, role } from '../iam.ts';
import type { PodRoles } from './handles.ts';
import type { IssuerHandles } from './issuer.ts';
import { allow, arnOf, ours } from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface PodRoleHandles {
  readonly resources: readonly Resource[];
  readonly roles: PodRoles;
}

interface Pod {
  readonly what: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly policyArns: readonly Text[];
  readonly from: string;
}

/** Who may assume a role by a token of one service account: https://docs.aws.amazon.com/eks/latest/userguide/associate-service-account-role.html */
function trustOf({ url, provider }: IssuerHandles, { namespace, serviceAccount }: Pod): object {
  const host = url.slice('https://'.length);
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: refTo(provider!, 'arn') },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${host}:aud`]: 'sts.amazonaws.com',
            [`${host}:sub`]: `system:serviceaccount:${namespace}:${serviceAccount}`,
          },
        },
      },
    ],
  };
}

const podRole = (context: SelfManagedContext, issuer: IssuerHandles, pod: Pod): Resource<'role'> =>
  role(context, {
    what: pod.what,
    description: `Service account ${pod.namespace}/${pod.serviceAccount} of Kubernetes cluster ${context.name}`,
    trust: trustOf(issuer, pod),
    policyArns: pod.policyArns,
    from: pod.from,
  });

/** https://github.com/aws/aws-node-termination-handler#5-create-an-iam-role-for-the-pods */
function terminationPolicy(context: SelfManagedContext, queue: Resource<'queue'>): Resource<'policy'> {
  const groups = arnOf(context, 'autoscaling', 'autoScalingGroup:*:autoScalingGroupName/*');
  const looks = ['autoscaling:DescribeAutoScalingInstances', 'autoscaling:DescribeTags', 'ec2:DescribeInstances'];
  return policy(context, {
    what: 'node-termination-handler',
    description: 'Lets the node termination handler read notices and let instances go',
    statements: [
      allow(looks, '*'),
      allow(['autoscaling:CompleteLifecycleAction'], groups, ours(context)),
      allow(['sqs:DeleteMessage', 'sqs:ReceiveMessage'], refTo(queue, 'arn')),
    ],
    from: 'spec.addons',
  });
}

/** Roles by the cluster's issuer: of the volume driver and of what drains nodes. Without an issuer they have none. */
export function podRoles(
  context: SelfManagedContext,
  issuer: IssuerHandles,
  queue: Resource<'queue'> | undefined,
): PodRoleHandles {
  const { charts } = context.spec;
  const termination = queue === undefined ? undefined : terminationPolicy(context, queue);
  const hasDriver = charts.some(({ name }) => name === 'aws-ebs-csi-driver');
  const shared = { namespace: 'kube-system', from: 'spec.addons' };
  const driver: Pod | undefined = hasDriver
    ? {
        ...shared,
        what: 'ebs-csi',
        serviceAccount: 'ebs-csi-controller-sa',
        policyArns: [managedArn(context, 'service-role/AmazonEBSCSIDriverPolicy')],
      }
    : undefined;
  const handler: Pod | undefined =
    termination === undefined
      ? undefined
      : {
          ...shared,
          what: 'node-termination-handler',
          serviceAccount: 'aws-node-termination-handler',
          policyArns: [refTo(termination, 'arn')],
        };
  const policies = termination === undefined ? [] : [termination];
  if (issuer.provider === undefined)
    return { resources: policies, roles: { ebsCsi: undefined, nodeTerminationHandler: undefined } };
  const made = (pod: Pod | undefined) => (pod === undefined ? undefined : podRole(context, issuer, pod));
  const [ebsCsi, nodeTerminationHandler] = [made(driver), made(handler)];
  const arnOfRole = (one: Resource<'role'> | undefined) => (one === undefined ? undefined : refTo(one, 'arn'));
  return {
    resources: [...policies, ...[ebsCsi, nodeTerminationHandler].flatMap((one) => one ?? [])],
    roles: { ebsCsi: arnOfRole(ebsCsi), nodeTerminationHandler: arnOfRole(nodeTerminationHandler) },
  };
}
