import {
  AttachUserPolicyCommand,
  CreateAccessKeyCommand,
  CreatePolicyCommand,
  CreateUserCommand,
} from '@aws-sdk/client-iam';
import type { PolicyDocument } from '../app/policy.ts';
import type { Ports } from '../cli/ports.ts';
import type { Session } from './session.ts';

/** Ports of a new user of the embedded AWS who has these policies and nothing else. */
export async function userWith(session: Session, name: string, documents: readonly PolicyDocument[]): Promise<Ports> {
  const { iam } = session.ports.connection.clients;
  await iam.send(new CreateUserCommand({ UserName: name }));
  for (const [index, document] of documents.entries()) {
    const PolicyDocument = JSON.stringify(document, null, 2);
    const made = await iam.send(new CreatePolicyCommand({ PolicyName: `${name}-${index}`, PolicyDocument }));
    await iam.send(new AttachUserPolicyCommand({ UserName: name, PolicyArn: made.Policy!.Arn! }));
  }
  const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName: name }));
  return session.as({ accessKeyId: AccessKey!.AccessKeyId!, secretAccessKey: AccessKey!.SecretAccessKey! });
}
