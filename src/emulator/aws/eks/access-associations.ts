import type {
  AssociateAccessPolicyRequest,
  AssociateAccessPolicyResponse,
  AssociatedAccessPolicy,
  DisassociateAccessPolicyRequest,
  ListAssociatedAccessPoliciesRequest,
  ListAssociatedAccessPoliciesResponse,
} from '@aws-sdk/client-eks';
import type { Handler, Turn } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { accessClusterOf } from './access-entries.ts';
import { accessPolicies } from './access-policies.ts';
import { invalidParameter, invalidRequest, notFound } from './errors.ts';
import { accessEntryOf } from './lookup.ts';
import type { EksAccessEntry, EksAssociatedPolicy } from './state.ts';

const viewOf = (policy: EksAssociatedPolicy): AssociatedAccessPolicy => ({
  policyArn: policy.policyArn,
  accessScope: { type: policy.scope, namespaces: [...policy.namespaces] },
  associatedAt: new Date(policy.associatedAt),
  modifiedAt: new Date(policy.modifiedAt),
});

interface Association {
  readonly policyArn: string;
  readonly scope: 'cluster' | 'namespace';
  readonly namespaces: readonly string[];
}

/** Associates without any check: also for the entry of a cluster's creator. */
export function associatePolicy(turn: Turn, entry: EksAccessEntry, association: Association): EksAssociatedPolicy {
  const before = entry.policies[association.policyArn];
  const policy: EksAssociatedPolicy = {
    policyArn: association.policyArn,
    scope: association.scope,
    namespaces: [...association.namespaces],
    associatedAt: before?.associatedAt ?? turn.now,
    modifiedAt: turn.now,
  };
  entry.policies[association.policyArn] = policy;
  return policy;
}

function checkedScope(input: Given<AssociateAccessPolicyRequest>): Association {
  const about = { clusterName: input.clusterName };
  const { type, namespaces = [] } = input.accessScope ?? {};
  if (!accessPolicies.some((policy) => policy.arn === input.policyArn)) {
    throw invalidParameter('The specified policyArn is invalid: invalid policyArn', about);
  }
  if (type !== 'cluster' && type !== 'namespace') {
    throw invalidParameter('The specified accessScope type must be one of [cluster, namespace].', about);
  }
  if (type === 'namespace' && namespaces.length === 0) {
    throw invalidParameter('Namespaces are required when the accessScope type is namespace.', about);
  }
  if (type === 'cluster' && namespaces.length > 0) {
    throw invalidParameter('Namespaces must not be specified when the accessScope type is cluster.', about);
  }
  return { policyArn: input.policyArn, scope: type, namespaces };
}

export const associateAccessPolicy: Handler<Given<AssociateAccessPolicyRequest>, AssociateAccessPolicyResponse> = (
  input,
  call,
) => {
  const cluster = accessClusterOf(call, input.clusterName);
  const association = checkedScope(input);
  const entry = accessEntryOf(cluster, input.principalArn);
  if (entry.type !== 'STANDARD' && entry.type !== 'EC2') {
    throw invalidRequest(`Access policies cannot be associated with an access entry of type ${entry.type}.`, {
      clusterName: cluster.name,
    });
  }
  const policy = associatePolicy(call, entry, association);
  return { clusterName: cluster.name, principalArn: entry.principalArn, associatedAccessPolicy: viewOf(policy) };
};

export const disassociateAccessPolicy: Handler<Given<DisassociateAccessPolicyRequest>, object> = (input, call) => {
  const cluster = accessClusterOf(call, input.clusterName);
  const entry = accessEntryOf(cluster, input.principalArn);
  if (entry.policies[input.policyArn] === undefined) {
    throw notFound('The specified policyArn could not be found on the access entry.', { clusterName: cluster.name });
  }
  delete entry.policies[input.policyArn];
  return {};
};

export const listAssociatedAccessPolicies: Handler<
  Given<ListAssociatedAccessPoliciesRequest>,
  ListAssociatedAccessPoliciesResponse
> = (input, call) => {
  const cluster = accessClusterOf(call, input.clusterName);
  const entry = accessEntryOf(cluster, input.principalArn);
  const all = Object.values(entry.policies).map(viewOf);
  const page = pageOf(all, { token: input.nextToken, size: input.maxResults, usual: 100 });
  return {
    clusterName: cluster.name,
    principalArn: entry.principalArn,
    associatedAccessPolicies: [...page.items],
    nextToken: page.next,
  };
};
