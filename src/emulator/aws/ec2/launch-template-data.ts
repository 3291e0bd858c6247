import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { LaunchTemplateRecord, LaunchTemplateVersionRecord } from './compute-records.ts';
import { get } from './lookup.ts';

/** How a request names a launch template: by id or by name, and a version number, `$Latest` or `$Default` (when absent). */
export interface LaunchTemplateChoice {
  readonly LaunchTemplateId?: string | undefined;
  readonly LaunchTemplateName?: string | undefined;
  readonly Version?: string | undefined;
}

/** The template that a request names. Throws InvalidLaunchTemplateId.NotFound or InvalidLaunchTemplateName.NotFoundException. */
export function findTemplate(turn: Turn, choice: LaunchTemplateChoice): LaunchTemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = choice;
  if (id !== undefined && name !== undefined) {
    throw new AwsError('InvalidParameterCombination', 'Launch template ID and name may not be specified together');
  }
  if (id !== undefined) return get(turn, 'launchTemplates', id);
  if (name === undefined)
    throw new AwsError(
      'MissingParameter',
      'Either a launch template ID or a launch template name must be specified in the request.',
    );
  const found = Object.values(turn.state.ec2.launchTemplates).find((one) => one.name === name);
  if (found !== undefined) return found;
  const why = `The specified launch template, with template name ${name}, does not exist.`;
  throw new AwsError('InvalidLaunchTemplateName.NotFoundException', why);
}

/** The version of a template that a request names. Throws InvalidLaunchTemplateId.VersionNotFound. */
export function findVersion(template: LaunchTemplateRecord, version: string | undefined): LaunchTemplateVersionRecord {
  const number = numberOf(template, version);
  const found = template.versions.find((one) => one.number === number);
  if (found !== undefined) return found;
  const why = `Could not find the specified version ${version ?? ''} for the launch template with ID ${template.id}.`;
  throw new AwsError('InvalidLaunchTemplateId.VersionNotFound', why);
}

function numberOf(template: LaunchTemplateRecord, version: string | undefined): number {
  if (version === undefined || version === '' || version === '$Default') return template.defaultVersion;
  return version === '$Latest' ? template.latestVersion : Number(version);
}

/** What a launch from a template starts from: its data, and which template and version that is. */
export interface TemplateLaunch {
  readonly data: RequestLaunchTemplateData;
  readonly origin: { readonly id: string; readonly name: string; readonly version: string };
}

/** The data of a launch template's version, for a launch by RunInstances, Auto Scaling or EKS. */
export function launchTemplateData(turn: Turn, choice: LaunchTemplateChoice): TemplateLaunch {
  const template = findTemplate(turn, choice);
  const version = findVersion(template, choice.Version);
  return { data: version.data, origin: { id: template.id, name: template.name, version: String(version.number) } };
}
