import type {
  CreateGrantRequest,
  CreateGrantResponse,
  ListGrantsRequest,
  ListGrantsResponse,
  RevokeGrantRequest,
} from '@aws-sdk/client-kms';
import type { Handler } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Given } from '../required-members.ts';
import { livingKey } from './keys.ts';
import { requiredKey } from './lookup.ts';
import type { KmsGrant } from './state.ts';

const constraintsOf = (input: Given<CreateGrantRequest>): Pick<KmsGrant, 'constraints'> => {
  const { EncryptionContextEquals: equals, EncryptionContextSubset: subset } = input.Constraints ?? {};
  if (equals === undefined && subset === undefined) return {};
  return {
    constraints: {
      ...(equals === undefined ? {} : { encryptionContextEquals: equals }),
      ...(subset === undefined ? {} : { encryptionContextSubset: subset }),
    },
  };
};

export const createGrant: Handler<Given<CreateGrantRequest>, CreateGrantResponse> = (input, call) => {
  const key = livingKey(call, input.KeyId);
  const grant: KmsGrant = {
    id: call.newToken(64),
    token: Buffer.from(call.newToken(96)).toString('base64'),
    ...(input.Name === undefined ? {} : { name: input.Name }),
    granteePrincipal: input.GranteePrincipal!,
    ...(input.RetiringPrincipal === undefined ? {} : { retiringPrincipal: input.RetiringPrincipal }),
    operations: [...input.Operations],
    ...constraintsOf(input),
    issuingAccount: `arn:${call.world.partition}:iam::${call.account}:root`,
    createdAt: call.now,
  };
  // A name makes a grant idempotent: https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateGrant.html
  const same = Object.values(key.grants).find(
    (own) => own.name !== undefined && own.name === grant.name && own.granteePrincipal === grant.granteePrincipal,
  );
  if (same !== undefined) return { GrantId: same.id, GrantToken: same.token };
  key.grants[grant.id] = grant;
  return { GrantId: grant.id, GrantToken: grant.token };
};

export const listGrants: Handler<Given<ListGrantsRequest>, ListGrantsResponse> = (input, call) => {
  const key = requiredKey(call, input.KeyId);
  const grants = Object.values(key.grants)
    .filter((own) => input.GrantId === undefined || own.id === input.GrantId)
    .filter((own) => input.GranteePrincipal === undefined || own.granteePrincipal === input.GranteePrincipal);
  return {
    Grants: grants.map((own) => ({
      KeyId: key.arn,
      GrantId: own.id,
      Name: own.name,
      CreationDate: new Date(own.createdAt),
      GranteePrincipal: own.granteePrincipal,
      RetiringPrincipal: own.retiringPrincipal,
      IssuingAccount: own.issuingAccount,
      Operations: own.operations as NonNullable<CreateGrantRequest['Operations']>,
      ...(own.constraints === undefined
        ? {}
        : {
            Constraints: {
              EncryptionContextEquals: own.constraints.encryptionContextEquals,
              EncryptionContextSubset: own.constraints.encryptionContextSubset,
            },
          }),
    })),
    Truncated: false,
  };
};

export const revokeGrant: Handler<Given<RevokeGrantRequest>, object> = (input, call) => {
  const key = livingKey(call, input.KeyId);
  if (key.grants[input.GrantId] === undefined)
    throw new AwsError('NotFoundException', `Grant ID ${input.GrantId} not found`);
  delete key.grants[input.GrantId];
  return {};
};
