import type { Certificate, Listener } from '@aws-sdk/client-elastic-load-balancing-v2';
import { AwsError } from '../../call.ts';
import { validationError } from './errors.ts';
import type { ListenerTls } from './state.ts';

/** https://docs.aws.amazon.com/elasticloadbalancing/latest/network/describe-ssl-policies.html, read in November 2026. */
const policies = new Set(
  [
    '2016-08 2015-05 TLS-1-0-2015-04 TLS-1-1-2017-01 TLS-1-2-2017-01 TLS-1-2-Ext-2018-06',
    'FS-2018-06 FS-1-1-2019-08 FS-1-2-2019-08 FS-1-2-Res-2019-08 FS-1-2-Res-2020-10',
    'TLS13-1-0-2021-06 TLS13-1-1-2021-06 TLS13-1-2-2021-06 TLS13-1-3-2021-06',
    'TLS13-1-2-Res-2021-06 TLS13-1-2-Ext1-2021-06 TLS13-1-2-Ext2-2021-06',
    'TLS13-1-0-FIPS-2023-04 TLS13-1-1-FIPS-2023-04 TLS13-1-2-FIPS-2023-04 TLS13-1-3-FIPS-2023-04',
    'TLS13-1-2-Res-FIPS-2023-04 TLS13-1-2-Ext0-FIPS-2023-04 TLS13-1-2-Ext1-FIPS-2023-04 TLS13-1-2-Ext2-FIPS-2023-04',
    'TLS13-1-0-PQ-2025-09 TLS13-1-2-PQ-2025-09 TLS13-1-3-PQ-2025-09 TLS13-1-2-Res-PQ-2025-09 TLS13-1-2-Ext1-PQ-2025-09',
    'TLS13-1-2-Ext2-PQ-2025-09',
  ]
    .flatMap((line) => line.split(' '))
    .map((name) => `ELBSecurityPolicy-${name}`),
);

const alpnPolicies = ['HTTP1Only', 'HTTP2Only', 'HTTP2Optional', 'HTTP2Preferred', 'None'];

/** What requests say of TLS. */
export interface TlsInput {
  readonly Certificates?: readonly Certificate[] | undefined;
  readonly SslPolicy?: string | undefined;
  readonly AlpnPolicy?: readonly string[] | undefined;
}

/** Certificates live in ACM, which is not part of this AWS: one of the right form is taken to be there. */
function checkedCertificate(given: readonly Certificate[] | undefined, region: string): string | undefined {
  if (given === undefined) return undefined;
  if (given.length > 1) throw new AwsError('TooManyCertificates', 'A listener has exactly one default certificate');
  const arn = given[0]?.CertificateArn ?? '';
  if (!new RegExp(`^arn:aws:acm:${region}:\\d{12}:certificate/[\\w-]+$`).test(arn))
    throw new AwsError('CertificateNotFound', `Certificate ARN '${arn}' is not valid`);
  return arn;
}

/** A listener's TLS after a request; undefined for protocols without TLS. Throws as AWS does where something is missing. */
export function tlsOf(
  input: TlsInput,
  {
    protocol,
    region,
    before,
  }: { readonly protocol: string; readonly region: string; readonly before?: ListenerTls | undefined },
): ListenerTls | undefined {
  const given = checkedCertificate(input.Certificates, region);
  if (protocol !== 'TLS' && protocol !== 'HTTPS') {
    if (given !== undefined || input.SslPolicy !== undefined)
      throw validationError(`Certificates and SSL policies are not supported for ${protocol} listeners`);
    return undefined;
  }
  const certificate = given ?? before?.certificate;
  if (certificate === undefined) throw validationError(`A certificate must be specified for ${protocol} listeners`);
  const policy = input.SslPolicy ?? before?.policy ?? 'ELBSecurityPolicy-2016-08';
  if (!policies.has(policy)) throw new AwsError('SSLPolicyNotFound', `SSL policy '${policy}' not found`);
  const alpn = input.AlpnPolicy?.[0] ?? before?.alpn;
  if (alpn !== undefined && (!alpnPolicies.includes(alpn) || protocol !== 'TLS'))
    throw new AwsError('ALPNPolicyNotSupported', `The ALPN policy '${alpn}' is not supported`);
  return { certificate, policy, ...(alpn !== undefined && { alpn }) };
}

/** What DescribeListeners says of TLS. */
export const tlsView = (tls: ListenerTls | undefined): Partial<Listener> =>
  tls === undefined
    ? {}
    : {
        Certificates: [{ CertificateArn: tls.certificate }],
        SslPolicy: tls.policy,
        ...(tls.alpn !== undefined && { AlpnPolicy: [tls.alpn] }),
      };
