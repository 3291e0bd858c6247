import {
  GetAWSDefaultServiceQuota$,
  GetServiceQuota$,
  ListAWSDefaultServiceQuotas$,
  ListServiceQuotas$,
} from '@aws-sdk/client-service-quotas';
import type { Handlers, Service } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { withRequiredMembers } from '../required-members.ts';
import {
  getAWSDefaultServiceQuota,
  getServiceQuota,
  listAWSDefaultServiceQuotas,
  listServiceQuotas,
} from './quotas.ts';

const schemas = {
  GetAWSDefaultServiceQuota: GetAWSDefaultServiceQuota$,
  GetServiceQuota: GetServiceQuota$,
  ListAWSDefaultServiceQuotas: ListAWSDefaultServiceQuotas$,
  ListServiceQuotas: ListServiceQuotas$,
};

const handlers: Handlers = {
  GetAWSDefaultServiceQuota: getAWSDefaultServiceQuota,
  GetServiceQuota: getServiceQuota,
  ListAWSDefaultServiceQuotas: listAWSDefaultServiceQuotas,
  ListServiceQuotas: listServiceQuotas,
};

/** Service Quotas: https://docs.aws.amazon.com/servicequotas/2019-06-24/apireference/ */
export const service: Service = {
  signingName: 'servicequotas',
  protocol: 'awsJson1.1',
  target: 'ServiceQuotasV20190624',
  version: '2019-06-24',
  schemas,
  handlers: withRequiredMembers(
    schemas,
    handlers,
    (member) =>
      new AwsError(
        'IllegalArgumentException',
        `1 validation error detected: Value null at '${member}' failed to satisfy constraint: Member must not be null`,
      ),
  ),
};
