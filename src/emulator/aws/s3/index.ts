import * as s3 from '@aws-sdk/client-s3';
import type { Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { configurationHandlers } from './bucket-configurations.ts';
import { bucketHandlers } from './buckets.ts';
import { listingHandlers } from './listing.ts';
import { objectTagHandlers } from './object-tags.ts';
import { objectHandlers } from './objects.ts';

/**
 * Amazon S3: buckets and objects. Bucket policies are kept but not evaluated: who asks is of this account and has its own
 * policies, and the usual "TLS only" would shut out every caller of a server without TLS.
 */
export const service: Service = {
  signingName: 's3',
  protocol: 'restXml',
  version: '2006-03-01',
  schemas: operationSchemas(s3),
  handlers: {
    ...bucketHandlers,
    ...configurationHandlers,
    ...objectHandlers,
    ...objectTagHandlers,
    ...listingHandlers,
  },
};
