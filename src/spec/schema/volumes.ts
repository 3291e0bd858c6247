import * as z from 'zod';
import { volumeTypes } from '../cluster.ts';
import { kmsKeyArn } from './scalars.ts';

/** A volume of EBS, with the sizes that it may have and the one that it has by default, in GiB. */
export const volumeInput = (least: number, usual: string) =>
  z.strictObject({
    size: z.int().min(least).max(65536).optional().describe(`GiB. Default ${usual}.`),
    type: z.enum(volumeTypes).optional().describe('Volume type. Default gp3.'),
    iops: z.int().min(100).max(256000).optional().describe('IOPS, for gp3, io1 and io2. Default: that of the type.'),
    throughput: z.int().min(125).max(2000).optional().describe('MiB per second, for gp3. Default 125.'),
    encrypted: z.boolean().optional().describe('Whether the volume is encrypted. Default true.'),
    kmsKey: kmsKeyArn.optional().describe('ARN of the KMS key. Default: the key for EBS of the account.'),
  });
