import { AwsError } from '../../call.ts';
import type { Ec2State } from './state.ts';

/**
 * Keys are parts of paths where the metadata service tells an instance its own tags, so EC2 takes fewer characters in them.
 * https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/work-with-tags-in-IMDS.html
 */
export function checkMetadataTags(keys: readonly string[]): void {
  const wrong = keys.find((key) => !/^[0-9a-zA-Z\-_+=,.@:]{1,255}$/.test(key) || ['.', '..', '_index'].includes(key));
  if (wrong === undefined) return;
  throw new AwsError(
    'InvalidParameterValue',
    `'${wrong}' is not a valid tag key. Tag keys must match pattern ([0-9a-zA-Z\\-_+=,.@:]{1,255}), and must not be a reserved name ('.', '..', '_index')`,
  );
}

/** Whether the metadata service of an instance tells its tags; false for what is no instance. */
export const tellsTags = ({ instances }: Ec2State, id: string): boolean =>
  instances[id]?.metadataOptions.InstanceMetadataTags === 'enabled';
