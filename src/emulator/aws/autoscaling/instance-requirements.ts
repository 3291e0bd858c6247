import type { InstanceRequirements } from '@aws-sdk/client-auto-scaling';
import { AwsError } from '../../call.ts';
import { wildcard } from '../ec2/filter.ts';
import { type LaunchableType, launchableTypes } from '../ec2/instance-types.ts';
import { validationError } from './errors.ts';

/** Requirements about what the catalog does not know of types. */
const unknown = [
  'AcceleratorTypes',
  'AcceleratorManufacturers',
  'AcceleratorNames',
  'AcceleratorTotalMemoryMiB',
  'BaselineEbsBandwidthMbps',
  'BaselinePerformanceFactors',
  'LocalStorageTypes',
  'NetworkBandwidthGbps',
  'RequireHibernateSupport',
  'TotalLocalStorageGB',
] as const satisfies readonly (keyof InstanceRequirements)[];

interface Range {
  readonly Min?: number | undefined;
  readonly Max?: number | undefined;
}

const within = (value: number, range: Range | undefined): boolean =>
  value >= (range?.Min ?? 0) && value <= (range?.Max ?? Number.POSITIVE_INFINITY);

/** `m7gd.large` is of the family m, the generation 7, with the attributes g and d. */
const attributesOf = (type: string): string => /^[a-z]+\d+([a-z-]*)\./.exec(type)?.[1] ?? '';

/** https://docs.aws.amazon.com/ec2/latest/instancetypes/instance-type-names.html */
function manufacturerOf({ type, architecture }: LaunchableType): string {
  if (architecture === 'arm64') return 'amazon-web-services';
  return attributesOf(type).includes('a') ? 'amd' : 'intel';
}

/** `excluded` unless they are asked for. */
const allowed = (is: boolean, choice: 'included' | 'excluded' | 'required' | undefined): boolean =>
  choice === 'included' || is === (choice === 'required');

const named = (patterns: readonly string[] | undefined, type: string): boolean =>
  (patterns ?? []).some((pattern) => wildcard(pattern).test(type));

const fits = (type: LaunchableType, wanted: InstanceRequirements): boolean =>
  within(type.vcpus, wanted.VCpuCount) &&
  within(type.memoryMiB, wanted.MemoryMiB) &&
  within(type.memoryMiB / 1024 / type.vcpus, wanted.MemoryGiBPerVCpu) &&
  within(type.maxEnis, wanted.NetworkInterfaceCount) &&
  within(type.gpus, wanted.AcceleratorCount) &&
  allowed(type.bareMetal, wanted.BareMetal) &&
  allowed(type.burstable, wanted.BurstablePerformance) &&
  (!wanted.InstanceGenerations?.length ||
    wanted.InstanceGenerations.includes(type.currentGeneration ? 'current' : 'previous')) &&
  (!wanted.CpuManufacturers?.length || (wanted.CpuManufacturers as string[]).includes(manufacturerOf(type))) &&
  (!wanted.AllowedInstanceTypes?.length || named(wanted.AllowedInstanceTypes, type.type)) &&
  !named(wanted.ExcludedInstanceTypes, type.type);

const price = ({ onDemandUsdPerHour }: LaunchableType): number => onDemandUsdPerHour ?? Number.POSITIVE_INFINITY;

/** Requirements of a request, as they are kept. Throws ValidationError, and NotImplemented where types are not known well enough. */
export function checkedRequirements(given: InstanceRequirements): InstanceRequirements {
  const { VCpuCount: vcpus, MemoryMiB: memory } = given;
  if (vcpus?.Min === undefined || memory?.Min === undefined)
    throw validationError('VCpuCount and MemoryMiB must be specified with a minimum in InstanceRequirements.');
  if ([vcpus, memory].some(({ Min = 0, Max = Min }) => Max < Min))
    throw validationError('The maximum of a range in InstanceRequirements must not be smaller than its minimum.');
  if (given.AllowedInstanceTypes?.length && given.ExcludedInstanceTypes?.length)
    throw validationError('AllowedInstanceTypes and ExcludedInstanceTypes cannot be specified together.');
  const beyond = unknown.find(
    (name) => given[name] !== undefined && !(Array.isArray(given[name]) && given[name].length === 0),
  );
  if (beyond !== undefined || (given.LocalStorage ?? 'included') !== 'included')
    throw new AwsError('NotImplemented', `The embedded AWS does not know ${beyond ?? 'LocalStorage'} of types.`, 501);
  return given;
}

/** Types that fulfil requirements, the cheapest first, for one architecture. */
export const typesFor = (wanted: InstanceRequirements, architecture: string | undefined): string[] =>
  launchableTypes()
    .filter((type) => (architecture === undefined || type.architecture === architecture) && fits(type, wanted))
    .sort((a, b) => price(a) - price(b) || (a.type < b.type ? -1 : 1))
    .map(({ type }) => type);
