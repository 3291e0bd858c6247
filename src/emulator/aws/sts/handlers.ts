import type { GetCallerIdentityRequest, GetCallerIdentityResponse } from '@aws-sdk/client-sts';
import type { Handler, Handlers } from '../../call.ts';

const getCallerIdentity: Handler<GetCallerIdentityRequest, GetCallerIdentityResponse> = (_, { principal, account }) => ({
  UserId: principal.userId,
  Account: account,
  Arn: principal.arn,
});

export const handlers: Handlers = { GetCallerIdentity: getCallerIdentity };
