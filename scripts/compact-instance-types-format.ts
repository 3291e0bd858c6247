/** A row of instance-types.json. What a source did not tell is null, and an empty list for `arch`. */
export interface InstanceTypeRow {
  readonly type: string;
  readonly vcpus: number | null;
  readonly memoryMiB: number | null;
  readonly arch: readonly string[];
  readonly hypervisor: string | null;
  readonly bareMetal: boolean;
  readonly burstable: boolean;
  readonly currentGeneration: boolean;
  readonly gpus: number;
  readonly ebsOptimized: string | null;
  readonly maxEnis: number;
  readonly totalEnis: number;
  readonly ipv4PerEni: number;
  readonly branchEnis: number | null;
  readonly onDemandUsdPerHour?: number | null;
}

const columns = [
  'type',
  'vcpus',
  'memoryMiB',
  'arch',
  'hypervisor',
  'bareMetal',
  'burstable',
  'currentGeneration',
  'gpus',
  'ebsOptimized',
  'maxEnis',
  'ipv4PerEni',
  'branchEnis',
  'onDemandUsdPerHour',
] as const;

const cell = (value: unknown): string => {
  if (value === null || value === undefined) return '-';
  if (Array.isArray(value)) return value.length === 0 ? '-' : value.join(',');
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value);
};

/** The compact file's text: `{ source, columns, rows }`, each row its cells with spaces between, `-` for what is not known. */
export function compactInstanceTypes(input: { source: string; instanceTypes: readonly InstanceTypeRow[] }): string {
  const rows = input.instanceTypes.map((row) => columns.map((column) => cell(row[column])).join(' '));
  return `${JSON.stringify({ source: input.source, columns, rows }, null, 0).replaceAll('","', '",\n"')}\n`;
}
