import type { Principal } from '../call.ts';
import type { World } from '../world.ts';
import type { WireRequest } from './request.ts';
import { isSignedBy, momentOf, type Signature, sha256, signatureOf } from './sigv4.ts';

/** Why a request's signature was not accepted. */
export type RefusalReason =
  | 'missing'
  | 'incomplete'
  | 'unknown-key'
  | 'bad-token'
  | 'expired-token'
  | 'wrong-signature'
  | 'wrong-content'
  | 'too-old'
  | 'too-early'
  | 'expired-url';

/** The signature was not accepted; each protocol has its own words for it. */
export interface Refusal {
  readonly refused: RefusalReason;
  readonly detail: string;
  /** The service of the credential scope, where there is one. */
  readonly service?: string;
}

export interface Authenticated {
  readonly principal: Principal;
  readonly service: string;
  readonly region: string;
  readonly signature: Signature;
  readonly secretAccessKey: string;
}

interface Credentials {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: number;
  readonly arn: string;
  readonly userId: string;
}

/** An access key id and its secret. */
export interface KeyPair {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Whose signatures count: keys and sessions of IAM, and a further key of the user `admin` that is no part of the world. */
export interface Keyring extends Pick<World, 'iam'> {
  readonly furtherKey?: KeyPair | undefined;
}

/** How far a signature's date may lie from the wall clock: five minutes, and fifteen for S3. */
const skewAllowed = (service: string): number => (service === 's3' ? 15 : 5) * 60_000;

/** Finds out who signed a request. `wallNow` is real time: signatures do not know this AWS's clock. */
export function authenticate(request: WireRequest, keyring: Keyring, wallNow: number): Authenticated | Refusal {
  const signature = signatureOf(request);
  if (signature === undefined) return { refused: 'missing', detail: 'Request is missing Authentication Token' };
  if (signature instanceof Error) return { refused: 'incomplete', detail: signature.message };
  const { service, region, accessKeyId } = signature;
  const credentials = credentialsOf(keyring, accessKeyId);
  if (!credentials) {
    return { refused: 'unknown-key', service, detail: 'The security token included in the request is invalid.' };
  }
  const refusal =
    tokenRefusal(signature, credentials, wallNow) ??
    timeRefusal(signature, wallNow) ??
    signatureRefusal(signature, credentials, request);
  if (refusal) return { ...refusal, service };
  const principal = { arn: credentials.arn, userId: credentials.userId, accessKeyId };
  return { principal, service, region, signature, secretAccessKey: credentials.secretAccessKey };
}

function credentialsOf({ iam, furtherKey }: Keyring, accessKeyId: string): Credentials | undefined {
  const session = iam.sessions[accessKeyId];
  if (session) return session;
  const further =
    furtherKey?.accessKeyId === accessKeyId && ({ ...furtherKey, userName: 'admin', status: 'Active' } as const);
  const key = iam.accessKeys[accessKeyId] ?? (further || undefined);
  const user = key && iam.users[key.userName];
  if (!key || !user || key.status !== 'Active') return undefined;
  return { secretAccessKey: key.secretAccessKey, arn: user.arn, userId: user.userId };
}

type Unplaced = Omit<Refusal, 'service'>;

function tokenRefusal(signature: Signature, credentials: Credentials, wallNow: number): Unplaced | undefined {
  if (credentials.sessionToken !== signature.sessionToken) {
    return { refused: 'bad-token', detail: 'The security token included in the request is invalid.' };
  }
  if (credentials.expiration !== undefined && credentials.expiration <= wallNow) {
    return { refused: 'expired-token', detail: 'The security token included in the request is expired' };
  }
  return undefined;
}

/**
 * How long a signature counts. STS takes a presigned URL for fifteen minutes whatever it says: EKS tokens say 60 seconds and
 * live on that, https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
function lifetimeOf({ service, expires }: Signature): number {
  if (expires === undefined) return skewAllowed(service);
  return service === 'sts' ? 15 * 60_000 : expires * 1000;
}

const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d+/g, '');

function timeRefusal(signature: Signature, wallNow: number): Unplaced | undefined {
  const at = momentOf(signature.date) ?? 0;
  const skew = skewAllowed(signature.service);
  if (at > wallNow + skew) {
    const limit = `${stamp(wallNow + skew)} (${stamp(wallNow)} + ${skew / 60_000} min.)`;
    return {
      refused: 'too-early',
      detail: `Signature not yet current: ${signature.date} is still later than ${limit}`,
    };
  }
  const lifetime = lifetimeOf(signature);
  if (at + lifetime >= wallNow) return undefined;
  if (signature.expires !== undefined) return { refused: 'expired-url', detail: 'Request has expired' };
  const limit = `${stamp(wallNow - skew)} (${stamp(wallNow)} - ${skew / 60_000} min.)`;
  return { refused: 'too-old', detail: `Signature expired: ${signature.date} is now earlier than ${limit}` };
}

function signatureRefusal(signature: Signature, credentials: Credentials, request: WireRequest): Unplaced | undefined {
  if (!signature.signedHeaders.includes('host')) {
    return {
      refused: 'incomplete',
      detail: "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.",
    };
  }
  if (!isSignedBy(credentials.secretAccessKey, signature, request)) {
    return {
      refused: 'wrong-signature',
      detail:
        'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.',
    };
  }
  const declared = request.headers['x-amz-content-sha256'];
  if (declared && /^[0-9a-f]{64}$/.test(declared) && declared !== sha256(request.body)) {
    return {
      refused: 'wrong-content',
      detail: "The provided 'x-amz-content-sha256' header does not match what was computed.",
    };
  }
  return undefined;
}
