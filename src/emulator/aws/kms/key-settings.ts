import type {
  DisableKeyRotationRequest,
  EnableKeyRotationRequest,
  GetKeyPolicyRequest,
  GetKeyPolicyResponse,
  GetKeyRotationStatusRequest,
  GetKeyRotationStatusResponse,
  ListKeyPoliciesRequest,
  ListKeyPoliciesResponse,
  ListResourceTagsRequest,
  ListResourceTagsResponse,
  PutKeyPolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-kms';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { checkPolicy, livingKey, readTags } from './keys.ts';
import { requiredKey } from './lookup.ts';

export const getKeyPolicy: Handler<Given<GetKeyPolicyRequest>, GetKeyPolicyResponse> = (input, call) => {
  if ((input.PolicyName ?? 'default') !== 'default') throw new AwsError('NotFoundException', 'No such policy exists');
  return { Policy: requiredKey(call, input.KeyId).policy, PolicyName: 'default' };
};

export const putKeyPolicy: Handler<Given<PutKeyPolicyRequest>, object> = (input, call) => {
  livingKey(call, input.KeyId).policy = checkPolicy(input.Policy);
  return {};
};

export const listKeyPolicies: Handler<Given<ListKeyPoliciesRequest>, ListKeyPoliciesResponse> = (input, call) => {
  requiredKey(call, input.KeyId);
  return { PolicyNames: ['default'], Truncated: false };
};

export const getKeyRotationStatus: Handler<Given<GetKeyRotationStatusRequest>, GetKeyRotationStatusResponse> = (
  input,
  call,
) => {
  const key = requiredKey(call, input.KeyId);
  return {
    KeyRotationEnabled: key.rotationEnabled,
    KeyId: key.arn,
    ...(key.rotationEnabled ? { RotationPeriodInDays: key.rotationPeriodInDays } : {}),
  };
};

export const enableKeyRotation: Handler<Given<EnableKeyRotationRequest>, object> = (input, call) => {
  const key = livingKey(call, input.KeyId);
  const days = input.RotationPeriodInDays ?? 365;
  if (days < 90 || days > 2560)
    throw new AwsError('ValidationException', 'RotationPeriodInDays must be between 90 and 2560');
  key.rotationEnabled = true;
  key.rotationPeriodInDays = days;
  return {};
};

export const disableKeyRotation: Handler<Given<DisableKeyRotationRequest>, object> = (input, call) => {
  livingKey(call, input.KeyId).rotationEnabled = false;
  return {};
};

export const tagResource: Handler<Given<TagResourceRequest>, object> = (input, call) => {
  const key = livingKey(call, input.KeyId);
  key.tags = { ...key.tags, ...readTags(input.Tags) };
  return {};
};

export const untagResource: Handler<Given<UntagResourceRequest>, object> = (input, call) => {
  const key = livingKey(call, input.KeyId);
  key.tags = Object.fromEntries(Object.entries(key.tags).filter(([name]) => !input.TagKeys.includes(name)));
  return {};
};

export const listResourceTags: Handler<Given<ListResourceTagsRequest>, ListResourceTagsResponse> = (input, call) => ({
  Tags: Object.entries(requiredKey(call, input.KeyId).tags).map(([TagKey, TagValue]) => ({ TagKey, TagValue })),
  Truncated: false,
});
