import data from './data/regions.json' with { type: 'json' };

/** An AWS region and its availability zones by name, in order. Zone ids differ per account and are not kept. */
export interface Region {
  readonly name: string;
  readonly zones: readonly string[];
}

/** Where the rows are from. */
export const regionsSource: string = data.source;

export const regions: readonly Region[] = data.regions.map(({ region, zones }) => ({
  name: region,
  zones: zones.map((zone) => zone.name),
}));

export const regionNames: readonly string[] = regions.map((region) => region.name);

export const regionNamed = (name: string): Region | undefined => regions.find((region) => region.name === name);

/** The partition of a region's ARNs: `aws`, `aws-cn` or `aws-us-gov`. */
export function partitionOf(region: string): 'aws' | 'aws-cn' | 'aws-us-gov' {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** The domain under which a region's services are called. */
export const dnsSuffixOf = (region: string): string =>
  region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
