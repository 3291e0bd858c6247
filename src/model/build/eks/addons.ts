import type { Addon } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { resource, tagsOf } from '../context.ts';
import { madeRole, managedArn, policy, type RoleHandle, role, trustOfPods } from '../iam.ts';
import type { NetworkHandles } from '../network/network-handles.ts';
import { addonValues } from './addon-values.ts';
import type { EksContext } from './eks-context.ts';

export interface AddonHandles {
  readonly resources: readonly Resource[];
  /** Ids of the add-ons that must run before nodes come. */
  readonly beforeNodes: readonly string[];
}

export interface AddonSurroundings {
  readonly network: NetworkHandles;
  readonly cluster: Resource<'cluster'>;
}

const conflicts = { overwrite: 'OVERWRITE', preserve: 'PRESERVE', none: 'NONE' } as const;

/** AWS manages no policy for the VPC CNI with IPv6: https://docs.aws.amazon.com/eks/latest/userguide/cni-iam-role.html#cni-iam-role-create-ipv6-policy */
function ipv6Policy(context: EksContext, from: string): Resource<'policy'> {
  return policy(context, {
    what: 'vpc-cni-ipv6',
    description: 'Lets the VPC CNI give IPv6 addresses to pods',
    from,
    statements: [
      {
        Effect: 'Allow',
        Action: [
          'ec2:AssignIpv6Addresses',
          'ec2:DescribeInstances',
          'ec2:DescribeTags',
          'ec2:DescribeNetworkInterfaces',
          'ec2:DescribeInstanceTypes',
        ],
        Resource: '*',
      },
      {
        Effect: 'Allow',
        Action: ['ec2:CreateTags'],
        Resource: [`arn:${context.facts.partition}:ec2:*:*:network-interface/*`],
      },
    ],
  });
}

type Identity = NonNullable<Addon['podIdentity']>;

function addonRole(context: EksContext, name: string, init: { identity: Identity; from: string }): RoleHandle {
  const { identity, from } = init;
  if (identity.role.type === 'given') return { arn: identity.role.arn, resources: [] };
  const cni = managedArn(context, 'AmazonEKS_CNI_Policy');
  const forIpv6 = context.spec.network.ipFamily === 'dual-stack' && identity.role.policies.includes(cni);
  const own = forIpv6 ? ipv6Policy(context, from) : undefined;
  const made = role(context, {
    what: `addon-${name}`,
    description: `Add-on ${name} of Kubernetes cluster ${context.name}`,
    trust: trustOfPods(context, identity.namespace, identity.serviceAccount),
    policyArns: identity.role.policies.map((arn) => (own !== undefined && arn === cni ? refTo(own, 'arn') : arn)),
    from,
  });
  return madeRole(made, own === undefined ? [] : [own]);
}

function addonOf(
  context: EksContext,
  addon: Addon,
  { surroundings, needs, from }: { surroundings: AddonSurroundings; needs: readonly string[]; from: string },
): readonly Resource[] {
  const id = `addon/${addon.name}`;
  const { podIdentity: identity, version } = addon;
  const asRole = identity === undefined ? undefined : addonRole(context, addon.name, { identity, from });
  const installed = resource('addon', {
    id,
    from,
    needs,
    desired: {
      clusterName: refTo(surroundings.cluster, 'clusterName'),
      addonName: addon.name,
      ...(version === undefined ? {} : { version }),
      values: addonValues(context, addon, surroundings),
      podIdentities:
        identity === undefined || asRole === undefined
          ? []
          : [{ serviceAccount: identity.serviceAccount, roleArn: asRole.arn }],
      resolveConflicts: conflicts[addon.resolveConflicts],
      tags: tagsOf(context, id),
    },
  });
  return [...(asRole?.resources ?? []), installed];
}

// The filled list holds default add-ons too, so an index into it would point at nothing in the file.
const from = 'spec.addons';

/** Nodes put pods into the subnets that the VPC CNI names as soon as it names them: those must lead somewhere by then. */
const podsReady = ({ name }: Addon, { network }: AddonSurroundings): readonly string[] =>
  name === 'vpc-cni' ? [...new Set(network.podSubnets.flatMap(({ ready }) => ready))] : [];

/** What nodes need to become Ready, and pods on them to have roles. */
export function addonsBeforeNodes(context: EksContext, surroundings: AddonSurroundings): AddonHandles {
  const { addons } = context.spec;
  const early = addons.filter(({ when }) => when === 'before-nodes');
  return {
    resources: early.flatMap((addon) =>
      addonOf(context, addon, { surroundings, needs: podsReady(addon, surroundings), from }),
    ),
    beforeNodes: early.map(({ name }) => `addon/${name}`),
  };
}

/** What runs on nodes: EKS calls it degraded until there are some. */
export function addonsAfterNodes(
  context: EksContext,
  surroundings: AddonSurroundings,
  nodes: readonly string[],
): readonly Resource[] {
  const { addons } = context.spec;
  return addons
    .filter(({ when }) => when === 'after-nodes')
    .flatMap((addon) => addonOf(context, addon, { surroundings, needs: nodes, from }));
}
