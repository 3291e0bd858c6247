import { AwsError, type Service } from '../call.ts';

/** What this AWS does not know: said plainly, never a made-up success. */
export function notImplemented(service: Service, operation: string): AwsError {
  return new AwsError(
    'NotImplemented',
    `this embedded AWS does not implement ${service.signingName}:${operation}; use an AWS account for it, or leave out what asks for it`,
    501,
  );
}
