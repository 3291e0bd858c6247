import regionData from '../../../catalog/data/regions.json' with { type: 'json' };

/** An availability zone of a region with its id. */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** The zones of a region; empty for a region that does not exist. */
export const zonesOf = (region: string): readonly Zone[] =>
  regionData.regions.find((row) => row.region === region)?.zones ?? [];

/** Every region that the catalog knows in the commercial partition. */
export const regionNames = (): readonly string[] =>
  regionData.regions.map((row) => row.region).filter((name) => !name.startsWith('us-gov') && !name.startsWith('cn-'));
