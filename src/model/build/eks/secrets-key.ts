import { type Resource, refTo } from '../../graph.ts';
import { kmsAliasPrefix } from '../../tags.ts';
import { jsonText } from '../../value.ts';
import { resource, type Text, tagsOf } from '../context.ts';
import { policy, type RoleHandle } from '../iam.ts';
import type { EksContext } from './eks-context.ts';

export interface SecretsKeyHandles {
  readonly resources: readonly Resource[];
  readonly keyArn: Text | null;
}

const from = 'spec.controlPlane.eks.secretsEncryption';

/** What EKS does with the key as the cluster's role: https://docs.aws.amazon.com/eks/latest/userguide/enable-kms.html */
export const uses = ['kms:Encrypt', 'kms:Decrypt', 'kms:DescribeKey', 'kms:ListGrants'] as const;

/** Keeping the key, by the account's IAM, without using it. CreateGrant: EKS makes its grant with the rights of whoever makes the cluster. */
const keeping = [
  'kms:CancelKeyDeletion',
  'kms:CreateAlias',
  'kms:CreateGrant',
  'kms:DeleteAlias',
  'kms:DescribeKey',
  'kms:DisableKey*',
  'kms:EnableKey*',
  'kms:GetKey*',
  'kms:List*',
  'kms:PutKeyPolicy',
  'kms:RevokeGrant',
  'kms:ScheduleKeyDeletion',
  'kms:TagResource',
  'kms:UntagResource',
  'kms:UpdateAlias',
  'kms:UpdateKeyDescription',
];

function keyPolicy({ facts }: EksContext, cluster: RoleHandle): object {
  const account = `arn:${facts.partition}:iam::${facts.account}:root`;
  return {
    Version: '2012-10-17',
    Statement: [
      { Sid: 'KeptByTheAccount', Effect: 'Allow', Principal: { AWS: account }, Action: keeping, Resource: '*' },
      { Sid: 'UsedByTheCluster', Effect: 'Allow', Principal: { AWS: cluster.arn }, Action: uses, Resource: '*' },
    ],
  };
}

function ownKey(context: EksContext, cluster: RoleHandle): SecretsKeyHandles {
  const id = 'kms-key/secrets';
  const key = resource('kms-key', {
    id,
    from,
    desired: {
      description: `Secrets of Kubernetes cluster ${context.name}`,
      keyPolicy: jsonText(keyPolicy(context, cluster)),
      rotation: true,
      tags: tagsOf(context, id),
    },
  });
  const alias = resource('kms-alias', {
    id: 'kms-alias/secrets',
    from,
    desired: { name: `${kmsAliasPrefix(context.spec.region, context.name)}secrets`, keyId: refTo(key, 'keyId') },
  });
  return { resources: [key, alias], keyArn: refTo(key, 'arn') };
}

/** The key that encrypts Kubernetes secrets: ours, given, or none of the account. */
export function secretsKey(context: EksContext, cluster: RoleHandle): SecretsKeyHandles {
  const { secretsEncryption } = context.spec.controlPlane;
  if (secretsEncryption.type === 'own-key') return ownKey(context, cluster);
  return { resources: [], keyArn: secretsEncryption.type === 'given-key' ? secretsEncryption.keyArn : null };
}

/** Lets the cluster's role use a given key, whose own policy is not ours to write. */
export function givenKeyPolicy(context: EksContext): Resource<'policy'> | undefined {
  const { secretsEncryption } = context.spec.controlPlane;
  if (secretsEncryption.type !== 'given-key') return undefined;
  return policy(context, {
    what: 'cluster-encryption',
    description: 'Lets the control plane use the key of its secrets',
    statements: [{ Effect: 'Allow', Action: uses, Resource: secretsEncryption.keyArn }],
    from,
  });
}
