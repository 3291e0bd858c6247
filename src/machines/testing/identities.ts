import { CreateAccessKeyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import type { AwsCredentialIdentity } from '@smithy/types';
import type { Trial } from './trial.ts';

/** Keys of a user that is there. */
export async function keysOfUser({ ports }: Trial, UserName: string): Promise<AwsCredentialIdentity> {
  const { AccessKey } = await ports.connection.clients.iam.send(new CreateAccessKeyCommand({ UserName }));
  return { accessKeyId: AccessKey?.AccessKeyId ?? '', secretAccessKey: AccessKey?.SecretAccessKey ?? '' };
}

/** Temporary credentials of a role that is there, for a session of this name. */
export async function keysOfRole(
  { ports }: Trial,
  { role, session }: { readonly role: string; readonly session: string },
): Promise<AwsCredentialIdentity> {
  const RoleArn = `arn:aws:iam::${ports.toRead.identity.account}:role/${role}`;
  const { Credentials } = await ports.connection.clients.sts.send(
    new AssumeRoleCommand({ RoleArn, RoleSessionName: session }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** A role that whoever may act in the account can take, and of which the cluster knows nothing. */
export async function makeRole({ ports }: Trial, RoleName: string): Promise<void> {
  const root = `arn:aws:iam::${ports.toRead.identity.account}:root`;
  const statement = { Effect: 'Allow', Principal: { AWS: root }, Action: 'sts:AssumeRole' };
  const AssumeRolePolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
  await ports.connection.clients.iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument }));
}
