import {
  CreatePolicyCommand,
  CreatePolicyVersionCommand,
  DeletePolicyCommand,
  DeletePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
  ListPolicyVersionsCommand,
  type ManagedPolicyDetail,
  type Policy,
  type PolicyVersion,
  TagPolicyCommand,
  UntagPolicyCommand,
} from '@aws-sdk/client-iam';
import type { Found } from '../../model/snapshot.ts';
import type { Settled } from '../../model/types.ts';
import { isAwsFailure, type Scope } from '../../ports/aws.ts';
import type { Adapter } from './adapter.ts';
import { allKnown } from './all-known.ts';
import { allPages } from './all-pages.ts';
import { bareId } from './bare.ts';
import type { Connection } from './connection.ts';
import { fromTagList, isOf, tagChanges, toTagList } from './found.ts';
import { unlessGone } from './gone.ts';
import { decodeDocument, idFromPath, pathPrefix, underOurPath } from './iam.ts';
import { iamDetails, iamDetailsPermission } from './iam-account.ts';
import { notOurs, oursOrFail } from './not-ours.ts';
import { taggedResourcesPermission, tagsOr } from './tagged-resources.ts';
import { whenFree } from './when-free.ts';

async function policiesUnder({ clients, call }: Connection, PathPrefix: string): Promise<Policy[]> {
  const pages = await allPages(
    (Marker) =>
      call('iam:ListPolicies', () => clients.iam.send(new ListPoliciesCommand({ Scope: 'Local', PathPrefix, Marker }))),
    (page) => (page.IsTruncated ? page.Marker : undefined),
  );
  return pages.flatMap((page) => page.Policies ?? []);
}

async function documentOf({ clients, call }: Connection, policy: Policy): Promise<string | undefined> {
  const input = { PolicyArn: policy.Arn, VersionId: policy.DefaultVersionId };
  const answer = await unlessGone(
    call('iam:GetPolicyVersion', () => clients.iam.send(new GetPolicyVersionCommand(input))),
  );
  return answer === undefined ? undefined : decodeDocument(answer.PolicyVersion?.Document);
}

/** Lists and details tell no tags, and a path is no proof: anybody may put a policy there. */
async function get({ clients, call }: Connection, PolicyArn: string): Promise<Policy | undefined> {
  const answer = await unlessGone(call('iam:GetPolicy', () => clients.iam.send(new GetPolicyCommand({ PolicyArn }))));
  return answer?.Policy;
}

const isOurs = (policy: Policy | undefined, scope: Scope): policy is Policy => isOf(fromTagList(policy?.Tags), scope);

/** Description and tags stay uncompared. */
function toFound(policy: Policy | ManagedPolicyDetail, document: string | undefined, scope: Scope): Found<'policy'>[] {
  const id = idFromPath('policy', policy.Path, scope);
  if (id === undefined || document === undefined) return [];
  return [
    {
      kind: 'policy',
      id,
      name: policy.PolicyName!,
      state: 'ready',
      settled: { name: policy.PolicyName!, path: policy.Path!, document },
      observed: { arn: policy.Arn! },
    },
  ];
}

const documentIn = ({ PolicyVersionList, DefaultVersionId }: ManagedPolicyDetail): string =>
  decodeDocument(PolicyVersionList?.find(({ VersionId }) => VersionId === DefaultVersionId)?.Document);

async function olderVersions({ clients, call }: Connection, PolicyArn: string): Promise<PolicyVersion[]> {
  const answer = await unlessGone(
    call('iam:ListPolicyVersions', () => clients.iam.send(new ListPolicyVersionsCommand({ PolicyArn }))),
  );
  const time = (version: PolicyVersion) => version.CreateDate?.getTime() ?? 0;
  return (answer?.Versions ?? []).filter((version) => !version.IsDefaultVersion).sort((a, b) => time(a) - time(b));
}

async function deleteVersion({ clients, call }: Connection, PolicyArn: string, VersionId: string): Promise<void> {
  await unlessGone(
    call('iam:DeletePolicyVersion', () => clients.iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId }))),
  );
}

/** IAM keeps five versions of a policy; the oldest makes room. */
async function setDocument(connection: Connection, PolicyArn: string, PolicyDocument: string): Promise<void> {
  const { clients, call } = connection;
  const older = await olderVersions(connection, PolicyArn);
  if (older.length >= 4) await deleteVersion(connection, PolicyArn, older[0]!.VersionId!);
  const input = { PolicyArn, PolicyDocument, SetAsDefault: true };
  await call('iam:CreatePolicyVersion', () => clients.iam.send(new CreatePolicyVersionCommand(input)), { once: true });
}

