import type {
  CreateAccessKeyRequest,
  CreateAccessKeyResponse,
  DeleteAccessKeyRequest,
  ListAccessKeysRequest,
  ListAccessKeysResponse,
  UpdateAccessKeyRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { holderOf } from './identity-policies.ts';
import { userNamed } from './lookup.ts';
import { uniqueId } from './names.ts';
import { pageOf } from './page.ts';
import { accessKeysPerUser } from './quotas.ts';
import type { AccessKey, IamUser } from './state.ts';

/** Without a name: the user who asks. */
function userOf(call: Call, name: string | undefined): IamUser {
  const self = holderOf(call.world.iam, call.principal.arn);
  return userNamed(call, name ?? (self && 'userName' in self ? self.userName : ''));
}

const keysOf = (call: Call, { userName }: IamUser): AccessKey[] =>
  Object.values(call.world.iam.accessKeys).filter((key) => key.userName === userName);

function createAccessKey({ UserName }: CreateAccessKeyRequest, call: Call): CreateAccessKeyResponse {
  const user = userOf(call, UserName);
  if (keysOf(call, user).length >= accessKeysPerUser) {
    throw limitExceeded(`Cannot exceed quota for AccessKeysPerUser: ${accessKeysPerUser}`);
  }
  const key: AccessKey = {
    accessKeyId: uniqueId(call, 'AKIA'),
    secretAccessKey: call.newToken(40),
    userName: user.userName,
    status: 'Active',
    createDate: call.now,
  };
  call.world.iam.accessKeys[key.accessKeyId] = key;
  return {
    AccessKey: {
      UserName: user.userName,
      AccessKeyId: key.accessKeyId,
      SecretAccessKey: key.secretAccessKey,
      Status: key.status,
      CreateDate: new Date(key.createDate),
    },
  };
}

function keyOf(call: Call, user: IamUser, id: string): AccessKey {
  const key = keysOf(call, user).find(({ accessKeyId }) => accessKeyId === id);
  if (!key) throw noSuchEntity(`The Access Key with id ${id} cannot be found.`);
  return key;
}

function deleteAccessKey({ UserName, AccessKeyId }: DeleteAccessKeyRequest, call: Call): undefined {
  const key = keyOf(call, userOf(call, UserName), AccessKeyId!);
  delete call.world.iam.accessKeys[key.accessKeyId];
}

function updateAccessKey({ UserName, AccessKeyId, Status }: UpdateAccessKeyRequest, call: Call): undefined {
  keyOf(call, userOf(call, UserName), AccessKeyId!).status = Status === 'Active' ? 'Active' : 'Inactive';
}

function listAccessKeys(input: ListAccessKeysRequest, call: Call): ListAccessKeysResponse {
  const keys = keysOf(call, userOf(call, input.UserName));
  const { items, ...rest } = pageOf(keys, ({ accessKeyId }) => accessKeyId, input);
  const AccessKeyMetadata = items.map(({ userName, accessKeyId, status, createDate }) => ({
    UserName: userName,
    AccessKeyId: accessKeyId,
    Status: status,
    CreateDate: new Date(createDate),
  }));
  return { AccessKeyMetadata, ...rest };
}

export const accessKeyHandlers: Handlers = {
  CreateAccessKey: createAccessKey,
  DeleteAccessKey: deleteAccessKey,
  UpdateAccessKey: updateAccessKey,
  ListAccessKeys: listAccessKeys,
};
