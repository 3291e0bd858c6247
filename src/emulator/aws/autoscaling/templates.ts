import type { LaunchTemplateSpecification, MixedInstancesPolicy } from '@aws-sdk/client-auto-scaling';
import type { RequestLaunchTemplateData } from '@aws-sdk/client-ec2';
import type { Turn } from '../../call.ts';
import type { LaunchTemplateRecord } from '../ec2/compute-records.ts';
import { validationError } from './errors.ts';
import { checkedRequirements } from './instance-requirements.ts';
import type { AutoScalingGroup, LaunchTemplateChoice, MixedInstances } from './state.ts';

function recordOf(turn: Turn, spec: LaunchTemplateSpecification): LaunchTemplateRecord {
  const { LaunchTemplateId: id, LaunchTemplateName: name } = spec;
  if ((id === undefined) === (name === undefined)) {
    throw validationError('Valid requests must contain either launchTemplateId or LaunchTemplateName, and not both.');
  }
  const record = Object.values(turn.state.ec2.launchTemplates).find((own) => own.id === id || own.name === name);
  if (record !== undefined) return record;
  const words = id === undefined ? `with template name ${name}` : `with template ID ${id}`;
  throw validationError(
    `You must use a valid fully-formed launch template. The specified launch template, ${words}, does not exist.`,
  );
}

const versionNumber = (record: LaunchTemplateRecord, version: string): number => {
  if (version === '$Latest') return record.latestVersion;
  return version === '$Default' ? record.defaultVersion : Number(version);
};

/** A launch template that exists in that version; `$Default` where no version is named. */
export function checkedTemplate(turn: Turn, spec: LaunchTemplateSpecification): LaunchTemplateChoice {
  const record = recordOf(turn, spec);
  const version = spec.Version ?? '$Default';
  if (!record.versions.some((own) => own.number === versionNumber(record, version))) {
    throw validationError(
      `You must use a valid fully-formed launch template. Could not find launch template version ${version}.`,
    );
  }
  return { id: record.id, name: record.name, version };
}

/** What a template's version says now, with its number; undefined where the template or the version is gone. */
export function templateData(
  turn: Turn,
  choice: LaunchTemplateChoice,
): { readonly number: number; readonly data: RequestLaunchTemplateData } | undefined {
  const record = turn.state.ec2.launchTemplates[choice.id];
  const number = record === undefined ? Number.NaN : versionNumber(record, choice.version);
  return record?.versions.find((own) => own.number === number);
}

const mixedDefaults = {
  onDemandAllocationStrategy: 'prioritized',
  onDemandBaseCapacity: 0,
  onDemandPercentageAboveBaseCapacity: 100,
  spotAllocationStrategy: 'lowest-price',
};

/** A mixed instances policy with AWS's defaults. */
export function checkedMixed(turn: Turn, policy: MixedInstancesPolicy): MixedInstances {
  const spec = policy.LaunchTemplate?.LaunchTemplateSpecification;
  if (spec === undefined) throw validationError('The mixed instances policy must have a launch template.');
  const d = policy.InstancesDistribution ?? {};
  const overrides = policy.LaunchTemplate?.Overrides ?? [];
  if (overrides.some((own) => own.InstanceType !== undefined && own.InstanceRequirements !== undefined))
    throw validationError('An override can have either an InstanceType or InstanceRequirements.');
  return {
    launchTemplate: checkedTemplate(turn, spec),
    overrides: overrides.map((override) => ({
      ...(override.InstanceType === undefined ? {} : { instanceType: override.InstanceType }),
      ...(override.InstanceRequirements === undefined
        ? {}
        : { requirements: checkedRequirements(override.InstanceRequirements) }),
      ...(override.WeightedCapacity === undefined ? {} : { weightedCapacity: override.WeightedCapacity }),
      ...(override.LaunchTemplateSpecification === undefined
        ? {}
        : { launchTemplate: checkedTemplate(turn, override.LaunchTemplateSpecification) }),
    })),
    onDemandAllocationStrategy: d.OnDemandAllocationStrategy ?? mixedDefaults.onDemandAllocationStrategy,
    onDemandBaseCapacity: d.OnDemandBaseCapacity ?? mixedDefaults.onDemandBaseCapacity,
    onDemandPercentageAboveBaseCapacity:
      d.OnDemandPercentageAboveBaseCapacity ?? mixedDefaults.onDemandPercentageAboveBaseCapacity,
    spotAllocationStrategy: d.SpotAllocationStrategy ?? mixedDefaults.spotAllocationStrategy,
    ...(d.SpotInstancePools === undefined ? {} : { spotInstancePools: d.SpotInstancePools }),
    // An empty text takes away one that was set before.
    ...(d.SpotMaxPrice === undefined || d.SpotMaxPrice === '' ? {} : { spotMaxPrice: d.SpotMaxPrice }),
  };
}

/** The launch template that new instances of a group come from. */
export const templateOf = (group: Pick<AutoScalingGroup, 'launchTemplate' | 'mixedInstances'>): LaunchTemplateChoice =>
  group.launchTemplate ?? group.mixedInstances!.launchTemplate;
