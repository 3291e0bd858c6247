import type { Principal } from '../../call.ts';
import { managedPolicy } from './managed-policies.ts';
import { type PolicyDocument, parsePolicy } from './policy-document.ts';
import type { IamRole, IamState, IamUser } from './state.ts';

/** What decides about a principal. */
export interface IdentityPolicies {
  readonly identity: readonly PolicyDocument[];
  /** The permissions boundary, where there is one: it must allow as well. */
  readonly boundary?: PolicyDocument | undefined;
  /** The session's own policy, where there is one: it must allow as well. */
  readonly session?: PolicyDocument | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly userName?: string | undefined;
}

/** Collects the policies of a user or of an assumed role. Undefined for one that no longer exists. */
export function policiesOf(iam: IamState, principal: Principal): IdentityPolicies | undefined {
  const holder = holderOf(iam, principal.arn);
  if (!holder) return undefined;
  const sessionPolicy = iam.sessions[principal.accessKeyId]?.policy;
  const documents = [
    ...holder.attachedPolicies.map((arn) => managedDocument(iam, arn)),
    ...Object.values(holder.inlinePolicies).map(read),
  ];
  return {
    identity: documents.filter((document) => document !== undefined),
    boundary:
      holder.permissionsBoundary === undefined
        ? undefined
        : (managedDocument(iam, holder.permissionsBoundary) ?? allowsNothing),
    session: sessionPolicy === undefined ? undefined : (read(sessionPolicy) ?? allowsNothing),
    tags: holder.tags,
    userName: 'userName' in holder ? holder.userName : undefined,
  };
}

const allowsNothing: PolicyDocument = { Statement: [] };

/** The user or the role behind a principal's ARN. */
export function holderOf(iam: IamState, arn: string): IamUser | IamRole | undefined {
  const session = /^arn:aws:sts::\d+:assumed-role\/([^/]+)\//.exec(arn);
  if (session) return iam.roles[session[1]!];
  const user = /^arn:aws:iam::\d+:user\/(?:.*\/)?([^/]+)$/.exec(arn);
  return user ? iam.users[user[1]!] : undefined;
}

function read(text: string): PolicyDocument | undefined {
  const parsed = parsePolicy(text, 'identity');
  return typeof parsed === 'string' ? undefined : parsed;
}

function managedDocument(iam: IamState, arn: string): PolicyDocument | undefined {
  const own = iam.policies[arn];
  if (!own) return managedPolicy(arn)?.document;
  const current = own.versions.find(({ versionId }) => versionId === own.defaultVersionId);
  return current && read(current.document);
}
