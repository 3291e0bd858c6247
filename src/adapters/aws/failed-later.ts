import type { AwsFailure } from '../../ports/aws.ts';
import { toFailure } from './failure.ts';

/** A failure that AWS tells not as the answer of a call but afterwards, in the state of what was made. `code` is AWS's. */
export const failedLater = (operation: string, code: string, message: string): AwsFailure =>
  toFailure(
    Object.assign(new Error(message), { name: code, $metadata: { httpStatusCode: 400 } }),
    operation,
  ) as AwsFailure;
