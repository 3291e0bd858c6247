import type {
  DeleteLaunchTemplateVersionsRequest,
  DeleteLaunchTemplateVersionsResult,
  DescribeLaunchTemplateVersionsRequest,
  DescribeLaunchTemplateVersionsResult,
  LaunchTemplateVersion,
  ResponseLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from './compute-records.ts';
import type { Fields } from './filter.ts';
import { applyFilters } from './filter.ts';
import { findTemplate, findVersion } from './launch-template-data.ts';
import { required } from './lookup.ts';
import { page } from './page.ts';

/** A version of a launch template as AWS describes it. */
export const templateVersionOutput = (
  template: LaunchTemplateRecord,
  version: LaunchTemplateVersionRecord,
): LaunchTemplateVersion => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  VersionNumber: version.number,
  ...(version.description !== undefined && { VersionDescription: version.description }),
  CreateTime: new Date(version.createdAt),
  CreatedBy: version.createdBy,
  DefaultVersion: template.defaultVersion === version.number,
  LaunchTemplateData: version.data as ResponseLaunchTemplateData,
});

interface Row {
  readonly template: LaunchTemplateRecord;
  readonly version: LaunchTemplateVersionRecord;
}

const fields: Fields<Row> = {
  'create-time': ({ version }) => [new Date(version.createdAt).toISOString()],
  'ebs-optimized': ({ version }) => [version.data.EbsOptimized ?? false],
  'iam-instance-profile': ({ version }) => [
    version.data.IamInstanceProfile?.Arn ?? version.data.IamInstanceProfile?.Name,
  ],
  'image-id': ({ version }) => [version.data.ImageId],
  'instance-type': ({ version }) => [version.data.InstanceType],
  'is-default-version': ({ template, version }) => [template.defaultVersion === version.number],
  'http-tokens': ({ version }) => [version.data.MetadataOptions?.HttpTokens],
};

function acrossTemplates(call: Call, versions: readonly string[]): Row[] {
  if (versions.length === 0 || versions.some((name) => name !== '$Latest' && name !== '$Default')) {
    const why =
      'Either a launch template ID or a launch template name must be specified in the request, or the versions $Latest and $Default for all templates.';
    throw new AwsError('MissingParameter', why);
  }
  return Object.values(call.state.ec2.launchTemplates).flatMap((template) =>
    uniqueVersions(versions.map((name) => findVersion(template, name))).map((version) => ({ template, version })),
  );
}

const uniqueVersions = (versions: readonly LaunchTemplateVersionRecord[]): LaunchTemplateVersionRecord[] => [
  ...new Set(versions),
];

function inTemplate(call: Call, input: DescribeLaunchTemplateVersionsRequest): Row[] {
  const template = findTemplate(call, input);
  const asked = input.Versions ?? [];
  const chosen =
    asked.length > 0 ? uniqueVersions(asked.map((name) => findVersion(template, name))) : template.versions;
  const min = Number(input.MinVersion ?? 1);
  const max = Number(input.MaxVersion ?? template.latestVersion);
  return chosen
    .filter((version) => version.number >= min && version.number <= max)
    .sort((a, b) => b.number - a.number)
    .map((version) => ({ template, version }));
}

function describeVersions(
  input: DescribeLaunchTemplateVersionsRequest,
  call: Call,
): DescribeLaunchTemplateVersionsResult {
  const named = input.LaunchTemplateId !== undefined || input.LaunchTemplateName !== undefined;
  const rows = named ? inTemplate(call, input) : acrossTemplates(call, input.Versions ?? []);
  const kept = applyFilters(rows, input.Filters, {
    fields,
    tagsOf: ({ template }) => call.state.ec2.tags[template.id] ?? {},
  });
  const found = page(kept, input, { min: 1, max: 200 });
  return {
    LaunchTemplateVersions: found.items.map(({ template, version }) => templateVersionOutput(template, version)),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

function deleteVersions(input: DeleteLaunchTemplateVersionsRequest, call: Call): DeleteLaunchTemplateVersionsResult {
  const template = findTemplate(call, input);
  const asked = required(input.Versions, 'LaunchTemplateVersion');
  const results = asked.map((name) => {
    const number = Number(name);
    const row = { LaunchTemplateId: template.id, LaunchTemplateName: template.name, VersionNumber: number };
    const exists = template.versions.some((version) => version.number === number);
    if (exists && number !== template.defaultVersion) return { row };
    const Code = exists ? ('unexpectedError' as const) : ('launchTemplateVersionDoesNotExist' as const);
    const Message = exists ? 'The default version cannot be deleted.' : `The version ${name} does not exist.`;
    return { row, error: { Code, Message } };
  });
  const gone = results.filter((result) => result.error === undefined).map((result) => result.row);
  template.versions = template.versions.filter((version) => !gone.some((row) => row.VersionNumber === version.number));
  return {
    SuccessfullyDeletedLaunchTemplateVersions: gone,
    UnsuccessfullyDeletedLaunchTemplateVersions: results.flatMap(({ row, error }) =>
      error === undefined ? [] : [{ ...row, ResponseError: error }],
    ),
  };
}

export const launchTemplateVersionHandlers: Handlers = {
  DescribeLaunchTemplateVersions: describeVersions,
  DeleteLaunchTemplateVersions: deleteVersions,
};
