import { deniedError } from './aws/iam/authorize.ts';
import { AwsError, type Call, type Service } from './call.ts';
import type { Strike } from './faults.ts';

/** The error of a fault that answers instead of the handler; undefined for faults of another kind. */
export function strikeError(strike: Strike, call: Call, service: Service): AwsError | undefined {
  switch (strike.kind) {
    case 'throttle':
      return throttled(service);
    case 'internal-error':
      return internal(service);
    case 'denied':
      return deniedError(service, call, {
        resource: '*',
        because: 'with an explicit deny in a service control policy',
      });
    default:
      return undefined;
  }
}

function throttled(service: Service): AwsError {
  if (service.protocol === 'ec2Query') return new AwsError('RequestLimitExceeded', 'Request limit exceeded.', 503);
  if (service.protocol === 'restXml') return new AwsError('SlowDown', 'Please reduce your request rate.', 503);
  if (service.protocol === 'awsQuery') return new AwsError('Throttling', 'Rate exceeded', 400);
  return new AwsError('ThrottlingException', 'Rate exceeded', service.protocol === 'restJson1' ? 429 : 400);
}

function internal(service: Service): AwsError {
  const message = 'An internal error has occurred';
  if (service.protocol === 'ec2Query' || service.protocol === 'restXml')
    return new AwsError('InternalError', message, 500);
  if (service.protocol === 'awsQuery') return new AwsError('InternalFailure', message, 500);
  return new AwsError(service.protocol === 'restJson1' ? 'ServerException' : 'InternalServerError', message, 500);
}
