import { conditionsMet, like } from '../iam/evaluate.ts';
import { listOf, type PolicyDocument, parsePolicy, type Statement } from '../iam/policy-document.ts';
import type { Bucket } from './state.ts';

interface PublicAccessBlock {
  readonly BlockPublicPolicy?: boolean;
  readonly RestrictPublicBuckets?: boolean;
}

const blockOf = (bucket: Bucket): PublicAccessBlock =>
  (bucket.configurations.publicAccessBlock as PublicAccessBlock | undefined) ?? {};

const isEverybody = ({ Principal: principal }: Statement): boolean =>
  principal === '*' || (typeof principal === 'object' && listOf(principal.AWS).includes('*'));

/** Conditions that make a statement for everybody one for some: https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status */
const narrowing = [
  'aws:principalorgid',
  'aws:sourceaccount',
  'aws:sourcearn',
  'aws:sourceip',
  'aws:sourcevpc',
  'aws:sourcevpce',
  'aws:userid',
  's3:dataaccesspointarn',
];

const isNarrowed = ({ Condition }: Statement): boolean =>
  Object.values(Condition ?? {}).some((keys) => Object.keys(keys).some((key) => narrowing.includes(key.toLowerCase())));

/** Whether a policy lets everybody in. */
export const isPublicPolicy = (policy: PolicyDocument): boolean =>
  listOf(policy.Statement).some(
    (statement) => statement.Effect === 'Allow' && isEverybody(statement) && !isNarrowed(statement),
  );

/** Whether the bucket refuses policies that let everybody in. */
export const refusesPublicPolicies = (bucket: Bucket): boolean => blockOf(bucket).BlockPublicPolicy === true;

/** Whether everybody may read an object of a bucket without a signature: its policy says so, and no public access block stands before it. */
export function isOpenToEverybody(bucket: Bucket, key: string): boolean {
  const policy = bucket.policy === undefined ? 'none' : parsePolicy(bucket.policy, 'resource');
  if (typeof policy === 'string' || blockOf(bucket).RestrictPublicBuckets === true) return false;
  // The server stands for the address with TLS.
  const context = { 'aws:SecureTransport': 'true' };
  const applying = listOf(policy.Statement).filter(
    (statement) =>
      isEverybody(statement) &&
      listOf(statement.Action).some((action) => like(action, 's3:GetObject', true)) &&
      listOf(statement.Resource).some((resource) => like(resource, `arn:aws:s3:::${bucket.name}/${key}`)) &&
      conditionsMet(statement.Condition, context),
  );
  return applying.some(({ Effect }) => Effect === 'Allow') && applying.every(({ Effect }) => Effect === 'Allow');
}
