import { shortHash } from '../../base/hash.ts';
import { dnsSuffixOf } from '../../catalog/regions.ts';
import { type Resource, refTo } from '../graph.ts';
import { iamPath } from '../tags.ts';
import { jsonText } from '../value.ts';
import { type BuildContext, named, resource, type Text, tagsOf, tailOf } from './context.ts';

/** A role, ours or given. */
export interface RoleHandle {
  readonly arn: Text;
  readonly resources: readonly Resource[];
}

/** Names are unique in the account, so region and cluster are hashed into them; IAM takes 64 characters. */
export function iamName({ name, spec }: BuildContext, what: string): string {
  const where = shortHash([spec.region, name], 6);
  const full = `${name}-${what}`;
  return full.length <= 57 ? `${full}-${where}` : named(full, `${shortHash(full, 6)}-${where}`, 64);
}

/** The path by which a resource of the cluster is found: it ends in what follows the kind in its id. */
export const pathOf = ({ name, spec }: BuildContext, id: string): string =>
  `${iamPath(spec.region, name)}${tailOf(id)}/`;

export const managedArn = ({ facts }: BuildContext, pathAndName: string): string =>
  `arn:${facts.partition}:iam::aws:policy/${pathAndName}`;

/** ARN of a role or profile of the user's, given by name (with its path, where it has one). */
export const givenArn = ({ facts }: BuildContext, type: 'role' | 'instance-profile', name: string): string =>
  name.startsWith('arn:') ? name : `arn:${facts.partition}:iam::${facts.account}:${type}/${name}`;

type Conditions = Readonly<Record<string, Readonly<Record<string, string>>>>;

/** Who may assume a role: an AWS service. */
export const trust = (
  service: string,
  options: { actions?: readonly string[]; condition?: Conditions } = {},
): object => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: options.actions ?? 'sts:AssumeRole',
      ...(options.condition === undefined ? {} : { Condition: options.condition }),
    },
  ],
});

export const trustOfInstances = ({ spec }: BuildContext): object => trust(`ec2.${dnsSuffixOf(spec.region)}`);

/**
 * Who may assume a role by EKS pod identity: pods of one service account of this cluster and of no other, which the session's tags show.
 * https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
 */
export const trustOfPods = ({ name, spec, facts }: BuildContext, namespace: string, serviceAccount: string): object =>
  trust('pods.eks.amazonaws.com', {
    actions: ['sts:AssumeRole', 'sts:TagSession'],
    condition: {
      StringEquals: {
        'aws:RequestTag/eks-cluster-arn': `arn:${facts.partition}:eks:${spec.region}:${facts.account}:cluster/${name}`,
        'aws:RequestTag/kubernetes-namespace': namespace,
        'aws:RequestTag/kubernetes-service-account': serviceAccount,
      },
    },
  });

export interface RoleInit {
  /** What follows `role/` in the id. */
  readonly what: string;
  readonly description: string;
  readonly trust: object;
  readonly policyArns: readonly Text[];
  readonly from: string;
}

export function role(context: BuildContext, init: RoleInit): Resource<'role'> {
  const id = `role/${init.what}`;
  return resource('role', {
    id,
    from: init.from,
    desired: {
      name: iamName(context, init.what),
      path: pathOf(context, id),
      description: init.description,
      trustPolicy: jsonText(init.trust),
      policyArns: init.policyArns,
      permissionsBoundary: context.spec.permissionsBoundary ?? null,
      tags: tagsOf(context, id),
    },
  });
}

export const madeRole = (made: Resource<'role'>, others: readonly Resource[] = []): RoleHandle => ({
  arn: refTo(made, 'arn'),
  resources: [made, ...others],
});

export const givenRole = (context: BuildContext, name: string): RoleHandle => ({
  arn: givenArn(context, 'role', name),
  resources: [],
});

export interface PolicyInit {
  readonly what: string;
  readonly description: string;
  readonly statements: readonly object[];
  readonly from: string;
}

export function policy(context: BuildContext, init: PolicyInit): Resource<'policy'> {
  const id = `policy/${init.what}`;
  return resource('policy', {
    id,
    from: init.from,
    desired: {
      name: iamName(context, init.what),
      path: pathOf(context, id),
      description: init.description,
      document: jsonText({ Version: '2012-10-17', Statement: init.statements }),
      tags: tagsOf(context, id),
    },
  });
}
