import type {
  CancelKeyDeletionRequest,
  CancelKeyDeletionResponse,
  CreateKeyRequest,
  CreateKeyResponse,
  DescribeKeyRequest,
  DescribeKeyResponse,
  DisableKeyRequest,
  EnableKeyRequest,
  KeyMetadata,
  ListKeysRequest,
  ListKeysResponse,
  ScheduleKeyDeletionRequest,
  ScheduleKeyDeletionResponse,
  Tag,
  UpdateKeyDescriptionRequest,
} from '@aws-sdk/client-kms';
import type { Json } from '../../../base/canonical-json.ts';
import { hours } from '../../../base/duration.ts';
import type { EventHandlers, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { keyArn, requiredKey } from './lookup.ts';
import type { KmsKey } from './state.ts';

const invalidState = (key: KmsKey): AwsError =>
  new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);

/** A key that can still be changed. */
export function livingKey(turn: Turn, reference: string | undefined): KmsKey {
  const key = requiredKey(turn, reference);
  if (key.state === 'PendingDeletion') throw invalidState(key);
  return key;
}

const metadataOf = (turn: Turn, key: KmsKey): KeyMetadata => ({
  AWSAccountId: turn.account,
  KeyId: key.id,
  Arn: key.arn,
  CreationDate: new Date(key.createdAt),
  Enabled: key.state === 'Enabled',
  Description: key.description,
  KeyUsage: key.keyUsage,
  KeyState: key.state,
  ...(key.deletionDate === undefined ? {} : { DeletionDate: new Date(key.deletionDate) }),
  Origin: 'AWS_KMS',
  KeyManager: key.keyManager,
  CustomerMasterKeySpec: key.keySpec,
  KeySpec: key.keySpec,
  EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
  MultiRegion: key.multiRegion,
});

/** The policy of a key that is made without one: the account decides by IAM. */
const accountPolicy = (turn: Turn): string =>
  JSON.stringify(
    {
      Version: '2012-10-17',
      Id: 'key-default-1',
      Statement: [
        {
          Sid: 'Enable IAM User Permissions',
          Effect: 'Allow',
          Principal: { AWS: `arn:${turn.world.partition}:iam::${turn.account}:root` },
          Action: 'kms:*',
          Resource: '*',
        },
      ],
    },
    undefined,
    2,
  );

export function checkPolicy(policy: string): string {
  try {
    JSON.parse(policy);
    return policy;
  } catch {
    throw new AwsError('MalformedPolicyDocumentException', 'The key policy is not valid JSON.');
  }
}

/** Tags as KMS writes them. */
export function readTags(tags: readonly Tag[] | undefined): Record<string, string> {
  const read = (tags ?? []).map(({ TagKey: key, TagValue: value }): [string, string] => {
    if (key === undefined || key === '' || key.startsWith('aws:')) {
      throw new AwsError('TagException', `Tag key ${key} is not allowed: it must not be empty or begin with aws:`);
    }
    return [key, value ?? ''];
  });
  return Object.fromEntries(read);
}

function refuseUnknown(input: CreateKeyRequest): void {
  const spec = input.KeySpec ?? input.CustomerMasterKeySpec ?? 'SYMMETRIC_DEFAULT';
  const usage = input.KeyUsage ?? 'ENCRYPT_DECRYPT';
  const origin = input.Origin ?? 'AWS_KMS';
  if (spec === 'SYMMETRIC_DEFAULT' && usage === 'ENCRYPT_DECRYPT' && origin === 'AWS_KMS' && input.MultiRegion !== true)
    return;
  throw new AwsError(
    'NotImplemented',
    'The embedded AWS has symmetric keys of one region for encryption, with material of KMS.',
    501,
  );
}

function uuidOf(turn: Turn): string {
  const hex = turn.newToken(32);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

export const createKey: Handler<CreateKeyRequest, CreateKeyResponse> = (input, call) => {
  refuseUnknown(input);
  const id = uuidOf(call);
  const key: KmsKey = {
    id,
    arn: keyArn(call, id),
    createdAt: call.now,
    description: input.Description ?? '',
    keyUsage: 'ENCRYPT_DECRYPT',
    keySpec: 'SYMMETRIC_DEFAULT',
    keyManager: 'CUSTOMER',
    multiRegion: false,
    state: 'Enabled',
    policy: input.Policy === undefined ? accountPolicy(call) : checkPolicy(input.Policy),
    rotationEnabled: false,
    rotationPeriodInDays: 365,
    tags: readTags(input.Tags),
    grants: {},
    material: call.newToken(64),
  };
  call.state.kms.keys[id] = key;
  return { KeyMetadata: metadataOf(call, key) };
};

export const describeKey: Handler<Given<DescribeKeyRequest>, DescribeKeyResponse> = (input, call) => ({
  KeyMetadata: metadataOf(call, requiredKey(call, input.KeyId)),
});

export const listKeys: Handler<ListKeysRequest, ListKeysResponse> = (input, call) => {
  const rows = Object.values(call.state.kms.keys).map((key) => ({ KeyId: key.id, KeyArn: key.arn }));
  const page = pageOf(rows, {
    token: input.Marker,
    size: input.Limit,
    usual: 100,
    invalidToken: () => new AwsError('InvalidMarkerException', 'The marker is not valid.'),
  });
  return { Keys: [...page.items], NextMarker: page.next, Truncated: page.next !== undefined };
};

export const updateKeyDescription: Handler<Given<UpdateKeyDescriptionRequest>, object> = (input, call) => {
  livingKey(call, input.KeyId).description = input.Description;
  return {};
};

export const enableKey: Handler<Given<EnableKeyRequest>, object> = (input, call) => {
  livingKey(call, input.KeyId).state = 'Enabled';
  return {};
};

export const disableKey: Handler<Given<DisableKeyRequest>, object> = (input, call) => {
  livingKey(call, input.KeyId).state = 'Disabled';
  return {};
};

export const scheduleKeyDeletion: Handler<Given<ScheduleKeyDeletionRequest>, ScheduleKeyDeletionResponse> = (
  input,
  call,
) => {
  const key = livingKey(call, input.KeyId);
  const days = input.PendingWindowInDays ?? 30;
  if (days < 7 || days > 30) {
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value '${days}' at 'pendingWindowInDays' failed to satisfy constraint: Member must be between 7 and 30`,
    );
  }
  const after = hours(24 * days);
  key.state = 'PendingDeletion';
  key.deletionDate = call.now + after.ms;
  call.later(after, 'kms.key-deleted', { key: key.id, at: key.deletionDate });
  return { KeyId: key.arn, DeletionDate: new Date(key.deletionDate), KeyState: key.state, PendingWindowInDays: days };
};

export const cancelKeyDeletion: Handler<Given<CancelKeyDeletionRequest>, CancelKeyDeletionResponse> = (input, call) => {
  const key = requiredKey(call, input.KeyId);
  if (key.state !== 'PendingDeletion')
    throw new AwsError('KMSInvalidStateException', `${key.arn} is not pending deletion.`);
  key.state = 'Disabled';
  delete key.deletionDate;
  return { KeyId: key.arn };
};

function deletedDue(data: Json, turn: Turn): void {
  const { key: id, at } = data as { readonly key: string; readonly at: number };
  const { keys, aliases } = turn.state.kms;
  if (keys[id]?.deletionDate !== at) return;
  delete keys[id];
  for (const alias of Object.values(aliases)) if (alias.keyId === id) delete aliases[alias.name];
}

export const keyEvents: EventHandlers = { 'kms.key-deleted': deletedDue };
