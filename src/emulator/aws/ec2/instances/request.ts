import type { RequestLaunchTemplateData, RunInstancesRequest, TagSpecification } from '@aws-sdk/client-ec2';
import { defined } from '../../../../base/defined.ts';
import type { Turn } from '../../../call.ts';
import { AwsError } from '../../../call.ts';
import { launchTemplateData } from '../launch-template-data.ts';

/** One instance to launch: a launch template's data, with what a request adds. Members are named as the EC2 API names them. */
export interface InstanceRequest extends RequestLaunchTemplateData {
  readonly SubnetId?: string | undefined;
  readonly PrivateIpAddress?: string | undefined;
  readonly Ipv6AddressCount?: number | undefined;
  readonly ClientToken?: string | undefined;
  /** Which template and version this comes from. */
  readonly origin?: { readonly id: string; readonly name: string; readonly version: string } | undefined;
  /** Tags that only AWS services may set (`aws:autoscaling:groupName`), on the instance. */
  readonly serviceTags?: Readonly<Record<string, string>> | undefined;
  readonly reservationId?: string | undefined;
  readonly launchIndex?: number | undefined;
}

type TagSpec = NonNullable<RequestLaunchTemplateData['TagSpecifications']>[number];

/** Tags of both, by resource type; a later value of a key goes before. */
export function mergeTagSpecifications(base: readonly TagSpec[], over: readonly TagSpec[]): TagSpecification[] {
  const types = [...new Set([...base, ...over].map((spec) => spec.ResourceType))];
  return types.map((type) => {
    const tags = new Map<string, string>();
    for (const spec of [...base, ...over]) {
      if (spec.ResourceType !== type) continue;
      for (const { Key, Value } of spec.Tags ?? []) tags.set(Key ?? '', Value ?? '');
    }
    return {
      ...(type !== undefined && { ResourceType: type }),
      Tags: [...tags].map(([Key, Value]) => ({ Key, Value })),
    };
  });
}

function overrides(input: RunInstancesRequest): RequestLaunchTemplateData {
  const { MinCount, MaxCount, LaunchTemplate, ClientToken, DryRun, RamdiskId, TagSpecifications, ...rest } = input;
  void [MinCount, MaxCount, LaunchTemplate, ClientToken, DryRun, TagSpecifications];
  return defined({ ...rest, RamDiskId: RamdiskId }) as RequestLaunchTemplateData;
}

/** What RunInstances asks for: the template's data under the request's own parameters. */
export function requestOf(turn: Turn, input: RunInstancesRequest): InstanceRequest {
  const template = input.LaunchTemplate === undefined ? undefined : launchTemplateData(turn, input.LaunchTemplate);
  const base = template?.data ?? {};
  return {
    ...base,
    ...overrides(input),
    TagSpecifications: mergeTagSpecifications(base.TagSpecifications ?? [], input.TagSpecifications ?? []),
    ...(template !== undefined && { origin: template.origin }),
    ...(input.ClientToken !== undefined && { ClientToken: input.ClientToken }),
  };
}

/** Refuses what the embedded AWS does not have, so that no launch looks like more than it is. */
export function refuseUnknown(request: InstanceRequest): void {
  const unknown = [
    ['ElasticGpuSpecifications', request.ElasticGpuSpecifications],
    ['ElasticInferenceAccelerators', request.ElasticInferenceAccelerators],
    ['LicenseSpecifications', request.LicenseSpecifications],
    ['InstanceRequirements', request.InstanceRequirements],
    ['SecondaryInterfaces', request.SecondaryInterfaces],
    ['CapacityReservationTarget', request.CapacityReservationSpecification?.CapacityReservationTarget],
  ] as const;
  const found = unknown.find(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0));
  if (found !== undefined) {
    throw new AwsError('NotImplemented', `${found[0]} is not part of the embedded AWS.`, 501);
  }
}
