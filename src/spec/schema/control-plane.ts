import * as z from 'zod';
import { logTypes } from '../cluster.ts';
import { kmsKeyArn, ownName, securityGroupId } from './scalars.ts';
import { selfManagedInput } from './self-managed.ts';

/** The days that CloudWatch Logs accepts: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const retentionDays = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
] as const;

const logging = z.strictObject({
  types: z
    .array(z.enum(logTypes))
    .optional()
    .describe('Logs of the control plane that go to CloudWatch. Default: api, audit, authenticator; `[]` for none.'),
  retentionDays: z
    .literal(retentionDays)
    .optional()
    .describe('Days that they are kept, of those that CloudWatch allows. Default 90.'),
});

const eks = z.strictObject({
  logging: logging.optional().describe('Logs of the control plane.'),
  secretsEncryption: z
    .union([z.boolean(), z.strictObject({ keyArn: kmsKeyArn.describe('ARN of a symmetric KMS key in the region.') })])
    .optional()
    .describe(
      'Encryption of Kubernetes secrets: true (default) makes a KMS key, `keyArn` takes yours, false leaves it to a key of AWS. Cannot be undone once it is on.',
    ),
  upgradePolicy: z
    .enum(['standard', 'extended'])
    .optional()
    .describe(
      'What happens at the end of standard support: AWS upgrades (`standard`, default), or it costs 0.50 US dollars an hour more for a year (`extended`).',
    ),
  deletionProtection: z
    .boolean()
    .optional()
    .describe('Whether AWS refuses to delete the cluster until this is taken off. Default true.'),
  role: ownName.optional().describe('Name of a role of your own for the cluster. Default: one is made.'),
  securityGroups: z
    .array(securityGroupId)
    .max(4)
    .optional()
    .describe('Ids of further security groups on the interfaces of the control plane.'),
});

const withSettings = z
  .strictObject({
    eks: eks.optional().describe('A control plane that AWS runs.'),
    selfManaged: selfManagedInput.optional().describe('A control plane of your own on EC2 instances.'),
  })
  .check((context) => {
    const { eks: one, selfManaged: other } = context.value;
    // An unknown field was most likely meant to be one of them, and is said already.
    if ((one === undefined) !== (other === undefined) || context.issues.length > 0) return;
    const detail = one === undefined ? 'neither eks nor selfManaged is given' : 'both eks and selfManaged are given';
    const problem = { code: 'spec.control-plane-choice', detail, fix: 'Give one of them.' };
    context.issues.push({ code: 'custom', input: context.value, message: detail, params: { problem } });
  })
  .meta({ minProperties: 1, maxProperties: 1 });

export const controlPlaneInput = z.union([z.enum(['eks', 'self-managed']), withSettings]);
