import type {
  CreateLaunchTemplateRequest,
  CreateLaunchTemplateResult,
  CreateLaunchTemplateVersionRequest,
  CreateLaunchTemplateVersionResult,
  DeleteLaunchTemplateRequest,
  DeleteLaunchTemplateResult,
  DescribeLaunchTemplatesRequest,
  DescribeLaunchTemplatesResult,
  LaunchTemplate,
  ModifyLaunchTemplateRequest,
  ModifyLaunchTemplateResult,
  RequestLaunchTemplateData,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from './compute-records.ts';
import { once } from './idempotency.ts';
import { findTemplate, findVersion } from './launch-template-data.ts';
import { templateVersionOutput } from './launch-template-versions.ts';
import { listing, nextToken } from './listing.ts';
import { get, required } from './lookup.ts';
import { forget, setTags, tagList, tagsFor } from './tags.ts';
import { checkUserData } from './user-data.ts';

const output = (call: Turn, template: LaunchTemplateRecord): LaunchTemplate => ({
  LaunchTemplateId: template.id,
  LaunchTemplateName: template.name,
  CreateTime: new Date(template.createdAt),
  CreatedBy: template.createdBy,
  DefaultVersionNumber: template.defaultVersion,
  LatestVersionNumber: template.latestVersion,
  Tags: tagList(call.state.ec2, template.id),
});

/** Checks what EC2 checks when it keeps a template: the rest only shows at launch. */
function readData(data: RequestLaunchTemplateData | undefined): RequestLaunchTemplateData {
  const given = required(data, 'LaunchTemplateData');
  checkUserData(given.UserData);
  if (given.InstanceType !== undefined && given.InstanceRequirements !== undefined) {
    const why = 'InstanceType and InstanceRequirements may not be specified together.';
    throw new AwsError('InvalidParameterCombination', why);
  }
  if (given.InstanceMarketOptions?.SpotOptions?.ValidUntil !== undefined) {
    throw new AwsError('NotImplemented', 'Spot requests that end at a date are not part of the embedded AWS.', 501);
  }
  return JSON.parse(JSON.stringify(given)) as RequestLaunchTemplateData;
}

function checkName(call: Call, name: string): string {
  if (name.length < 3 || name.length > 128 || !/^[a-zA-Z0-9()./_-]+$/.test(name)) {
    const why =
      'The launch template name must be 3-128 characters long and may contain letters, numbers and: - _ . / ( )';
    throw new AwsError('InvalidLaunchTemplateName.MalformedException', why);
  }
  if (Object.values(call.state.ec2.launchTemplates).some((one) => one.name === name)) {
    const why = 'Launch template name already in use.';
    throw new AwsError('InvalidLaunchTemplateName.AlreadyExistsException', why);
  }
  return name;
}

function createLaunchTemplate(input: CreateLaunchTemplateRequest, call: Call): CreateLaunchTemplateResult {
  const tags = tagsFor(input.TagSpecifications, 'launch-template');
  const data = readData(input.LaunchTemplateData);
  const [id] = once(call, input, () => {
    const made: LaunchTemplateRecord = {
      id: call.newId('lt-'),
      name: checkName(call, required(input.LaunchTemplateName, 'LaunchTemplateName')),
      defaultVersion: 1,
      latestVersion: 1,
      versions: [versionRecord(call, 1, { description: input.VersionDescription, data })],
      createdBy: call.principal.arn,
      createdAt: call.now,
    };
    call.state.ec2.launchTemplates[made.id] = made;
    setTags(call.state.ec2, made.id, tags);
    return [made.id];
  });
  return { LaunchTemplate: output(call, get(call, 'launchTemplates', id)) };
}

const versionRecord = (
  call: Call,
  number: number,
  { description, data }: { readonly description: string | undefined; readonly data: RequestLaunchTemplateData },
): LaunchTemplateVersionRecord => ({
  number,
  ...(description !== undefined && { description }),
  data,
  createdBy: call.principal.arn,
  createdAt: call.now,
});

function createVersion(input: CreateLaunchTemplateVersionRequest, call: Call): CreateLaunchTemplateVersionResult {
  const template = findTemplate(call, input);
  const base = input.SourceVersion === undefined ? {} : findVersion(template, input.SourceVersion).data;
  const data = { ...base, ...readData(input.LaunchTemplateData) };
  const [number] = once(call, input, () => {
    template.latestVersion += 1;
    template.versions.push(
      versionRecord(call, template.latestVersion, { description: input.VersionDescription, data }),
    );
    return [String(template.latestVersion)];
  });
  return { LaunchTemplateVersion: templateVersionOutput(template, findVersion(template, number)) };
}

function modifyLaunchTemplate(input: ModifyLaunchTemplateRequest, call: Call): ModifyLaunchTemplateResult {
  const template = findTemplate(call, input);
  template.defaultVersion = findVersion(template, required(input.DefaultVersion, 'SetDefaultVersion')).number;
  return { LaunchTemplate: output(call, template) };
}

function deleteLaunchTemplate(input: DeleteLaunchTemplateRequest, call: Call): DeleteLaunchTemplateResult {
  const template = findTemplate(call, input);
  const last = output(call, template);
  forget(call.state.ec2, 'launchTemplates', template.id);
  return { LaunchTemplate: last };
}

function describeLaunchTemplates(input: DescribeLaunchTemplatesRequest, call: Call): DescribeLaunchTemplatesResult {
  const byName = (input.LaunchTemplateNames ?? []).map((name) => findTemplate(call, { LaunchTemplateName: name }).id);
  const found = listing(call, 'launchTemplates', {
    question: { ...input, ids: [...(input.LaunchTemplateIds ?? []), ...byName] },
    fields: {
      'create-time': (template) => [new Date(template.createdAt).toISOString()],
      'launch-template-name': (template) => [template.name],
      'launch-template-id': (template) => [template.id],
    },
    limits: { min: 1, max: 200 },
  });
  return { LaunchTemplates: found.items.map((template) => output(call, template)), ...nextToken(found) };
}

export const launchTemplateHandlers: Handlers = {
  CreateLaunchTemplate: createLaunchTemplate,
  CreateLaunchTemplateVersion: createVersion,
  ModifyLaunchTemplate: modifyLaunchTemplate,
  DeleteLaunchTemplate: deleteLaunchTemplate,
  DescribeLaunchTemplates: describeLaunchTemplates,
};
