import * as sts from '@aws-sdk/client-sts';
import type { Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { handlers } from './handlers.ts';

/** AWS Security Token Service. */
export const service: Service = {
  signingName: 'sts',
  protocol: 'awsQuery',
  version: '2011-06-15',
  global: true,
  schemas: operationSchemas(sts),
  handlers,
  resourceOf: (_, { RoleArn }) => (RoleArn === undefined ? undefined : String(RoleArn)),
};
