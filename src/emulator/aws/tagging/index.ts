import { GetResources$, GetTagKeys$, GetTagValues$ } from '@aws-sdk/client-resource-groups-tagging-api';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import { getResources, getTagKeys, getTagValues } from './resources.ts';

const schemas = {
  GetResources: GetResources$,
  GetTagKeys: GetTagKeys$,
  GetTagValues: GetTagValues$,
};

const handlers: Handlers = {
  GetResources: getResources,
  GetTagKeys: getTagKeys,
  GetTagValues: getTagValues,
};

/** Resource Groups Tagging API: https://docs.aws.amazon.com/resourcegroupstagging/latest/APIReference/ */
export const service: Service = {
  signingName: 'tagging',
  protocol: 'awsJson1.1',
  target: 'ResourceGroupsTaggingAPI_20170126',
  version: '2017-01-26',
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
