import { AwsError, type Service } from '../call.ts';
import type { Refusal, RefusalReason } from './authenticate.ts';

type Codes = Readonly<Record<RefusalReason, readonly [code: string, status: number]>>;

/** https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html */
const ec2: Codes = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 400],
  'unknown-key': ['AuthFailure', 401],
  'bad-token': ['AuthFailure', 401],
  'expired-token': ['RequestExpired', 400],
  'wrong-signature': ['AuthFailure', 401],
  'wrong-content': ['AuthFailure', 401],
  'too-old': ['RequestExpired', 400],
  'too-early': ['AuthFailure', 401],
  'expired-url': ['RequestExpired', 400],
};

/** https://docs.aws.amazon.com/STS/latest/APIReference/CommonErrors.html, for IAM, Auto Scaling and ELB as well. */
const query: Codes = {
  missing: ['MissingAuthenticationToken', 403],
  incomplete: ['IncompleteSignature', 400],
  'unknown-key': ['InvalidClientTokenId', 403],
  'bad-token': ['InvalidClientTokenId', 403],
  'expired-token': ['ExpiredToken', 403],
  'wrong-signature': ['SignatureDoesNotMatch', 403],
  'wrong-content': ['SignatureDoesNotMatch', 403],
  'too-old': ['SignatureDoesNotMatch', 403],
  'too-early': ['SignatureDoesNotMatch', 403],
  'expired-url': ['SignatureDoesNotMatch', 403],
};

/** https://docs.aws.amazon.com/eks/latest/APIReference/CommonErrors.html */
const json: Codes = {
  missing: ['MissingAuthenticationTokenException', 403],
  incomplete: ['IncompleteSignatureException', 403],
  'unknown-key': ['UnrecognizedClientException', 403],
  'bad-token': ['UnrecognizedClientException', 403],
  'expired-token': ['ExpiredTokenException', 403],
  'wrong-signature': ['InvalidSignatureException', 403],
  'wrong-content': ['InvalidSignatureException', 403],
  'too-old': ['InvalidSignatureException', 403],
  'too-early': ['InvalidSignatureException', 403],
  'expired-url': ['InvalidSignatureException', 403],
};

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
const s3: Codes = {
  missing: ['AccessDenied', 403],
  incomplete: ['AuthorizationHeaderMalformed', 400],
  'unknown-key': ['InvalidAccessKeyId', 403],
  'bad-token': ['InvalidToken', 400],
  'expired-token': ['ExpiredToken', 400],
  'wrong-signature': ['SignatureDoesNotMatch', 403],
  'wrong-content': ['XAmzContentSHA256Mismatch', 400],
  'too-old': ['RequestTimeTooSkewed', 403],
  'too-early': ['RequestTimeTooSkewed', 403],
  'expired-url': ['AccessDenied', 403],
};

const ec2Messages: Partial<Record<string, string>> = {
  AuthFailure: 'AWS was not able to validate the provided access credentials',
  RequestExpired: 'Request has expired.',
};

const s3Messages: Partial<Record<string, string>> = {
  InvalidAccessKeyId: 'The AWS Access Key Id you provided does not exist in our records.',
  RequestTimeTooSkewed: 'The difference between the request time and the current time is too large.',
  InvalidToken: 'The provided token is malformed or otherwise invalid.',
  ExpiredToken: 'The provided token has expired.',
};

/** The error with which a service answers a signature that it does not accept. */
export function refusalError(refusal: Refusal, protocol: Service['protocol']): AwsError {
  if (protocol === 'ec2Query') {
    const [code, status] = ec2[refusal.refused];
    return new AwsError(code, ec2Messages[code] ?? refusal.detail, status);
  }
  if (protocol === 'restXml') {
    const [code, status] = s3[refusal.refused];
    const message = refusal.refused === 'missing' ? 'Access Denied' : (s3Messages[code] ?? refusal.detail);
    return new AwsError(code, message, status);
  }
  const [code, status] = (protocol === 'awsQuery' ? query : json)[refusal.refused];
  // The awsJson services say 400 where REST says 403.
  return new AwsError(code, refusal.detail, protocol.startsWith('awsJson') ? 400 : status);
}
