/** A user, or a role: what both carry. Times are milliseconds since 1970. */
interface Identity {
  readonly arn: string;
  readonly path: string;
  readonly createDate: number;
  tags: Record<string, string>;
  /** Policy documents as they were given, by policy name. */
  inlinePolicies: Record<string, string>;
  /** ARNs of managed policies. */
  attachedPolicies: string[];
  permissionsBoundary?: string;
}

export interface IamUser extends Identity {
  readonly userName: string;
  readonly userId: string;
}

export interface IamRole extends Identity {
  readonly roleName: string;
  readonly roleId: string;
  assumeRolePolicyDocument: string;
  description?: string;
  /** Seconds. */
  maxSessionDuration: number;
}

export interface AccessKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly userName: string;
  status: 'Active' | 'Inactive';
  readonly createDate: number;
}

/** Temporary credentials that STS gave. */
export interface Session {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken: string;
  /** The assumed role's ARN with the session's name, or the user's. */
  readonly arn: string;
  /** `AROA...:session-name`, or the user's id. */
  readonly userId: string;
  /** Wall time, like the signatures that it is checked with. */
  readonly expiration: number;
  /** A policy that narrows the session further. */
  readonly policy?: string;
}

export interface PolicyVersion {
  readonly versionId: string;
  readonly document: string;
  readonly createDate: number;
}

export interface CustomerPolicy {
  readonly policyName: string;
  readonly policyId: string;
  readonly arn: string;
  readonly path: string;
  readonly description?: string;
  readonly createDate: number;
  updateDate: number;
  defaultVersionId: string;
  /** The next version's number; numbers are never used again. */
  nextVersion: number;
  versions: PolicyVersion[];
  tags: Record<string, string>;
}

export interface InstanceProfile {
  readonly instanceProfileName: string;
  readonly instanceProfileId: string;
  readonly arn: string;
  readonly path: string;
  readonly createDate: number;
  /** At most one. */
  roles: string[];
  tags: Record<string, string>;
}

export interface OidcProvider {
  readonly arn: string;
  /** Without `https://`. */
  readonly url: string;
  clientIds: string[];
  thumbprints: string[];
  readonly createDate: number;
  tags: Record<string, string>;
}

/** What IAM and STS hold, for the whole account. */
export interface IamState {
  users: Record<string, IamUser>;
  accessKeys: Record<string, AccessKey>;
  /** By access key id. */
  sessions: Record<string, Session>;
  roles: Record<string, IamRole>;
  /** Customer managed policies by ARN. */
  policies: Record<string, CustomerPolicy>;
  instanceProfiles: Record<string, InstanceProfile>;
  /** By ARN. */
  oidcProviders: Record<string, OidcProvider>;
}

/** The access key of the user `admin` with which each embedded AWS begins. It opens nothing else: the name says so. */
export const embeddedAccessKeyId = 'AKIAEMBEDDEDQUILLA00';
export const embeddedSecretAccessKey = 'embedded-aws-of-quilla-not-a-secret-0000';

/** An account with the user `admin`, who may do everything. */
export function emptyIamState(account: string, now: number): IamState {
  const admin: IamUser = {
    userName: 'admin',
    userId: 'AIDAEMBEDDEDQUILLA00',
    arn: `arn:aws:iam::${account}:user/admin`,
    path: '/',
    createDate: now,
    tags: {},
    inlinePolicies: {},
    attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  };
  const key: AccessKey = {
    accessKeyId: embeddedAccessKeyId,
    secretAccessKey: embeddedSecretAccessKey,
    userName: 'admin',
    status: 'Active',
    createDate: now,
  };
  return {
    users: { admin },
    accessKeys: { [key.accessKeyId]: key },
    sessions: {},
    roles: {},
    policies: {},
    instanceProfiles: {},
    oidcProviders: {},
  };
}
