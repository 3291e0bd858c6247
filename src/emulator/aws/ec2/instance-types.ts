import type {
  DescribeInstanceTypeOfferingsRequest,
  DescribeInstanceTypeOfferingsResult,
  DescribeInstanceTypesRequest,
  DescribeInstanceTypesResult,
  InstanceTypeInfo,
  _InstanceType as InstanceTypeName,
} from '@aws-sdk/client-ec2';
import type { InstanceType } from '../../../catalog/instance-types.ts';
import { instanceType, instanceTypeNames } from '../../../catalog/instance-types.ts';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import type { Fields } from './filter.ts';
import { applyFilters } from './filter.ts';
import { page } from './page.ts';
import type { Zone } from './zones.ts';
import { zonesOf } from './zones.ts';

/** A type that can be launched: the catalog knows its size. */
export type LaunchableType = InstanceType & { readonly vcpus: number; readonly memoryMiB: number };

const isLaunchable = (type: InstanceType): type is LaunchableType =>
  type.vcpus !== undefined && type.memoryMiB !== undefined;

/** The type with this name, where the catalog knows enough of it to launch it. */
export function launchableType(name: string): LaunchableType | undefined {
  const found = instanceType(name);
  return found !== undefined && isLaunchable(found) ? found : undefined;
}

let all: readonly LaunchableType[] | undefined;
/** Every type that can be launched. */
export const launchableTypes = (): readonly LaunchableType[] => {
  all ??= instanceTypeNames().flatMap((name) => launchableType(name) ?? []);
  return all;
};

/** use1-az3 is AWS's oldest zone: types on the Nitro system are not offered there. */
export const isOffered = (type: InstanceType, zone: Zone): boolean =>
  zone.id !== 'use1-az3' || type.hypervisor === 'xen';

const ebs = { default: 'default', supported: 'supported', unsupported: 'unsupported' } as const;

function output(type: LaunchableType): InstanceTypeInfo {
  return {
    InstanceType: type.type as InstanceTypeName,
    CurrentGeneration: type.currentGeneration,
    FreeTierEligible: type.type === 't3.micro' || type.type === 't2.micro',
    SupportedUsageClasses: ['on-demand', 'spot'],
    SupportedRootDeviceTypes: ['ebs'],
    SupportedVirtualizationTypes: ['hvm'],
    BareMetal: type.bareMetal,
    ...(type.hypervisor !== undefined && { Hypervisor: type.hypervisor }),
    ProcessorInfo: { SupportedArchitectures: [type.architecture] },
    VCpuInfo: { DefaultVCpus: type.vcpus },
    MemoryInfo: { SizeInMiB: type.memoryMiB },
    ...(type.ebsOptimized !== undefined && {
      EbsInfo: { EbsOptimizedSupport: ebs[type.ebsOptimized], EncryptionSupport: 'supported' },
    }),
    NetworkInfo: {
      MaximumNetworkInterfaces: type.maxEnis,
      MaximumNetworkCards: 1,
      DefaultNetworkCardIndex: 0,
      Ipv4AddressesPerInterface: type.ipv4PerEni,
      Ipv6AddressesPerInterface: type.ipv4PerEni,
      Ipv6Supported: true,
      EnaSupport: type.hypervisor === 'nitro' || type.bareMetal ? 'required' : 'unsupported',
      NetworkCards: [{ NetworkCardIndex: 0, MaximumNetworkInterfaces: type.maxEnis }],
    },
    ...(type.gpus > 0 && { GpuInfo: { Gpus: [{ Count: type.gpus }] } }),
    BurstablePerformanceSupported: type.burstable,
    HibernationSupported: false,
    SupportedBootModes: type.architecture === 'arm64' ? ['uefi'] : ['legacy-bios', 'uefi'],
  };
}

const fields: Fields<LaunchableType> = {
  'instance-type': (type) => [type.type],
  'bare-metal': (type) => [type.bareMetal],
  'burstable-performance-supported': (type) => [type.burstable],
  'current-generation': (type) => [type.currentGeneration],
  hypervisor: (type) => [type.hypervisor],
  'memory-info.size-in-mib': (type) => [type.memoryMiB],
  'processor-info.supported-architecture': (type) => [type.architecture],
  'vcpu-info.default-vcpus': (type) => [type.vcpus],
  'ebs-info.ebs-optimized-support': (type) => [type.ebsOptimized],
  'network-info.maximum-network-interfaces': (type) => [type.maxEnis],
  'network-info.ipv4-addresses-per-interface': (type) => [type.ipv4PerEni],
  'supported-usage-class': () => ['on-demand', 'spot'],
  'supported-root-device-type': () => ['ebs'],
  'supported-virtualization-type': () => ['hvm'],
};

/** AWS names every unknown type in one error. */
function checkNames(names: readonly string[]): void {
  const unknown = names.filter((name) => launchableType(name) === undefined);
  if (unknown.length > 0) {
    throw new AwsError(
      'InvalidInstanceType',
      `The following supplied instance types do not exist: [${unknown.join(', ')}]`,
    );
  }
}

function describeTypes(input: DescribeInstanceTypesRequest, _call: Call): DescribeInstanceTypesResult {
  const names = input.InstanceTypes ?? [];
  if (names.length > 100)
    throw new AwsError('InvalidParameterValue', 'At most 100 instance types can be described in one request.');
  checkNames(names);
  const chosen = names.length > 0 ? names.flatMap((name) => launchableType(name) ?? []) : launchableTypes();
  const kept = applyFilters(chosen, input.Filters, { fields, tagsOf: () => ({}) });
  const found = page(kept, { ...input, MaxResults: input.MaxResults ?? 100 }, { min: 5, max: 100 });
  return {
    InstanceTypes: found.items.map(output),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

interface Offering {
  readonly type: string;
  readonly location: string;
}

function describeOfferings(
  input: DescribeInstanceTypeOfferingsRequest,
  call: Call,
): DescribeInstanceTypeOfferingsResult {
  const by = input.LocationType ?? 'region';
  if (by === 'outpost') return { InstanceTypeOfferings: [] };
  const zones = zonesOf(call.region);
  const places = (type: InstanceType): string[] => {
    const offered = zones.filter((zone) => isOffered(type, zone));
    if (by === 'region') return offered.length > 0 ? [call.region] : [];
    return offered.map((zone) => (by === 'availability-zone' ? zone.name : zone.id));
  };
  const offerings = launchableTypes().flatMap((type) =>
    places(type).map((location): Offering => ({ type: type.type, location })),
  );
  const kept = applyFilters(offerings, input.Filters, {
    fields: { 'instance-type': (offering) => [offering.type], location: (offering) => [offering.location] },
    tagsOf: () => ({}),
  });
  const found = page(kept, { ...input, MaxResults: input.MaxResults ?? 1000 });
  return {
    InstanceTypeOfferings: found.items.map((offering) => ({
      InstanceType: offering.type as InstanceTypeName,
      LocationType: by,
      Location: offering.location,
    })),
    ...(found.nextToken !== undefined && { NextToken: found.nextToken }),
  };
}

export const instanceTypeHandlers: Handlers = {
  DescribeInstanceTypes: describeTypes,
  DescribeInstanceTypeOfferings: describeOfferings,
};
