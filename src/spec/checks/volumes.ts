import type { RootVolume } from '../cluster.ts';
import type { Finding } from '../problem.ts';

const bounds = { gp3: [3000, 80000], io1: [100, 64000], io2: [100, 256000] } as const;

/** What EBS would refuse of a volume. https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html */
export function volumeProblems(volume: RootVolume, path: string): Finding[] {
  const { type, iops, throughput, kmsKey, encrypted } = volume;
  const range = type === 'gp2' ? undefined : bounds[type];
  const rows: readonly (readonly [boolean, string, string, string])[] = [
    [
      throughput !== undefined && type !== 'gp3',
      'throughput',
      `${type} volumes have no throughput of their own`,
      'Use type: gp3, or take throughput out.',
    ],
    [
      iops !== undefined && range === undefined,
      'iops',
      'the IOPS of gp2 follow from its size',
      'Use type: gp3, or take iops out.',
    ],
    [
      iops !== undefined && range !== undefined && (iops < range[0] || iops > range[1]),
      'iops',
      `${type} takes ${range?.[0]} to ${range?.[1]} IOPS, not ${iops}`,
      'Choose a number in between.',
    ],
    [iops === undefined && type.startsWith('io'), 'type', `${type} needs a number of IOPS`, 'Add iops.'],
    [kmsKey !== undefined && !encrypted, 'kmsKey', 'a key is given and encrypted is false', 'Take one of them out.'],
  ];
  return rows
    .filter(([isWrong]) => isWrong)
    .map(([, field, detail, fix]) => ({ code: 'spec.volume', path: `${path}.${field}`, detail, fix }));
}
