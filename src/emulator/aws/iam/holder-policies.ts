import type { Call, Handlers } from '../../call.ts';
import { checkIdentityPolicy, checkInlineSize } from './documents.ts';
import { limitExceeded, noSuchEntity } from './errors.ts';
import { checkBoundary, policyExists, policyName } from './lookup.ts';
import { checkName, encodeDocument } from './names.ts';
import { type PageRequest, pageOf } from './page.ts';
import { policiesPerHolder } from './quotas.ts';
import type { IamRole, IamUser } from './state.ts';
import { removeTags, tagPage, tagsOf } from './tags.ts';

type Holder = IamRole | IamUser;

/** Requests about what a user or a role holds: `RoleName` or `UserName` and these. */
interface HolderRequest extends PageRequest {
  readonly RoleName?: string;
  readonly UserName?: string;
  readonly PolicyName?: string;
  readonly PolicyDocument?: string;
  readonly PolicyArn?: string;
  readonly PathPrefix?: string;
  readonly PermissionsBoundary?: string;
  readonly Tags?: readonly { readonly Key: string; readonly Value: string }[];
  readonly TagKeys?: readonly string[];
}

type HolderHandler = (input: HolderRequest, call: Call) => object | undefined;

export interface HolderKind {
  readonly kind: 'Role' | 'User';
  readonly find: (call: Call, name: string) => Holder;
}

/** Inline and attached policies, the boundary and tags: users and roles have them alike. */
export function holderHandlers({ kind, find }: HolderKind): Handlers {
  const nameOf = (input: HolderRequest): string => (kind === 'Role' ? input.RoleName : input.UserName)!;
  const on =
    (work: (holder: Holder, input: HolderRequest, call: Call) => object | undefined): HolderHandler =>
    (input, call) =>
      work(find(call, nameOf(input)), input, call);
  const owner = kind === 'Role' ? 'role' : 'user';
  const named = (input: HolderRequest): Record<string, string> => ({ [`${kind}Name`]: nameOf(input) });
  return {
    [`Put${kind}Policy`]: on((holder, input) => putInline(holder, input, { kind: owner, name: nameOf(input) })),
    [`Get${kind}Policy`]: on((holder, input) => ({ ...named(input), ...getInline(holder, input, owner) })),
    [`Delete${kind}Policy`]: on((holder, input) => deleteInline(holder, input, owner)),
    [`List${kind}Policies`]: on(listInline),
    [`Attach${kind}Policy`]: on((holder, input, call) => attach(holder, input, { call, kind })),
    [`Detach${kind}Policy`]: on(detach),
    [`ListAttached${kind}Policies`]: on(listAttached),
    [`Put${kind}PermissionsBoundary`]: on(putBoundary),
    [`Delete${kind}PermissionsBoundary`]: on(deleteBoundary),
    [`Tag${kind}`]: on(tag),
    [`Untag${kind}`]: on((holder, { TagKeys }) => void removeTags(holder.tags, TagKeys)),
    [`List${kind}Tags`]: on((holder, input) => tagPage(holder.tags, input)),
  };
}

interface Owner {
  readonly kind: string;
  readonly name: string;
}

function putInline(holder: Holder, { PolicyName, PolicyDocument }: HolderRequest, owner: Owner): undefined {
  checkName(PolicyName!, 'policyName', 128);
  checkIdentityPolicy(PolicyDocument!);
  const policies = { ...holder.inlinePolicies, [PolicyName!]: PolicyDocument! };
  checkInlineSize(policies, owner);
  holder.inlinePolicies = policies;
}

function inlineOf(holder: Holder, name: string, owner: string): string {
  const document = Object.hasOwn(holder.inlinePolicies, name) ? holder.inlinePolicies[name] : undefined;
  if (document === undefined) throw noSuchEntity(`The ${owner} policy with name ${name} cannot be found.`);
  return document;
}

const getInline = (holder: Holder, { PolicyName }: HolderRequest, owner: string): object => ({
  PolicyName,
  PolicyDocument: encodeDocument(inlineOf(holder, PolicyName!, owner)),
});

function deleteInline(holder: Holder, { PolicyName }: HolderRequest, owner: string): undefined {
  inlineOf(holder, PolicyName!, owner);
  delete holder.inlinePolicies[PolicyName!];
}

function listInline(holder: Holder, input: HolderRequest): object {
  const { items, ...rest } = pageOf(Object.keys(holder.inlinePolicies), (name) => name, input);
  return { PolicyNames: items, ...rest };
}

function attach(holder: Holder, { PolicyArn }: HolderRequest, { call, kind }: { call: Call; kind: string }): undefined {
  if (!policyExists(call, PolicyArn!)) throw noSuchEntity(`Policy ${PolicyArn} does not exist or is not attachable.`);
  if (holder.attachedPolicies.includes(PolicyArn!)) return;
  if (holder.attachedPolicies.length >= policiesPerHolder) {
    throw limitExceeded(`Cannot exceed quota for PoliciesPer${kind}: ${policiesPerHolder}`);
  }
  holder.attachedPolicies.push(PolicyArn!);
}

function detach(holder: Holder, { PolicyArn }: HolderRequest): undefined {
  if (!holder.attachedPolicies.includes(PolicyArn!)) throw noSuchEntity(`Policy ${PolicyArn} was not found.`);
  holder.attachedPolicies = holder.attachedPolicies.filter((arn) => arn !== PolicyArn);
}

function listAttached(holder: Holder, input: HolderRequest): object {
  const inPath = holder.attachedPolicies.filter((arn) =>
    (arn.split(':policy')[1] ?? '').startsWith(input.PathPrefix ?? '/'),
  );
  const { items, ...rest } = pageOf(inPath, policyName, input);
  return { AttachedPolicies: items.map((arn) => ({ PolicyName: policyName(arn), PolicyArn: arn })), ...rest };
}

function putBoundary(holder: Holder, { PermissionsBoundary }: HolderRequest, call: Call): undefined {
  holder.permissionsBoundary = checkBoundary(call, PermissionsBoundary!);
}

function deleteBoundary(holder: Holder): undefined {
  if (holder.permissionsBoundary === undefined) throw noSuchEntity('The permissions boundary cannot be found.');
  delete holder.permissionsBoundary;
}

function tag(holder: Holder, { Tags }: HolderRequest): undefined {
  holder.tags = tagsOf(Tags, holder.tags);
}
