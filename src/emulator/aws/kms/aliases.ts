import type {
  CreateAliasRequest,
  DeleteAliasRequest,
  ListAliasesRequest,
  ListAliasesResponse,
  UpdateAliasRequest,
} from '@aws-sdk/client-kms';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { livingKey } from './keys.ts';
import { aliasArn, requiredKey } from './lookup.ts';
import type { KmsAlias } from './state.ts';

function checkName(name: string): void {
  if (!/^alias\/[a-zA-Z0-9/_-]+$/.test(name)) {
    throw new AwsError(
      'InvalidAliasNameException',
      `${name} is not a valid alias name: it begins with alias/ and has letters, digits, /, _ and -`,
    );
  }
  if (name.startsWith('alias/aws/'))
    throw new AwsError('NotAuthorizedException', 'Aliases that begin with alias/aws/ are those of AWS.');
}

function aliasOf(turn: Turn, name: string): KmsAlias {
  const alias = turn.state.kms.aliases[name];
  if (alias === undefined) throw new AwsError('NotFoundException', `Alias ${aliasArn(turn, name)} is not found.`);
  return alias;
}

export const createAlias: Handler<Given<CreateAliasRequest>, object> = (input, call) => {
  const name = input.AliasName;
  checkName(name);
  if (call.state.kms.aliases[name] !== undefined) {
    throw new AwsError('AlreadyExistsException', `An alias with the name ${aliasArn(call, name)} already exists`);
  }
  const key = livingKey(call, input.TargetKeyId);
  call.state.kms.aliases[name] = { name, keyId: key.id, createdAt: call.now, updatedAt: call.now };
  return {};
};

export const updateAlias: Handler<Given<UpdateAliasRequest>, object> = (input, call) => {
  const alias = aliasOf(call, input.AliasName);
  alias.keyId = livingKey(call, input.TargetKeyId).id;
  alias.updatedAt = call.now;
  return {};
};

export const deleteAlias: Handler<Given<DeleteAliasRequest>, object> = (input, call) => {
  delete call.state.kms.aliases[aliasOf(call, input.AliasName).name];
  return {};
};

export const listAliases: Handler<ListAliasesRequest, ListAliasesResponse> = (input, call) => {
  const keyId = input.KeyId === undefined ? undefined : requiredKey(call, input.KeyId).id;
  const rows = Object.values(call.state.kms.aliases)
    .filter((alias) => keyId === undefined || alias.keyId === keyId)
    .map((alias) => ({
      AliasName: alias.name,
      AliasArn: aliasArn(call, alias.name),
      TargetKeyId: alias.keyId,
      CreationDate: new Date(alias.createdAt),
      LastUpdatedDate: new Date(alias.updatedAt),
    }));
  const page = pageOf(rows, {
    token: input.Marker,
    size: input.Limit,
    usual: 50,
    invalidToken: () => new AwsError('InvalidMarkerException', 'The marker is not valid.'),
  });
  return { Aliases: [...page.items], NextMarker: page.next, Truncated: page.next !== undefined };
};
