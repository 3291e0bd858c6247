import { AwsError, type Call, type Handlers } from '../../call.ts';
import { listOf, type PolicyDocument, parsePolicy, type Statement } from '../iam/policy-document.ts';
import { bucketNamed } from './buckets.ts';
import { isPublicPolicy, refusesPublicPolicies } from './public-access.ts';

type Input = Readonly<Record<string, unknown>> & { readonly Bucket: string };

const malformed = (message: string): AwsError => new AwsError('MalformedPolicy', message, 400);

/** A user or role of this account that a statement names must exist, as AWS keeps its id and not its name. */
function isUnknown(call: Call, principal: string): boolean {
  const [, account, kind, name] = /^arn:aws:iam::(\d{12}):(user|role)\/(?:.*\/)?([^/]+)$/.exec(principal) ?? [];
  if (account !== call.account || name === undefined) return false;
  return (kind === 'role' ? call.world.iam.roles[name] : call.world.iam.users[name]) === undefined;
}

function checkStatement(call: Call, bucket: string, statement: Statement): void {
  const principal = statement.Principal ?? statement.NotPrincipal;
  const named = typeof principal === 'object' ? listOf(principal.AWS) : [];
  if (named.some((each) => isUnknown(call, each))) throw malformed('Invalid principal in policy');
  const own = `arn:aws:s3:::${bucket}`;
  const isOwn = (resource: string): boolean => resource === own || resource.startsWith(`${own}/`);
  if (!listOf(statement.Resource ?? statement.NotResource).every(isOwn)) throw malformed('Policy has invalid resource');
}

function checkedPolicy(call: Call, bucket: string, text: string): PolicyDocument {
  const parsed = parsePolicy(text, 'resource');
  if (typeof parsed === 'string') throw malformed(parsed);
  for (const statement of listOf(parsed.Statement)) checkStatement(call, bucket, statement);
  return parsed;
}

function putPolicy(input: Input, call: Call): undefined {
  const bucket = bucketNamed(call, input.Bucket);
  const text = String(input.Policy);
  const policy = checkedPolicy(call, bucket.name, text);
  if (isPublicPolicy(policy) && refusesPublicPolicies(bucket)) {
    const why = `User: ${call.principal.arn} is not authorized to perform: s3:PutBucketPolicy on resource: "arn:aws:s3:::${bucket.name}" because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.`;
    throw new AwsError('AccessDenied', why, 403);
  }
  bucket.policy = text;
}

function policyOf({ Bucket }: Input, call: Call): string {
  const { policy } = bucketNamed(call, Bucket);
  if (policy === undefined)
    throw new AwsError('NoSuchBucketPolicy', 'The bucket policy does not exist', 404, { BucketName: Bucket });
  return policy;
}

function deletePolicy({ Bucket }: Input, call: Call): undefined {
  delete bucketNamed(call, Bucket).policy;
}

function policyStatus(input: Input, call: Call): object {
  const parsed = parsePolicy(policyOf(input, call), 'resource');
  return { PolicyStatus: { IsPublic: typeof parsed !== 'string' && isPublicPolicy(parsed) } };
}

export const bucketPolicyHandlers: Handlers = {
  PutBucketPolicy: putPolicy,
  GetBucketPolicy: (input: Input, call: Call) => ({ Policy: policyOf(input, call) }),
  GetBucketPolicyStatus: policyStatus,
  DeleteBucketPolicy: deletePolicy,
};
