import {
  AddRoleToInstanceProfileCommand,
  AttachRolePolicyCommand,
  CreateInstanceProfileCommand,
  CreateRoleCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import type { Trial } from './trial.ts';

const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** A role for EC2 that may do what workers may and that no mapping of the cluster knows. Returns the ARN of its instance profile. */
export async function foreignProfile({ ports }: Trial, name: string): Promise<string | undefined> {
  const { iam } = ports.connection.clients;
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const PolicyArn = Policies.find(({ Path }) => Path?.endsWith('/workers/'))?.Arn;
  const RoleName = name;
  await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: JSON.stringify(trust) }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn }));
  const { InstanceProfile } = await iam.send(new CreateInstanceProfileCommand({ InstanceProfileName: name }));
  await iam.send(new AddRoleToInstanceProfileCommand({ InstanceProfileName: name, RoleName }));
  return InstanceProfile?.Arn;
}
