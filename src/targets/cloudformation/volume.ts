import type { CloudFormationKind } from './cloudformation-kind.ts';
import { zoneIn } from './zone.ts';

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-volume.html */
export const volume: CloudFormationKind<'volume'> = {
  blocks: ({ desired }, { region, tagList }) => [
    {
      type: 'AWS::EC2::Volume',
      body: {
        AvailabilityZone: zoneIn(region, desired.zone),
        Encrypted: desired.encrypted,
        KmsKeyId: desired.kmsKeyArn,
        Size: desired.size,
        VolumeType: desired.volumeType,
        Iops: desired.iops,
        Throughput: desired.throughput,
        Tags: tagList(desired.tags),
      },
      keeping: { onDeletion: 'Snapshot', onReplacement: 'Snapshot' },
    },
  ],
  attributes: { volumeId: 'Ref' },
};
