import { Sha256 } from '@smithy/core/checksum';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsCredentialIdentity, AwsCredentialIdentityProvider, HttpRequest } from '@smithy/types';
import { type Duration, minutes } from '../../base/duration.ts';

export interface TokenRequest {
  readonly credentials: AwsCredentialIdentity | AwsCredentialIdentityProvider;
  readonly region: string;
  /** The cluster's name: EKS checks that the token was made for it. */
  readonly cluster: string;
  /** Wall time, like all signatures: milliseconds since 1970. */
  readonly now: number;
}

export interface EksToken {
  readonly token: string;
  /** When a client should ask for another: EKS takes a token for 15 minutes. */
  readonly expires: Date;
}

const usable = minutes(14);
/** The URL itself may be signed for a minute only, or the authenticator refuses it. */
const presigned: Duration = minutes(1);

const stsHost = (region: string): string => `sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;

/** Percent-encoding as RFC 3986 and signatures want it. */
const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

function urlOf({ protocol, hostname, port, path, query }: HttpRequest): string {
  const pairs = Object.entries(query ?? {}).map(([key, value]) => `${encode(key)}=${encode(String(value))}`);
  return `${protocol}//${hostname}${port === undefined ? '' : `:${port}`}${path}?${pairs.join('&')}`;
}

/**
 * A bearer token for the Kubernetes API of an EKS cluster: a presigned STS GetCallerIdentity that names the cluster in a
 * signed header. It names STS's own address, whatever AWS is used: authenticators take no other, and it is they who call it.
 * https://github.com/kubernetes-sigs/aws-iam-authenticator#api-authorization-from-outside-a-cluster
 */
export async function eksToken({ credentials, region, cluster, now }: TokenRequest): Promise<EksToken> {
  const hostname = stsHost(region);
  const request: HttpRequest = {
    method: 'GET',
    protocol: 'https:',
    hostname,
    path: '/',
    query: { Action: 'GetCallerIdentity', Version: '2011-06-15' },
    headers: { host: hostname, 'x-k8s-aws-id': cluster },
  };
  const signer = new SignatureV4({ credentials, region, service: 'sts', sha256: Sha256 });
  const signed = await signer.presign(request, {
    expiresIn: presigned.ms / 1000,
    signingDate: new Date(now),
    unhoistableHeaders: new Set(['x-k8s-aws-id']),
  });
  const encoded = Buffer.from(urlOf(signed), 'utf8').toString('base64url');
  return { token: `k8s-aws-v1.${encoded}`, expires: new Date(now + usable.ms) };
}

/** What kubectl reads from a credential plugin. https://kubernetes.io/docs/reference/config-api/client-authentication.v1/ */
export interface ExecCredential {
  readonly apiVersion: 'client.authentication.k8s.io/v1';
  readonly kind: 'ExecCredential';
  readonly spec: { readonly interactive: false };
  readonly status: { readonly token: string; readonly expirationTimestamp: string };
}

export const execCredential = ({ token, expires }: EksToken): ExecCredential => ({
  apiVersion: 'client.authentication.k8s.io/v1',
  kind: 'ExecCredential',
  spec: { interactive: false },
  // client-go wants RFC 3339 without fractions.
  status: { token, expirationTimestamp: `${expires.toISOString().slice(0, 19)}Z` },
});