/** IAM has one policy of a name, wherever it stands. */
const signOf = ({ path, name }: { readonly path: string; readonly name: string }): string => `${path}${name}`;

const arnOf = ({ partition, account }: Scope, { path, name }: Settled<'policy'>): string =>
  `arn:${partition}:iam::${account}:policy${path}${name}`;

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
export const policy: Adapter<'policy'> = {
  permissions: {
    read: [
      taggedResourcesPermission,
      iamDetailsPermission,
      { action: 'iam:ListPolicies', resource: '*' },
      ...underOurPath('policy', 'GetPolicy', 'GetPolicyVersion'),
    ],
    create: underOurPath(
      'policy',
      'GetPolicy',
      'GetPolicyVersion',
      'CreatePolicy',
      'TagPolicy',
      'ListPolicyVersions',
      'CreatePolicyVersion',
      'DeletePolicyVersion',
    ),
    update: underOurPath('policy', 'ListPolicyVersions', 'CreatePolicyVersion', 'DeletePolicyVersion', 'TagPolicy'),
    own: underOurPath('policy', 'UntagPolicy'),
    delete: underOurPath('policy', 'ListPolicyVersions', 'DeletePolicyVersion', 'DeletePolicy'),
  },

  reader: (connection) => ({
    async list(context) {
      const { scope } = context;
      const details = await iamDetails(connection, context);
      const policies = details?.policies ?? (await policiesUnder(connection, pathPrefix(scope)));
      const found = policies.map(async (one) => {
        const ask = async () => fromTagList((await get(connection, one.Arn!))?.Tags);
        const tags = await tagsOr(connection, context, { arn: one.Arn!, ask });
        const sign = signOf({ path: one.Path!, name: one.PolicyName! });
        if (!isOf(tags, scope) && bareId('policy', sign, { tags, scope }) === undefined) return [];
        const document = 'PolicyVersionList' in one ? documentIn(one) : await documentOf(connection, one);
        return toFound(one, document, scope);
      });
      return (await Promise.all(found)).flat();
    },
    sign: ({ settled: { path, name } }) => (allKnown(path, name) ? signOf({ path: path!, name: name! }) : undefined),
  }),

  writer: (connection) => ({
    async create({ settled }, context) {
      const { clients, call } = connection;
      const { scope } = context;
      const input = {
        PolicyName: settled.name,
        Path: settled.path,
        Description: settled.description,
        PolicyDocument: settled.document,
        Tags: toTagList(settled.tags),
      };
      try {
        const answer = await call('iam:CreatePolicy', () => clients.iam.send(new CreatePolicyCommand(input)));
        return { arn: answer.Policy!.Arn! };
      } catch (error) {
        // The name is unique in the account whatever the path, but only one in our path has this ARN.
        if (!isAwsFailure(error, 'exists')) throw error;
        const arn = arnOf(scope, settled);
        const there = await oursOrFail(`policy ${settled.name}`, context, async () => {
          const found = await get(connection, arn);
          if (isOurs(found, scope)) return found;
          throw notOurs('iam:CreatePolicy', `A policy ${settled.name}`, 'Delete it, then apply again.');
        });
        // As a rule it is what the call made whose answer was lost.
        const document = await documentOf(connection, there);
        if (document !== settled.document) await setDocument(connection, arn, settled.document);
        return { arn };
      }
    },

    async update({ found, settled, changed }) {
      const { clients, call } = connection;
      const PolicyArn = found.observed.arn;
      if (changed.includes('document')) await setDocument(connection, PolicyArn, settled.document);
      if (changed.includes('tags')) {
        const { set, remove } = tagChanges(found.settled.tags ?? {}, settled.tags);
        const input = { PolicyArn, Tags: toTagList(set) };
        if (input.Tags.length > 0) await call('iam:TagPolicy', () => clients.iam.send(new TagPolicyCommand(input)));
        const untag = { PolicyArn, TagKeys: remove };
        if (remove.length > 0) await call('iam:UntagPolicy', () => clients.iam.send(new UntagPolicyCommand(untag)));
      }
      return found.observed;
    },

    async delete(found, context) {
      const { clients, call } = connection;
      const PolicyArn = found.observed.arn;
      for (const version of await olderVersions(connection, PolicyArn)) {
        await deleteVersion(connection, PolicyArn, version.VersionId!);
      }
      await whenFree({ what: `policy ${found.name} to be attached nowhere` }, context, () =>
        unlessGone(call('iam:DeletePolicy', () => clients.iam.send(new DeletePolicyCommand({ PolicyArn })))),
      );
    },
  }),
};
