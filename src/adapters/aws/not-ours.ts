import { AwsFailure } from '../../ports/aws.ts';

/** Something of the name that we want stands there and does not carry this cluster's tags: it is left alone. */
export const notOurs = (operation: string, what: string, fix: string): AwsFailure =>
  new AwsFailure({
    reason: 'conflict',
    operation,
    code: 'NotOurs',
    message: `${what} exists already and is not tagged as this cluster's, so it is not touched. ${fix}`,
  });
