import type { Call } from '../../call.ts';
import { noSuchEntity } from './errors.ts';
import { managedPolicy } from './managed-policies.ts';
import type { CustomerPolicy, IamRole, IamUser, InstanceProfile, OidcProvider } from './state.ts';

const own = <T>(records: Readonly<Record<string, T>>, key: string): T | undefined =>
  Object.hasOwn(records, key) ? records[key] : undefined;

export function roleNamed(call: Call, name: string): IamRole {
  const role = own(call.world.iam.roles, name);
  if (!role) throw noSuchEntity(`The role with name ${name} cannot be found.`);
  return role;
}

export function userNamed(call: Call, name: string): IamUser {
  const user = own(call.world.iam.users, name);
  if (!user) throw noSuchEntity(`The user with name ${name} cannot be found.`);
  return user;
}

export function profileNamed(call: Call, name: string): InstanceProfile {
  const profile = own(call.world.iam.instanceProfiles, name);
  if (!profile) throw noSuchEntity(`Instance Profile ${name} cannot be found.`);
  return profile;
}

export function policyWithArn(call: Call, arn: string): CustomerPolicy {
  const policy = own(call.world.iam.policies, arn);
  if (!policy) throw noSuchEntity(`Policy ${arn} does not exist or is not attachable.`);
  return policy;
}

export function providerWithArn(call: Call, arn: string): OidcProvider {
  const provider = own(call.world.iam.oidcProviders, arn);
  if (!provider) throw noSuchEntity(`OpenIDConnect Provider not found for arn ${arn}`);
  return provider;
}

/** Whether a managed policy can be attached: of AWS or of this account. */
export const policyExists = (call: Call, arn: string): boolean =>
  own(call.world.iam.policies, arn) !== undefined || managedPolicy(arn) !== undefined;

/** The name at the end of a policy's ARN. */
export const policyName = (arn: string): string => arn.slice(arn.lastIndexOf('/') + 1);

/** Throws NoSuchEntity for a permissions boundary that is none. */
export function checkBoundary(call: Call, arn: string): string {
  if (!policyExists(call, arn)) throw noSuchEntity(`Scope ARN: ${arn} does not exist or is not attachable.`);
  return arn;
}
