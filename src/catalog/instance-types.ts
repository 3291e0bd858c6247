import { defined } from '../base/defined.ts';
import data from './data/instance-types.compact.json' with { type: 'json' };

/** An EC2 instance type. What the source does not tell is absent. Prices are on-demand Linux in us-east-1, US dollars an hour. */
export interface InstanceType {
  readonly type: string;
  readonly vcpus?: number;
  readonly memoryMiB?: number;
  readonly architecture: 'x86_64' | 'arm64';
  readonly hypervisor?: 'nitro' | 'xen';
  readonly bareMetal: boolean;
  readonly burstable: boolean;
  readonly currentGeneration: boolean;
  readonly gpus: number;
  readonly ebsOptimized?: 'default' | 'supported' | 'unsupported';
  readonly maxEnis: number;
  readonly ipv4PerEni: number;
  /** Branch interfaces, which security groups per pod take; absent: none or not known. */
  readonly branchEnis?: number;
  readonly onDemandUsdPerHour?: number;
}

/** Where the rows are from. */
export const instanceTypesSource: string = data.source;

const known = (text: string | undefined): string | undefined => (text === '-' ? undefined : text);
const amount = (text: string | undefined): number | undefined => (text === undefined ? undefined : Number(text));

/** Graviton families have a g after the generation (m7g, c8gn, x2gd); the few Arm types without are named. */
const namedLikeArm = (type: string): boolean => /^([a-z]+\d+g|a1\.)/.test(type);

type Cells = Readonly<Record<string, string | undefined>>;

function cellsOf(row: string): Cells {
  const parts = row.split(' ');
  return Object.fromEntries(data.columns.map((column, i) => [column, known(parts[i])]));
}

function read(row: string): InstanceType {
  const cells = cellsOf(row);
  const type = cells.type!;
  return {
    type,
    architecture: (cells.arch ?? (namedLikeArm(type) ? 'arm64' : 'x86_64')) as 'x86_64' | 'arm64',
    bareMetal: cells.bareMetal === '1',
    burstable: cells.burstable === '1',
    currentGeneration: cells.currentGeneration === '1',
    gpus: Number(cells.gpus ?? 0),
    maxEnis: Number(cells.maxEnis),
    ipv4PerEni: Number(cells.ipv4PerEni),
    ...defined({
      vcpus: amount(cells.vcpus),
      memoryMiB: amount(cells.memoryMiB),
      hypervisor: cells.hypervisor as 'nitro' | 'xen' | undefined,
      ebsOptimized: cells.ebsOptimized as 'default' | 'supported' | 'unsupported' | undefined,
      branchEnis: amount(cells.branchEnis),
      onDemandUsdPerHour: amount(cells.onDemandUsdPerHour),
    }),
  };
}

/** A type by its name; undefined where the catalog does not know it. Rows are read one at a time: most runs need two or three. */
export function instanceType(type: string): InstanceType | undefined {
  const row = data.rows.find((text) => text.startsWith(`${type} `));
  return row === undefined ? undefined : read(row);
}

/** The names of all types, sorted. */
export const instanceTypeNames = (): readonly string[] => data.rows.map((row) => row.slice(0, row.indexOf(' ')));

export interface PodNetwork {
  /** Interfaces get whole /28 prefixes in place of single addresses. */
  readonly prefixDelegation: boolean;
  /** Custom networking: the first interface is not for pods. */
  readonly customNetworking: boolean;
}

/**
 * How many pods fit on a node, as AWS's max-pods-calculator says: the addresses of its interfaces without the first of each, plus two
 * for pods on the host's network. With prefixes it stops at 110, or at 250 with more than 30 vCPUs.
 * https://github.com/awslabs/amazon-eks-ami/blob/main/templates/al2/runtime/max-pods-calculator.sh
 */
export function maxPods(type: InstanceType, network: PodNetwork): number {
  const interfaces = network.customNetworking ? type.maxEnis - 1 : type.maxEnis;
  const perInterface = (type.ipv4PerEni - 1) * (network.prefixDelegation ? 16 : 1);
  const ceiling = (type.vcpus ?? 0) > 30 ? 250 : 110;
  return Math.min(interfaces * perInterface + 2, ceiling);
}
