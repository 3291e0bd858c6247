import { seconds } from '../../base/duration.ts';
import { fixed, observed } from '../field.ts';
import { kind } from '../kind.ts';

/** Lets AWS's role for Auto Scaling use a key for the volumes of instances: https://docs.aws.amazon.com/autoscaling/ec2/userguide/key-policy-requirements-EBS-encryption.html */
export const kmsGrant = kind({
  concern: 'security',
  label: 'KMS grant',
  headline: ['keyArn'],
  removing: 'Auto Scaling can no longer start instances with volumes under this key',
  lacking: 'CloudFormation has no grants',
  found: 'parent',
  replace: 'create-first',
  usually: { create: seconds(2), update: seconds(1), delete: seconds(1) },
  fields: {
    keyArn: fixed<string>()({ doc: 'ARN of the key', refersTo: 'kms-key' }),
    name: fixed<string>()({ doc: 'its name, by which it is found' }),
    granteeArn: fixed<string>()({ doc: 'ARN of who may use the key' }),
    operations: fixed<readonly string[]>()({ doc: 'what he may do with it', compare: 'set' }),
    grantId: observed<string>()({ doc: 'id' }),
  },
});
