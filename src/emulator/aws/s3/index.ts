import * as s3 from '@aws-sdk/client-s3';
import type { Service } from '../../call.ts';
import { operationSchemas } from '../../protocols/shape.ts';
import { configurationHandlers } from './bucket-configurations.ts';
import { bucketPolicyHandlers } from './bucket-policy.ts';
import { bucketHandlers } from './buckets.ts';
import { listingHandlers } from './listing.ts';
import { objectTagHandlers } from './object-tags.ts';
import { objectHandlers, touchedByDeletion } from './objects.ts';

/**
 * Amazon S3: buckets and objects. Bucket policies are kept but not evaluated for callers of this account, who have their own
 * policies: the usual "TLS only" would shut out every caller of a server without TLS. What a policy opens to everybody can be read without
 * a signature.
 */
export const service: Service = {
  signingName: 's3',
  protocol: 'restXml',
  version: '2006-03-01',
  schemas: operationSchemas(s3),
  touched: touchedByDeletion,
  handlers: {
    ...bucketHandlers,
    ...configurationHandlers,
    ...bucketPolicyHandlers,
    ...objectHandlers,
    ...objectTagHandlers,
    ...listingHandlers,
  },
};
