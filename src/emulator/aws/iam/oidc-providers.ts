import type {
  AddClientIDToOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderRequest,
  CreateOpenIDConnectProviderResponse,
  DeleteOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderRequest,
  GetOpenIDConnectProviderResponse,
  ListOpenIDConnectProvidersRequest,
  ListOpenIDConnectProvidersResponse,
  ListOpenIDConnectProviderTagsRequest,
  RemoveClientIDFromOpenIDConnectProviderRequest,
  TagOpenIDConnectProviderRequest,
  UntagOpenIDConnectProviderRequest,
  UpdateOpenIDConnectProviderThumbprintRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { alreadyExists, invalidInput, limitExceeded } from './errors.ts';
import { providerWithArn } from './lookup.ts';
import { oidcProvidersPerAccount } from './quotas.ts';
import type { OidcProvider } from './state.ts';
import { removeTags, tagPage, tagsIfAny, tagsOf } from './tags.ts';

/** What AWS gets from the provider's certificate when no thumbprint is given: here, the one of Amazon's root CA. */
const rootThumbprint = '9e99a48a9960b14926bb7f3b02e22da2b0ab7280';

function checkThumbprints(thumbprints: readonly string[] | undefined): string[] {
  if (thumbprints === undefined || thumbprints.length === 0) return [rootThumbprint];
  if (thumbprints.length > 5) throw invalidInput('Thumbprint list must contain fewer than 5 entries.');
  if (thumbprints.some((each) => !/^[0-9a-fA-F]{40}$/.test(each))) {
    throw invalidInput('Thumbprint must be 40 hexadecimal characters.');
  }
  return [...thumbprints];
}

function createProvider(input: CreateOpenIDConnectProviderRequest, call: Call): CreateOpenIDConnectProviderResponse {
  const providers = call.world.iam.oidcProviders;
  if (!/^https:\/\/[^\s?#]+$/.test(input.Url!)) throw invalidInput('Invalid Open ID Connect Provider URL');
  const url = input.Url!.replace(/^https:\/\//, '').replace(/\/$/, '');
  const arn = `arn:aws:iam::${call.account}:oidc-provider/${url}`;
  if (Object.hasOwn(providers, arn)) throw alreadyExists(`Provider with url https://${url} already exists.`);
  if (Object.keys(providers).length >= oidcProvidersPerAccount) {
    throw limitExceeded(`Cannot exceed quota for OpenIdConnectProvidersPerAccount: ${oidcProvidersPerAccount}`);
  }
  const provider: OidcProvider = {
    arn,
    url,
    clientIds: [...(input.ClientIDList ?? [])],
    thumbprints: checkThumbprints(input.ThumbprintList),
    createDate: call.now,
    tags: tagsOf(input.Tags),
  };
  providers[arn] = provider;
  return { OpenIDConnectProviderArn: arn, ...tagsIfAny(provider.tags) };
}

function getProvider(input: GetOpenIDConnectProviderRequest, call: Call): GetOpenIDConnectProviderResponse {
  const { url, clientIds, thumbprints, createDate, tags } = providerWithArn(call, input.OpenIDConnectProviderArn!);
  return {
    Url: url,
    ClientIDList: clientIds,
    ThumbprintList: thumbprints,
    CreateDate: new Date(createDate),
    ...tagsIfAny(tags),
  };
}

/** Deleting one that is gone is no error, as the API reference says. */
function deleteProvider({ OpenIDConnectProviderArn }: DeleteOpenIDConnectProviderRequest, call: Call): undefined {
  delete call.world.iam.oidcProviders[OpenIDConnectProviderArn!];
}

const listProviders = (_: ListOpenIDConnectProvidersRequest, call: Call): ListOpenIDConnectProvidersResponse => ({
  OpenIDConnectProviderList: Object.keys(call.world.iam.oidcProviders)
    .sort()
    .map((Arn) => ({ Arn })),
});

function addClient(input: AddClientIDToOpenIDConnectProviderRequest, call: Call): undefined {
  const provider = providerWithArn(call, input.OpenIDConnectProviderArn!);
  if (!provider.clientIds.includes(input.ClientID!)) provider.clientIds.push(input.ClientID!);
}

function removeClient(input: RemoveClientIDFromOpenIDConnectProviderRequest, call: Call): undefined {
  const provider = providerWithArn(call, input.OpenIDConnectProviderArn!);
  provider.clientIds = provider.clientIds.filter((id) => id !== input.ClientID);
}

function updateThumbprints(input: UpdateOpenIDConnectProviderThumbprintRequest, call: Call): undefined {
  providerWithArn(call, input.OpenIDConnectProviderArn!).thumbprints = checkThumbprints(input.ThumbprintList);
}

function tagProvider(input: TagOpenIDConnectProviderRequest, call: Call): undefined {
  const provider = providerWithArn(call, input.OpenIDConnectProviderArn!);
  provider.tags = tagsOf(input.Tags, provider.tags);
}

function untagProvider(input: UntagOpenIDConnectProviderRequest, call: Call): undefined {
  removeTags(providerWithArn(call, input.OpenIDConnectProviderArn!).tags, input.TagKeys);
}

export const oidcProviderHandlers: Handlers = {
  CreateOpenIDConnectProvider: createProvider,
  GetOpenIDConnectProvider: getProvider,
  DeleteOpenIDConnectProvider: deleteProvider,
  ListOpenIDConnectProviders: listProviders,
  AddClientIDToOpenIDConnectProvider: addClient,
  RemoveClientIDFromOpenIDConnectProvider: removeClient,
  UpdateOpenIDConnectProviderThumbprint: updateThumbprints,
  TagOpenIDConnectProvider: tagProvider,
  UntagOpenIDConnectProvider: untagProvider,
  ListOpenIDConnectProviderTags: (input: ListOpenIDConnectProviderTagsRequest, call: Call) =>
    tagPage(providerWithArn(call, input.OpenIDConnectProviderArn!).tags, input),
};
