import type { InstanceRecord } from '../../aws/ec2/compute-records.ts';
import { type ConditionContext, evaluate } from '../../aws/iam/evaluate.ts';
import { policiesOf } from '../../aws/iam/identity-policies.ts';
import { listOf, type PolicyDocument, parsePolicy } from '../../aws/iam/policy-document.ts';
import type { IamRole } from '../../aws/iam/state.ts';
import type { Turn } from '../../call.ts';
import { roleOfInstance } from '../node-role.ts';

/** What a machine asks of AWS with the role of its instance profile. */
export interface Deed {
  readonly action: string;
  readonly resource: string;
  /** Tags of the resource. */
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly context?: ConditionContext;
}

/** Whether EC2 may hand out the role's credentials: its trust policy names EC2. */
function trustsEc2(role: IamRole): boolean {
  const policy = parsePolicy(role.assumeRolePolicyDocument, 'trust');
  if (typeof policy === 'string') return false;
  return listOf(policy.Statement).some(
    ({ Effect, Action, Principal }) =>
      Effect === 'Allow' &&
      listOf(Action).includes('sts:AssumeRole') &&
      typeof Principal === 'object' &&
      listOf(Principal.Service).includes('ec2.amazonaws.com'),
  );
}

/** The role whose credentials the metadata service gives to the instance, or why it gives none. */
export function credentialsOfMachine(
  turn: Turn,
  instance: InstanceRecord,
): { readonly role: IamRole } | { readonly why: string } {
  if (instance.iamInstanceProfile === undefined) return { why: 'the instance has no instance profile' };
  const role = roleOfInstance(turn, instance);
  if (role === undefined) return { why: `its instance profile ${instance.iamInstanceProfile.arn} has no role` };
  return trustsEc2(role) ? { role } : { why: `role ${role.roleName} does not trust ec2.amazonaws.com` };
}

export const ec2Arn = (turn: Turn, type: string, id: string): string =>
  `arn:${turn.world.partition}:ec2:${turn.region}:${turn.account}:${type}/${id}`;

const tagContext = (tags: Readonly<Record<string, string>>): ConditionContext =>
  Object.fromEntries(
    Object.entries(tags).flatMap(([key, value]) => [
      [`aws:ResourceTag/${key}`, value],
      [`ec2:ResourceTag/${key}`, value],
    ]),
  );

/** Who uses a role: the instance whose metadata service gave its credentials, or a pod. */
interface Session {
  readonly name: string;
  readonly context: ConditionContext;
}

/** Whether a role allows a deed, by its policies and its permissions boundary. */
export function sessionMay(turn: Turn, role: IamRole, deed: Deed, session: Session): boolean {
  const { action, resource, tags, context } = deed;
  const arn = `arn:${turn.world.partition}:sts::${turn.account}:assumed-role/${role.roleName}/${session.name}`;
  const policies = policiesOf(turn.world.iam, { arn, userId: `${role.roleId}:${session.name}`, accessKeyId: '' });
  if (policies === undefined) return false;
  const known: ConditionContext = {
    'aws:RequestedRegion': turn.region,
    'aws:PrincipalArn': role.arn,
    'aws:PrincipalAccount': turn.account,
    'aws:ResourceAccount': turn.account,
    'aws:userid': `${role.roleId}:${session.name}`,
    'aws:SecureTransport': 'true',
    ...session.context,
    ...Object.fromEntries(Object.entries(role.tags).map(([key, value]) => [`aws:PrincipalTag/${key}`, value])),
    ...tagContext(tags ?? {}),
    ...context,
  };
  const question = { action, resource, context: known };
  const allows = (documents: readonly PolicyDocument[]): boolean => evaluate(documents, question) === 'allow';
  return (policies.boundary === undefined || allows([policies.boundary])) && allows(policies.identity);
}

/** Whether the machine's role allows a deed. */
export function machineMay(turn: Turn, instance: InstanceRecord, deed: Deed): boolean {
  const found = credentialsOfMachine(turn, instance);
  if ('why' in found) return false;
  const touched = /:instance\/(i-[0-9a-f]+)$/.exec(deed.resource)?.[1];
  const context = {
    'aws:SourceVpc': instance.vpcId,
    'ec2:SourceInstanceARN': ec2Arn(turn, 'instance', instance.id),
    ...(touched === undefined ? {} : { 'ec2:InstanceID': touched }),
  };
  return sessionMay(turn, found.role, deed, { name: instance.id, context });
}

/** The first deed that the machine's role does not allow. */
export const missingDeed = (turn: Turn, instance: InstanceRecord, deeds: readonly Deed[]): Deed | undefined =>
  deeds.find((deed) => !machineMay(turn, instance, deed));

/** What AWS says to a denied call of EC2's. */
export const unauthorized = (turn: Turn, instance: InstanceRecord, { action, resource }: Deed): string => {
  const found = credentialsOfMachine(turn, instance);
  const who = 'why' in found ? 'instance' : `assumed-role/${found.role.roleName}/${instance.id}`;
  return `UnauthorizedOperation: ${who} is not authorized to perform: ${action} on resource: ${resource}`;
};
