import * as iam from '@aws-sdk/client-iam';
import type { Call, Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { accessKeyHandlers } from './access-keys.ts';
import { accountDetailHandlers } from './account-details.ts';
import { holderHandlers } from './holder-policies.ts';
import { instanceProfileHandlers } from './instance-profiles.ts';
import { roleNamed, userNamed } from './lookup.ts';
import { oidcProviderHandlers } from './oidc-providers.ts';
import { policyHandlers } from './policies.ts';
import { policyVersionHandlers } from './policy-versions.ts';
import { roleHandlers } from './roles.ts';
import { serviceLinkedRoleHandlers } from './service-linked-roles.ts';
import { userHandlers } from './users.ts';

type Input = Readonly<Record<string, unknown>>;

const own = ({ account }: Call, rest: string): string => `arn:aws:iam::${account}:${rest}`;

/** What an operation touches, as policies name it. A role that does not exist yet has the path that the request gives. */
function resourceOf(operation: string, input: Input, call: Call): string | undefined {
  const { iam: state } = call.world;
  const path = String(input.Path ?? '/');
  if (input.InstanceProfileName !== undefined)
    return (
      state.instanceProfiles[String(input.InstanceProfileName)]?.arn ??
      own(call, `instance-profile${path}${input.InstanceProfileName}`)
    );
  if (input.RoleName !== undefined)
    return state.roles[String(input.RoleName)]?.arn ?? own(call, `role${path}${input.RoleName}`);
  if (input.UserName !== undefined)
    return state.users[String(input.UserName)]?.arn ?? own(call, `user${path}${input.UserName}`);
  if (input.PolicyArn !== undefined) return String(input.PolicyArn);
  if (input.PolicyName !== undefined) return own(call, `policy${path}${input.PolicyName}`);
  if (input.OpenIDConnectProviderArn !== undefined) return String(input.OpenIDConnectProviderArn);
  if (input.Url !== undefined) return own(call, `oidc-provider/${String(input.Url).replace(/^https:\/\//, '')}`);
  return operation.startsWith('List') ? own(call, `${listed[operation] ?? 'role'}/`) : undefined;
}

/** Lists are asked of a path, not of one thing. */
const listed: Readonly<Record<string, string>> = {
  ListPolicies: 'policy',
  ListUsers: 'user',
  ListInstanceProfiles: 'instance-profile',
  ListOpenIDConnectProviders: 'oidc-provider',
};

function tagsOf(_: string, input: Input, { world }: Call): Readonly<Record<string, string>> | undefined {
  const { roles, users, policies, instanceProfiles, oidcProviders } = world.iam;
  const found =
    instanceProfiles[String(input.InstanceProfileName)] ??
    roles[String(input.RoleName)] ??
    users[String(input.UserName)] ??
    policies[String(input.PolicyArn)] ??
    oidcProviders[String(input.OpenIDConnectProviderArn)];
  return found?.tags;
}

/** AWS Identity and Access Management. */
export const service: Service = {
  signingName: 'iam',
  protocol: 'awsQuery',
  version: '2010-05-08',
  global: true,
  schemas: operationSchemas(iam),
  handlers: {
    ...accessKeyHandlers,
    ...accountDetailHandlers,
    ...holderHandlers({ kind: 'Role', find: roleNamed }),
    ...holderHandlers({ kind: 'User', find: userNamed }),
    ...instanceProfileHandlers,
    ...oidcProviderHandlers,
    ...policyHandlers,
    ...policyVersionHandlers,
    ...roleHandlers,
    ...serviceLinkedRoleHandlers,
    ...userHandlers,
  },
  resourceOf,
  tagsOf,
};
