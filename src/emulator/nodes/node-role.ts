import type { InstanceRecord } from '../aws/ec2/compute-records.ts';
import { evaluate } from '../aws/iam/evaluate.ts';
import { policiesOf } from '../aws/iam/identity-policies.ts';
import type { IamRole } from '../aws/iam/state.ts';
import type { Turn } from '../call.ts';

/** The role that an instance's profile gives it, or what is in the way. */
export function roleOfInstance(turn: Turn, instance: InstanceRecord): IamRole | undefined {
  const { arn } = instance.iamInstanceProfile ?? {};
  const profile = Object.values(turn.world.iam.instanceProfiles).find((candidate) => candidate.arn === arn);
  const name = profile?.roles[0];
  return name === undefined ? undefined : turn.world.iam.roles[name];
}

/** Whether a role's policies allow an action on some resource. */
export function roleMay(turn: Turn, role: IamRole, action: string): boolean {
  const session = {
    arn: `arn:aws:sts::${turn.account}:assumed-role/${role.roleName}/session`,
    userId: role.roleId,
    accessKeyId: '',
  };
  const policies = policiesOf(turn.world.iam, session);
  if (policies === undefined) return false;
  const question = { action, resource: undefined, context: { 'aws:RequestedRegion': turn.region } };
  const boundary = policies.boundary === undefined || evaluate([policies.boundary], question) === 'allow';
  return boundary && evaluate(policies.identity, question) === 'allow';
}

/** The first of these actions that the role may not do. */
export const missingAction = (turn: Turn, role: IamRole, actions: readonly string[]): string | undefined =>
  actions.find((action) => !roleMay(turn, role, action));

/** What pulling an image takes: AmazonEC2ContainerRegistryPullOnly. */
export const pullActions = ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'] as const;

/** What the VPC CNI does for IPv4 and for IPv6: AmazonEKS_CNI_Policy and its IPv6 kin. */
export const cniActions = {
  ipv4: [
    'ec2:AssignPrivateIpAddresses',
    'ec2:AttachNetworkInterface',
    'ec2:CreateNetworkInterface',
    'ec2:DescribeNetworkInterfaces',
  ],
  ipv6: ['ec2:AssignIpv6Addresses', 'ec2:DescribeNetworkInterfaces'],
} as const;
