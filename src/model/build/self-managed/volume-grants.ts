import { shortHash } from '../../../base/hash.ts';
import type { Resource } from '../../graph.ts';
import { resource } from '../context.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

/** https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html */
const operations = [
  'CreateGrant',
  'Decrypt',
  'DescribeKey',
  'Encrypt',
  'GenerateDataKey',
  'GenerateDataKeyWithoutPlaintext',
  'ReEncryptFrom',
  'ReEncryptTo',
];

/**
 * Lets Auto Scaling use each given key of root volumes. The volumes of etcd are not its business: seats attach them with the rights of
 * their own role.
 */
export function volumeGrants(context: SelfManagedContext, mark: string): readonly Resource<'kms-grant'>[] {
  const { facts, spec, name } = context;
  const path = 'aws-service-role/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling';
  const granteeArn = `arn:${facts.partition}:iam::${facts.account}:role/${path}`;
  const wanted = [
    { key: spec.controlPlane.rootVolume.kmsKey, from: 'spec.controlPlane.selfManaged.rootVolume.kmsKey' },
    ...spec.nodeGroups.map(({ rootVolume }, i) => ({
      key: rootVolume.kmsKey,
      from: `spec.nodeGroups[${i}].rootVolume.kmsKey`,
    })),
  ];
  return wanted.flatMap(({ key, from }, i) => {
    if (key === undefined || wanted.findIndex((other) => other.key === key) < i) return [];
    const hash = shortHash(key, 6);
    return resource('kms-grant', {
      id: `kms-grant/root-volumes-${hash}`,
      from,
      needs: [mark],
      desired: { keyArn: key, name: `quilla-${name}-${hash}`, granteeArn, operations },
    });
  });
}
