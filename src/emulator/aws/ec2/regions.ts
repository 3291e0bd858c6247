import type {
  DescribeAccountAttributesRequest,
  DescribeAccountAttributesResult,
  DescribeAvailabilityZonesRequest,
  DescribeAvailabilityZonesResult,
  DescribeRegionsRequest,
  DescribeRegionsResult,
} from '@aws-sdk/client-ec2';
import type { Call, Handlers } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { applyFilters } from './filter.ts';
import { limitOf } from './limits.ts';
import { regionNames, zonesOf } from './zones.ts';

/** Regions that need no opt-in: those that AWS opened before March 2019. */
const withoutOptIn = [
  'ap-northeast-1',
  'ap-northeast-2',
  'ap-northeast-3',
  'ap-south-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'ca-central-1',
  'eu-central-1',
  'eu-north-1',
  'eu-west-1',
  'eu-west-2',
  'eu-west-3',
  'sa-east-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];
const noTags = (): Readonly<Record<string, string>> => ({});
const endpoint = (region: string): string => `ec2.${region}.amazonaws.com`;
const optIn = (region: string) => (withoutOptIn.includes(region) ? 'opt-in-not-required' : 'not-opted-in');

function describeRegions(input: DescribeRegionsRequest, call: Call): DescribeRegionsResult {
  const names = input.RegionNames ?? [];
  const unknown = names.find((name) => !regionNames().includes(name));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid region '${unknown}'`);
  const enabled = (name: string): boolean => withoutOptIn.includes(name) || name === call.region;
  const asked = regionNames().filter((name) =>
    names.length > 0 ? names.includes(name) : input.AllRegions || enabled(name),
  );
  const kept = applyFilters(asked, input.Filters, {
    fields: {
      'region-name': (name) => [name],
      endpoint: (name) => [endpoint(name)],
      'opt-in-status': (name) => [optIn(name)],
    },
    tagsOf: noTags,
  });
  return {
    Regions: kept.map((name) => ({ RegionName: name, Endpoint: endpoint(name), OptInStatus: optIn(name) })),
  };
}

function describeZones(input: DescribeAvailabilityZonesRequest, call: Call): DescribeAvailabilityZonesResult {
  const zones = zonesOf(call.region);
  const { ZoneNames: names = [], ZoneIds: ids = [] } = input;
  const unknown =
    names.find((name) => !zones.some((zone) => zone.name === name)) ??
    ids.find((id) => !zones.some((zone) => zone.id === id));
  if (unknown !== undefined) throw new AwsError('InvalidParameterValue', `Invalid availability zone: [${unknown}]`);
  const asked = zones.filter(
    (zone) => (names.length === 0 || names.includes(zone.name)) && (ids.length === 0 || ids.includes(zone.id)),
  );
  const kept = applyFilters(asked, input.Filters, {
    fields: {
      'group-name': () => [`${call.region}-zg-1`],
      message: () => [],
      'opt-in-status': () => ['opt-in-not-required'],
      'region-name': () => [call.region],
      state: () => ['available'],
      'zone-id': (zone) => [zone.id],
      'zone-name': (zone) => [zone.name],
      'zone-type': () => ['availability-zone'],
    },
    tagsOf: noTags,
  });
  return {
    AvailabilityZones: kept.map((zone) => ({
      ZoneName: zone.name,
      ZoneId: zone.id,
      RegionName: call.region,
      State: 'available',
      ZoneType: 'availability-zone',
      OptInStatus: 'opt-in-not-required',
      GroupName: `${call.region}-zg-1`,
      NetworkBorderGroup: call.region,
      Messages: [],
    })),
  };
}

function describeAccountAttributes(
  input: DescribeAccountAttributesRequest,
  call: Call,
): DescribeAccountAttributesResult {
  const defaultVpc = Object.values(call.state.ec2.vpcs).find((vpc) => vpc.isDefault)?.id ?? 'none';
  const values: Readonly<Record<string, readonly string[]>> = {
    'supported-platforms': ['VPC'],
    'default-vpc': [defaultVpc],
    'max-elastic-ips': [String(limitOf(call, 'addresses'))],
    'vpc-max-elastic-ips': [String(limitOf(call, 'addresses'))],
    'vpc-max-security-groups-per-interface': [String(limitOf(call, 'groupsPerInterface'))],
  };
  const asked = input.AttributeNames ?? [];
  const unknown = asked.find((name) => !(name in values));
  if (unknown !== undefined)
    throw new AwsError('InvalidParameterValue', `Value (${unknown}) for parameter attributeName is invalid.`);
  return {
    AccountAttributes: Object.entries(values)
      .filter(([name]) => asked.length === 0 || (asked as readonly string[]).includes(name))
      .map(([name, list]) => ({
        AttributeName: name,
        AttributeValues: list.map((AttributeValue) => ({ AttributeValue })),
      })),
  };
}

export const regionHandlers: Handlers = {
  DescribeRegions: describeRegions,
  DescribeAvailabilityZones: describeZones,
  DescribeAccountAttributes: describeAccountAttributes,
};
