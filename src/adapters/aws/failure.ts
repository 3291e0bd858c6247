import { AwsFailure, type AwsReason } from '../../ports/aws.ts';

/** AWS's codes by what they mean to us; what matches no row and is no server or network error is `invalid`. */
const rows: readonly (readonly [AwsReason, RegExp])[] = [
  ['invalid', /NotImplemented/],
  ['throttled', /Throttl|RequestLimitExceeded|TooManyRequests|SlowDown|RequestThrottled|BandwidthLimitExceeded/],
  [
    'no-capacity',
    /InsufficientInstanceCapacity|InsufficientHostCapacity|SpotMaxPriceTooLow|MaxSpotInstanceCountExceeded|InsufficientCapacity/,
  ],
  // A volume may be changed a few times a day: that passes with time and is no limit that could be raised.
  ['conflict', /VolumeModificationRateLimitExceeded/],
  ['quota', /LimitExceeded|QuotaExceeded|ResourceLimit|TooMany(?!Requests)|MaximumExceeded|InsufficientFreeAddresses/],
  [
    'not-found',
    /NotFound|NoSuch|DoesNotExist|NonExistent|^ValidationError$.*not found|does not exist|InvalidGroupId\.Malformed/,
  ],
  [
    'exists',
    /AlreadyExists|ConflictingDomainExists|AlreadyOwnedByYou|QueueNameExists|^PreconditionFailed$|^Duplicate|\.Duplicate|EntityAlreadyExists|AlreadyAssociated|RouteAlreadyExists|ResourceAlreadyAssociated/,
  ],
  [
    'conflict',
    /DependencyViolation|ResourceInUse|DeleteConflict|InvalidState|IncorrectState|IncorrectInstanceState|ScalingActivityInProgress|ResourceContention|ConcurrentModification|OperationAborted|ConflictException|ConditionalRequestConflict|InUse|OperationNotPermitted|IncorrectModificationState|NotEmpty|QueueDeletedRecently|PriorRequestNotComplete/,
  ],
  [
    'denied',
    /AccessDenied|UnauthorizedOperation|NotAuthorized|AuthFailure|Forbidden|UnauthorizedAccess|OptInRequired|KMSInvalidStateException\.denied/,
  ],
  [
    'no-credentials',
    /InvalidClientTokenId|UnrecognizedClient|ExpiredToken|SignatureDoesNotMatch|MissingAuthenticationToken|CredentialsProviderError|InvalidAccessKeyId|RequestExpired|TokenProviderError|IncompleteSignature/,
  ],
  [
    'unavailable',
    /ServiceUnavailable|InternalError|InternalFailure|InternalServerError|ServerException|Unavailable|RequestTimeout|ServiceFailure|KMSInternal/,
  ],
];

interface SdkError {
  readonly name?: string;
  readonly Code?: string;
  readonly code?: string;
  readonly message?: string;
  readonly $metadata?: { readonly httpStatusCode?: number; readonly requestId?: string };
}

/** Codes of the socket with which a request certainly did not reach AWS. */
const neverSent = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|CERT_|DEPTH_ZERO)/;

function reasonOf(code: string, status: number | undefined): AwsReason {
  const row = rows.find(([, pattern]) => pattern.test(code));
  if (row !== undefined) return row[0];
  if (status === undefined || status >= 500) return 'unavailable';
  if (status === 429) return 'throttled';
  if (status === 404) return 'not-found';
  if (status === 403) return 'denied';
  return 'invalid';
}

/** What an SDK call threw, in the closed set. Programming errors pass through as they are. */
export function toFailure(error: unknown, operation: string): unknown {
  if (!(error instanceof Error) || error instanceof AwsFailure) return error;
  const { name, Code, code, message, $metadata } = error as SdkError & Error;
  const status = $metadata?.httpStatusCode;
  const isSdk =
    $metadata !== undefined ||
    name === 'CredentialsProviderError' ||
    typeof code === 'string' ||
    name === 'TimeoutError';
  if (!isSdk || name === 'AbortError') return error;
  const awsCode =
    status === undefined
      ? name === 'CredentialsProviderError'
        ? name
        : (code ?? name ?? 'Unknown')
      : name !== 'Error' && name
        ? name
        : (Code ?? 'Unknown');
  const answered = status !== undefined && status < 500;
  return new AwsFailure({
    reason: reasonOf(awsCode, status),
    operation,
    code: awsCode,
    message: message ?? awsCode,
    requestId: $metadata?.requestId,
    uncertain: !answered && name !== 'CredentialsProviderError' && !neverSent.test(awsCode),
    cause: error,
  });
}
