import type {
  CreatePolicyVersionRequest,
  CreatePolicyVersionResponse,
  DeletePolicyVersionRequest,
  GetPolicyVersionRequest,
  GetPolicyVersionResponse,
  ListPolicyVersionsRequest,
  ListPolicyVersionsResponse,
  PolicyVersion as PolicyVersionAnswer,
  SetDefaultPolicyVersionRequest,
} from '@aws-sdk/client-iam';
import type { Call, Handlers } from '../../call.ts';
import { checkManagedPolicy } from './documents.ts';
import { deleteConflict, limitExceeded, noSuchEntity } from './errors.ts';
import { policyWithArn } from './lookup.ts';
import { managedPolicy } from './managed-policies.ts';
import { encodeDocument } from './names.ts';
import { pageOf } from './page.ts';
import { versionsPerPolicy } from './quotas.ts';
import type { CustomerPolicy, PolicyVersion } from './state.ts';

const summary = (policy: CustomerPolicy, { versionId, createDate }: PolicyVersion): PolicyVersionAnswer => ({
  VersionId: versionId,
  IsDefaultVersion: versionId === policy.defaultVersionId,
  CreateDate: new Date(createDate),
});

function versionOf(policy: CustomerPolicy, id: string): PolicyVersion {
  const version = policy.versions.find(({ versionId }) => versionId === id);
  if (!version) throw noSuchEntity(`Policy ${policy.arn} version ${id} does not exist or is not attachable.`);
  return version;
}

function createVersion(input: CreatePolicyVersionRequest, call: Call): CreatePolicyVersionResponse {
  const policy = policyWithArn(call, input.PolicyArn!);
  checkManagedPolicy(input.PolicyDocument!);
  if (policy.versions.length >= versionsPerPolicy) {
    throw limitExceeded(
      `A managed policy can have up to ${versionsPerPolicy} versions. Before you create a new version, you must delete an existing version.`,
    );
  }
  const version = { versionId: `v${policy.nextVersion}`, document: input.PolicyDocument!, createDate: call.now };
  policy.nextVersion += 1;
  policy.versions.unshift(version);
  policy.updateDate = call.now;
  if (input.SetAsDefault) policy.defaultVersionId = version.versionId;
  return { PolicyVersion: summary(policy, version) };
}

function getVersion({ PolicyArn, VersionId }: GetPolicyVersionRequest, call: Call): GetPolicyVersionResponse {
  const managed = managedPolicy(PolicyArn!);
  if (managed) {
    if (VersionId !== managed.version) {
      throw noSuchEntity(
        `Policy ${PolicyArn} version ${VersionId} does not exist: this AWS carries ${managed.version} only.`,
      );
    }
    const Document = encodeDocument(JSON.stringify(managed.document));
    return { PolicyVersion: { Document, VersionId, IsDefaultVersion: true, CreateDate: new Date(managed.updated) } };
  }
  const policy = policyWithArn(call, PolicyArn!);
  const version = versionOf(policy, VersionId!);
  return { PolicyVersion: { ...summary(policy, version), Document: encodeDocument(version.document) } };
}

function listVersions(input: ListPolicyVersionsRequest, call: Call): ListPolicyVersionsResponse {
  const managed = managedPolicy(input.PolicyArn!);
  if (managed) {
    const only = { VersionId: managed.version, IsDefaultVersion: true, CreateDate: new Date(managed.updated) };
    return { Versions: [only], IsTruncated: false };
  }
  const policy = policyWithArn(call, input.PolicyArn!);
  const { items, ...rest } = pageOf(policy.versions, ({ versionId }) => versionId, input);
  return { Versions: items.map((version) => summary(policy, version)), ...rest };
}

function deleteVersion({ PolicyArn, VersionId }: DeletePolicyVersionRequest, call: Call): undefined {
  const policy = policyWithArn(call, PolicyArn!);
  const version = versionOf(policy, VersionId!);
  if (version.versionId === policy.defaultVersionId)
    throw deleteConflict('Cannot delete the default version of a policy.');
  policy.versions = policy.versions.filter((each) => each !== version);
}

function setDefault({ PolicyArn, VersionId }: SetDefaultPolicyVersionRequest, call: Call): undefined {
  const policy = policyWithArn(call, PolicyArn!);
  policy.defaultVersionId = versionOf(policy, VersionId!).versionId;
}

export const policyVersionHandlers: Handlers = {
  CreatePolicyVersion: createVersion,
  GetPolicyVersion: getVersion,
  ListPolicyVersions: listVersions,
  DeletePolicyVersion: deleteVersion,
  SetDefaultPolicyVersion: setDefault,
};
