import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  ListPoliciesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { Trial } from './trial.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/**
 * A role for EC2 that no mapping of the cluster knows and that may do what workers may, or `own` instead, actions by resource. Returns the
 * ARN of its instance profile.
 */
export async function foreignProfile(
  { ports }: Trial,
  name: string,
  own?: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  const { iam } = ports.connection.clients;
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const PolicyArn = Policies.find(({ Path }) => Path?.endsWith('/workers/'))?.Arn;
  const RoleName = name;
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  if (own === undefined) await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  else {
    const Statement = Object.entries(own).map(([Action, Resource]) => ({ Effect: 'Allow', Action, Resource }));
    const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement });
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: name, PolicyDocument }));
  }
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
  return InstanceProfile?.Arn;
}
