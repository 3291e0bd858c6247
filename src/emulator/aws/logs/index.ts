import {
  AssociateKmsKey$,
  CreateLogGroup$,
  DeleteLogGroup$,
  DeleteRetentionPolicy$,
  DescribeLogGroups$,
  DisassociateKmsKey$,
  ListTagsForResource$,
  ListTagsLogGroup$,
  PutRetentionPolicy$,
  TagResource$,
  UntagResource$,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import {
  associateKmsKey,
  createLogGroup,
  deleteLogGroup,
  deleteRetentionPolicy,
  describeLogGroups,
  disassociateKmsKey,
  listTagsForResource,
  listTagsLogGroup,
  putRetentionPolicy,
  tagResource,
  untagResource,
} from './groups.ts';

const schemas = {
  AssociateKmsKey: AssociateKmsKey$,
  CreateLogGroup: CreateLogGroup$,
  DeleteLogGroup: DeleteLogGroup$,
  DeleteRetentionPolicy: DeleteRetentionPolicy$,
  DescribeLogGroups: DescribeLogGroups$,
  DisassociateKmsKey: DisassociateKmsKey$,
  ListTagsForResource: ListTagsForResource$,
  ListTagsLogGroup: ListTagsLogGroup$,
  PutRetentionPolicy: PutRetentionPolicy$,
  TagResource: TagResource$,
  UntagResource: UntagResource$,
};

const handlers: Handlers = {
  AssociateKmsKey: associateKmsKey,
  CreateLogGroup: createLogGroup,
  DeleteLogGroup: deleteLogGroup,
  DeleteRetentionPolicy: deleteRetentionPolicy,
  DescribeLogGroups: describeLogGroups,
  DisassociateKmsKey: disassociateKmsKey,
  ListTagsForResource: listTagsForResource,
  ListTagsLogGroup: listTagsLogGroup,
  PutRetentionPolicy: putRetentionPolicy,
  TagResource: tagResource,
  UntagResource: untagResource,
};

/** CloudWatch Logs: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/ */
export const service: Service = {
  signingName: 'logs',
  protocol: 'awsJson1.1',
  target: 'Logs_20140328',
  version: '2014-03-28',
  schemas,
  handlers: withRequiredMembers(
    schemas,
    handlers,
    (member) =>
      new AwsError(
        'InvalidParameterException',
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      ),
  ),
};
