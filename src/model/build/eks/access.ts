import type { Diagnostic } from '../../../base/diagnostic.ts';
import { shortHash } from '../../../base/hash.ts';
import { clusterAdminPolicy, eksAccessPolicyArn } from '../../../catalog/eks-policies.ts';
import type { Principal } from '../../../spec/cluster.ts';
import { type Resource, refTo } from '../../graph.ts';
import { resource, type Text, tagsOf } from '../context.ts';
import { creatorFindings, creatorOf } from '../creator.ts';
import { keyPair } from '../key-pair.ts';
import type { EksContext } from './eks-context.ts';

export interface AccessHandles {
  readonly resources: readonly Resource[];
  readonly diagnostics: readonly Diagnostic[];
  /** Name of the key pair for SSH. */
  readonly keyName: Text | null;
}

/** `alice` of `arn:aws:iam::123456789012:user/team/alice`. */
const shortName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Names nodes and the creator have; people who are called so get their type in front. */
const taken = (name: string): boolean => name === 'creator' || name.startsWith('node-');

/** Ids by ARN: the short name, with the type where two share it, with a hash where that is not enough. */
function idsOf(principals: readonly Principal[]): ReadonlyMap<string, string> {
  const arns = [...new Set(principals.map(({ arn }) => arn))];
  const typed = (arn: string): string => `${/:(user|role)\//.exec(arn)?.[1] ?? 'principal'}-${shortName(arn)}`;
  const others = (arn: string): string[] => arns.filter((other) => other !== arn);
  return new Map(
    arns.map((arn) => {
      const isShort = !taken(shortName(arn)) && others(arn).every((other) => shortName(other) !== shortName(arn));
      if (isShort) return [arn, shortName(arn)];
      const isTyped = others(arn).every((other) => ![shortName(other), typed(other)].includes(typed(arn)));
      return [arn, isTyped ? typed(arn) : `${typed(arn)}-${shortHash(arn, 6)}`];
    }),
  );
}

function entry(
  context: EksContext,
  cluster: Resource<'cluster'>,
  init: { name: string; principal: Principal; from: string },
): Resource<'access-entry'> {
  const id = `access-entry/${init.name}`;
  const { arn, username, groups, policies } = init.principal;
  return resource('access-entry', {
    id,
    from: init.from,
    desired: {
      clusterName: refTo(cluster, 'clusterName'),
      principalArn: arn,
      entryType: 'STANDARD',
      ...(username === undefined ? {} : { username }),
      groups,
      policies: policies.map((policy) => ({ policyArn: policy.arn, namespaces: policy.namespaces })),
      tags: tagsOf(context, id),
    },
  });
}

function creatorEntry(context: EksContext, cluster: Resource<'cluster'>): readonly Resource[] {
  const arn = creatorOf(context);
  if (arn === null) return [];
  const policyArn = eksAccessPolicyArn(clusterAdminPolicy, context.facts.partition);
  const policies = [{ name: clusterAdminPolicy, arn: policyArn, namespaces: [] }];
  const from = 'spec.access.creatorAdmin';
  return [entry(context, cluster, { name: 'creator', principal: { arn, groups: [], policies }, from })];
}

/** Who may talk to the API, and the key with which to reach nodes. */
export function access(context: EksContext, cluster: Resource<'cluster'>): AccessHandles {
  const { access: spec } = context.spec;
  const ids = idsOf(spec.principals);
  const people = spec.principals.map((principal, i) =>
    entry(context, cluster, { name: ids.get(principal.arn)!, principal, from: `spec.access.principals[${i}]` }),
  );
  const pair = keyPair(context);
  return {
    resources: [...people, ...creatorEntry(context, cluster), ...pair.resources],
    diagnostics: creatorFindings(context),
    keyName: pair.keyName,
  };
}
