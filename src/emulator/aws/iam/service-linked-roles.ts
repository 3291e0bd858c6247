import type {
  CreateServiceLinkedRoleRequest,
  CreateServiceLinkedRoleResponse,
  DeleteServiceLinkedRoleRequest,
  DeleteServiceLinkedRoleResponse,
  GetServiceLinkedRoleDeletionStatusRequest,
  GetServiceLinkedRoleDeletionStatusResponse,
} from '@aws-sdk/client-iam';
import type { Call, Handlers, Turn } from '../../call.ts';
import { invalidInput, noSuchEntity } from './errors.ts';
import { roleNamed } from './lookup.ts';
import { uniqueId } from './names.ts';
import { roleDetail } from './roles.ts';
import type { IamRole } from './state.ts';

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_aws-services-that-work-with-iam.html: name and policy of each. */
const linked: Readonly<Record<string, { readonly role: string; readonly policy: string }>> = {
  'eks.amazonaws.com': { role: 'AWSServiceRoleForAmazonEKS', policy: 'AmazonEKSServiceRolePolicy' },
  'eks-nodegroup.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonEKSNodegroup',
    policy: 'AWSServiceRoleForAmazonEKSNodegroup',
  },
  'eks-fargate.amazonaws.com': {
    role: 'AWSServiceRoleForAmazonEKSForFargate',
    policy: 'AmazonEKSForFargateServiceRolePolicy',
  },
  'autoscaling.amazonaws.com': { role: 'AWSServiceRoleForAutoScaling', policy: 'AutoScalingServiceRolePolicy' },
  'spot.amazonaws.com': { role: 'AWSServiceRoleForEC2Spot', policy: 'AWSEC2SpotServiceRolePolicy' },
  'elasticloadbalancing.amazonaws.com': {
    role: 'AWSServiceRoleForElasticLoadBalancing',
    policy: 'AWSElasticLoadBalancingServiceRolePolicy',
  },
  'ec2-nat-gateway.amazonaws.com': { role: 'AWSServiceRoleForNATGateway', policy: 'AWSNATGatewayServiceRolePolicy' },
};

function createLinked(input: CreateServiceLinkedRoleRequest, call: Call): CreateServiceLinkedRoleResponse {
  const service = input.AWSServiceName!;
  const known = linked[service];
  if (!known)
    throw invalidInput(`Service role for ${service} is not known to this AWS: ${Object.keys(linked).join(', ')}`);
  if (input.CustomSuffix !== undefined && service !== 'autoscaling.amazonaws.com') {
    throw invalidInput(`Custom suffix is not allowed for ${service}`);
  }
  const roleName = input.CustomSuffix === undefined ? known.role : `${known.role}_${input.CustomSuffix}`;
  const { roles } = call.world.iam;
  if (Object.hasOwn(roles, roleName)) {
    throw invalidInput(`Service role name ${roleName} has been taken in this account, please try a different suffix.`);
  }
  const role = linkedRole(call, { service, roleName, policy: known.policy });
  roles[roleName] = input.Description === undefined ? role : { ...role, description: input.Description };
  return { Role: roleDetail(roles[roleName]) };
}

/** Makes a service's role where it is not there yet, as services do at their first use in an account. */
export function ensureServiceLinkedRole(
  call: Pick<Turn, 'world' | 'account' | 'now' | 'newToken'>,
  service: string,
): IamRole {
  const known = linked[service];
  if (!known) throw new Error(`no service-linked role is known for ${service}`);
  const { roles } = call.world.iam;
  const role = roles[known.role] ?? linkedRole(call, { service, roleName: known.role, policy: known.policy });
  roles[known.role] = role;
  return role;
}

function linkedRole(
  call: Pick<Turn, 'account' | 'now' | 'newToken'>,
  of: { readonly service: string; readonly roleName: string; readonly policy: string },
): IamRole {
  const trust = {
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: of.service }, Action: 'sts:AssumeRole' }],
  };
  const path = `/aws-service-role/${of.service}/`;
  return {
    roleName: of.roleName,
    roleId: uniqueId(call, 'AROA'),
    arn: `arn:aws:iam::${call.account}:role${path}${of.roleName}`,
    path,
    createDate: call.now,
    assumeRolePolicyDocument: JSON.stringify(trust),
    maxSessionDuration: 3600,
    tags: {},
    inlinePolicies: {},
    attachedPolicies: [`arn:aws:iam::aws:policy/aws-service-role/${of.policy}`],
  };
}

/** AWS checks whether the service still uses the role; who deletes it here has looked. */
function deleteLinked({ RoleName }: DeleteServiceLinkedRoleRequest, call: Call): DeleteServiceLinkedRoleResponse {
  const role = roleNamed(call, RoleName!);
  if (!role.path.startsWith('/aws-service-role/'))
    throw noSuchEntity(`The service-linked role with name ${RoleName} cannot be found.`);
  delete call.world.iam.roles[role.roleName];
  return { DeletionTaskId: `task${role.path}${role.roleName}/${role.roleId}` };
}

function deletionStatus(
  { DeletionTaskId }: GetServiceLinkedRoleDeletionStatusRequest,
  call: Call,
): GetServiceLinkedRoleDeletionStatusResponse {
  const parts = /^task\/aws-service-role\/[^/]+\/([^/]+)\/(AROA\w+)$/.exec(DeletionTaskId!);
  if (!parts) throw noSuchEntity(`Deletion task ${DeletionTaskId} cannot be found.`);
  const again = call.world.iam.roles[parts[1]!];
  return { Status: again?.roleId === parts[2] ? 'FAILED' : 'SUCCEEDED' };
}

export const serviceLinkedRoleHandlers: Handlers = {
  CreateServiceLinkedRole: createLinked,
  DeleteServiceLinkedRole: deleteLinked,
  GetServiceLinkedRoleDeletionStatus: deletionStatus,
};
