import type { ListIdentityProviderConfigsRequest, ListIdentityProviderConfigsResponse } from '@aws-sdk/client-eks';
import type { Handler } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { clusterOf } from './lookup.ts';

/** AssociateIdentityProviderConfig is not known here, so that no cluster has one. */
export const listIdentityProviderConfigs: Handler<
  Given<ListIdentityProviderConfigsRequest>,
  ListIdentityProviderConfigsResponse
> = (input, call) => {
  clusterOf(call, input.clusterName);
  return { identityProviderConfigs: [] };
};
