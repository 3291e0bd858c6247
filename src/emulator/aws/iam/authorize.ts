import { AwsError, type Call, type Service } from '../../call.ts';

/** Why a call is refused. */
export interface Denial {
  readonly resource: string;
  readonly because: string;
}

/** The service's access-denied error. */
export function deniedError(service: Service, call: Call, { resource, because }: Denial): AwsError {
  const action = `${service.signingName}:${call.operation}`;
  return new AwsError('AccessDenied', `User: ${call.principal.arn} is not authorized to perform: ${action} on resource: ${resource} ${because}`, 403);
}

/** Throws unless the caller's policies allow the call. */
export function checkAllowed(_service: Service, _input: Readonly<Record<string, unknown>>, call: Call): void {
  if (!call.principal.arn) throw new AwsError('AccessDenied', 'no principal', 403);
}
