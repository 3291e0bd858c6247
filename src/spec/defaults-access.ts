import { defined } from '../base/defined.ts';
import { clusterAdminPolicy, eksAccessPolicyArn } from '../catalog/eks-policies.ts';
import type { Access, AccessPolicy, Principal } from './cluster.ts';
import { bastionOf } from './defaults-self-managed.ts';
import type { AccessInput } from './input.ts';

type PrincipalInput = NonNullable<AccessInput['principals']>[number];

/** The group that EKS access entries do not know: https://docs.aws.amazon.com/eks/latest/userguide/creating-access-entries.html */
export const mastersGroup = 'system:masters';

function policy(input: NonNullable<PrincipalInput['policies']>[number], partition: string): AccessPolicy {
  const { policy: text, namespaces } = typeof input === 'string' ? { policy: input, namespaces: [] } : input;
  const isArn = text.startsWith('arn:');
  return {
    name: isArn ? text.slice(text.lastIndexOf('/') + 1) : text,
    arn: isArn ? text : eksAccessPolicyArn(text, partition),
    namespaces: namespaces ?? [],
  };
}

/** system:masters becomes the policy that stands for it, unless the policy is there already. */
function principal(input: PrincipalInput, partition: string): Principal {
  const given = (input.policies ?? []).map((one) => policy(one, partition));
  const wantsMasters = input.groups?.includes(mastersGroup) === true;
  const hasAdmin = given.some(({ name, namespaces }) => name === clusterAdminPolicy && namespaces.length === 0);
  const masters = wantsMasters && !hasAdmin ? [policy(clusterAdminPolicy, partition)] : [];
  return {
    arn: input.arn,
    groups: (input.groups ?? []).filter((group) => group !== mastersGroup),
    policies: [...masters, ...given],
    ...defined({ username: input.username }),
  };
}

/** The access part of a spec with its defaults. */
export function access(input: AccessInput, partition: string, isSelfManaged: boolean): Access {
  const principals = (input.principals ?? []).map((one) => principal(one, partition));
  const from = input.api?.from ?? [];
  return {
    api: {
      public: input.api?.public ?? false,
      // The internal load balancer is always there: nodes use it.
      private: isSelfManaged || (input.api?.private ?? true),
      from: from.filter((source) => source !== 'nat'),
      fromNat: from.includes('nat'),
    },
    creatorAdmin: input.creatorAdmin ?? true,
    principals,
    ...(input.ssh === undefined
      ? {}
      : {
          ssh: {
            from: input.ssh.from ?? [],
            ...defined({ keyName: input.ssh.keyName, publicKey: input.ssh.publicKey }),
          },
        }),
    ...(input.bastion === undefined ? {} : { bastion: bastionOf(input.bastion) }),
  };
}
