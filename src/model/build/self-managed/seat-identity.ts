import { dnsSuffixOf } from '../../../catalog/regions.ts';
import { type Resource, refTo } from '../../graph.ts';
import { storeLayout } from '../../store-layout.ts';
import { join } from '../../value.ts';
import type { Text } from '../context.ts';
import { policy, role, trustOfInstances } from '../iam.ts';
import { instanceProfile } from '../node-groups/instance-profile.ts';
import { cloudControllerPolicy } from './cloud-controller-policy.ts';
import type { MachineIdentity, SeatHandle, StoreHandle } from './handles.ts';
import {
  agentStatement,
  allow,
  arnOf,
  machinePolicies,
  onItself,
  type Statement,
  tellsOfBoot,
  turnsCheckOff,
} from './permissions.ts';
import type { SelfManagedContext } from './self-managed-context.ts';

export interface SeatIdentity {
  readonly resources: readonly Resource[];
  readonly identity: MachineIdentity;
}

const from = 'spec.controlPlane';

/** `cluster/` is read, `seats/` read and written, `backups/` written: what other prefixes hold is not the seats'. */
function storeStatements(store: StoreHandle): readonly Statement[] {
  const under = (prefix: string): Text => join`${store.arn}/${prefix}`;
  return [
    allow(['s3:GetObject'], [under('cluster/*'), under('seats/*')]),
    allow(['s3:PutObject'], [under('seats/*'), under(`${storeLayout.backups}*`)]),
    allow(['s3:ListBucket'], store.arn, { StringLike: { 's3:prefix': ['cluster/*', 'seats/*'] } }),
  ];
}

/**
 * Attaching takes rights on both sides: volumes and interfaces of the seats, by their ids, to the very instance that asks. Not by a tag:
 * seats must come up where another tool made them and Quilla has not tagged them yet.
 */
function placeStatements(context: SelfManagedContext, seats: readonly SeatHandle[]): readonly Statement[] {
  const volumes = seats.map(({ volume }) => join`${arnOf(context, 'ec2', 'volume/')}${refTo(volume, 'volumeId')}`);
  const interfaces = seats.map(
    ({ networkInterface }) =>
      join`${arnOf(context, 'ec2', 'network-interface/')}${refTo(networkInterface, 'networkInterfaceId')}`,
  );
  const itself = arnOf(context, 'ec2', 'instance/*');
  return [
    allow(['ec2:AttachVolume'], volumes),
    allow(['ec2:AttachNetworkInterface'], interfaces),
    allow(['ec2:AttachVolume', 'ec2:AttachNetworkInterface'], itself, onItself(context)),
  ];
}

/** EC2 uses the key of an encrypted volume with the rights of whoever attaches it: https://docs.aws.amazon.com/ebs/latest/userguide/ebs-encryption-requirements.html */
function keyStatements({ spec }: SelfManagedContext): readonly Statement[] {
  const key = spec.controlPlane.etcd.volume.kmsKey;
  if (key === undefined) return [];
  const viaEc2 = { StringEquals: { 'kms:ViaService': `ec2.${spec.region}.${dnsSuffixOf(spec.region)}` } };
  return [
    allow(['kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext', 'kms:ReEncrypt*'], key, viaEc2),
    allow(['kms:CreateGrant'], key, { ...viaEc2, Bool: { 'kms:GrantIsForAWSResource': 'true' } }),
  ];
}

function seatPolicy(context: SelfManagedContext, seats: readonly SeatHandle[], store: StoreHandle): Resource<'policy'> {
  const looks = ['ec2:DescribeInstances', 'ec2:DescribeNetworkInterfaces', 'ec2:DescribeTags', 'ec2:DescribeVolumes'];
  return policy(context, {
    what: 'seats',
    description: 'Lets seats take their places and read and write what is theirs of the store',
    statements: [
      ...storeStatements(store),
      allow(looks, '*'),
      agentStatement,
      ...placeStatements(context, seats),
      tellsOfBoot(context),
      ...turnsCheckOff(context),
      ...keyStatements(context),
    ],
    from,
  });
}

/** The role of the seats. */
export function seatIdentity(
  context: SelfManagedContext,
  { seats, store, vpcId }: { seats: readonly SeatHandle[]; store: StoreHandle; vpcId: Text },
): SeatIdentity {
  const own = seatPolicy(context, seats, store);
  const cloud = cloudControllerPolicy(context, vpcId);
  const made = role(context, {
    what: 'seats',
    description: `Seats of Kubernetes cluster ${context.name}`,
    trust: trustOfInstances(context),
    policyArns: [refTo(own, 'arn'), refTo(cloud, 'arn'), ...machinePolicies(context)],
    from,
  });
  const profile = instanceProfile(context, { what: 'seats', from, role: made });
  return {
    resources: [own, cloud, made, profile],
    identity: { roleArn: refTo(made, 'arn'), profileArn: refTo(profile, 'arn') },
  };
}
