import type {
  AssociateKmsKeyRequest,
  CreateLogGroupRequest,
  DeleteLogGroupRequest,
  DeleteRetentionPolicyRequest,
  DescribeLogGroupsRequest,
  DescribeLogGroupsResponse,
  DisassociateKmsKeyRequest,
  ListTagsForResourceRequest,
  ListTagsForResourceResponse,
  ListTagsLogGroupRequest,
  ListTagsLogGroupResponse,
  LogGroup,
  PutRetentionPolicyRequest,
  TagResourceRequest,
  UntagResourceRequest,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { keyByReference } from '../kms/lookup.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import type { LogGroupRecord } from './state.ts';

const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);
const notFound = (): AwsError => new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');

function groupOf(turn: Turn, name: string | undefined): LogGroupRecord {
  const group = turn.state.logs.groups[name ?? ''];
  if (group === undefined) throw notFound();
  return group;
}

/** By the ARN of a tag operation, with or without the `:*` at its end. */
function groupByArn(turn: Turn, arn: string): LogGroupRecord {
  const plain = arn.replace(/:\*$/, '');
  const group = Object.values(turn.state.logs.groups).find((own) => own.arn === plain);
  if (group === undefined) throw notFound();
  return group;
}

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];

function checkKey(turn: Turn, arn: string): void {
  const key = keyByReference(turn, arn);
  if (key?.state === 'Enabled') return;
  throw invalid(`The specified KMS Key Id could not be found or is not enabled: ${arn}`);
}

export const createLogGroup: Handler<Given<CreateLogGroupRequest>, object> = (input, call) => {
  const name = input.logGroupName;
  if (!/^[.\-_/#A-Za-z0-9]{1,512}$/.test(name)) {
    throw invalid(
      `1 validation error detected: Value '${name}' at 'logGroupName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+`,
    );
  }
  if (call.state.logs.groups[name] !== undefined) {
    throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
  }
  if (input.kmsKeyId !== undefined) checkKey(call, input.kmsKeyId);
  call.state.logs.groups[name] = {
    name,
    arn: `arn:${call.world.partition}:logs:${call.region}:${call.account}:log-group:${name}`,
    createdAt: call.now,
    ...(input.kmsKeyId === undefined ? {} : { kmsKeyId: input.kmsKeyId }),
    logGroupClass: (input.logGroupClass ?? 'STANDARD') as LogGroupRecord['logGroupClass'],
    deletionProtection: input.deletionProtectionEnabled ?? false,
    tags: { ...input.tags },
  };
  return {};
};

const viewOf = (group: LogGroupRecord): LogGroup => ({
  logGroupName: group.name,
  creationTime: group.createdAt,
  ...(group.retentionInDays === undefined ? {} : { retentionInDays: group.retentionInDays }),
  metricFilterCount: 0,
  arn: `${group.arn}:*`,
  storedBytes: 0,
  ...(group.kmsKeyId === undefined ? {} : { kmsKeyId: group.kmsKeyId }),
  logGroupClass: group.logGroupClass,
  logGroupArn: group.arn,
  deletionProtectionEnabled: group.deletionProtection,
});

export const describeLogGroups: Handler<DescribeLogGroupsRequest, DescribeLogGroupsResponse> = (input, call) => {
  const { logGroupNamePrefix: prefix, logGroupNamePattern: pattern } = input;
  if (prefix !== undefined && pattern !== undefined) {
    throw invalid('LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.');
  }
  const rows = Object.values(call.state.logs.groups)
    .filter((group) => group.name.startsWith(prefix ?? ''))
    .filter((group) => pattern === undefined || group.name.toLowerCase().includes(pattern.toLowerCase()))
    .filter((group) => input.logGroupClass === undefined || group.logGroupClass === input.logGroupClass)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = pageOf(rows, {
    token: input.nextToken,
    size: input.limit,
    usual: 50,
    invalidToken: () => invalid('The specified nextToken is invalid.'),
  });
  return { logGroups: page.items.map(viewOf), nextToken: page.next };
};

export const deleteLogGroup: Handler<Given<DeleteLogGroupRequest>, object> = (input, call) => {
  const group = groupOf(call, input.logGroupName);
  if (group.deletionProtection) {
    throw new AwsError(
      'ValidationException',
      'The log group has deletion protection enabled. Disable it before deleting the log group.',
    );
  }
  delete call.state.logs.groups[group.name];
  return {};
};

export const putRetentionPolicy: Handler<Given<PutRetentionPolicyRequest>, object> = (input, call) => {
  const group = groupOf(call, input.logGroupName);
  if (!retentions.includes(input.retentionInDays)) {
    throw invalid(
      `1 validation error detected: Value '${input.retentionInDays}' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [${retentions.join(', ')}]`,
    );
  }
  group.retentionInDays = input.retentionInDays;
  return {};
};

export const deleteRetentionPolicy: Handler<Given<DeleteRetentionPolicyRequest>, object> = (input, call) => {
  delete groupOf(call, input.logGroupName).retentionInDays;
  return {};
};

const byNameOrArn = (
  turn: Turn,
  input: { logGroupName?: string | undefined; resourceIdentifier?: string | undefined },
): LogGroupRecord =>
  input.logGroupName === undefined
    ? groupByArn(turn, input.resourceIdentifier ?? '')
    : groupOf(turn, input.logGroupName);

export const associateKmsKey: Handler<Given<AssociateKmsKeyRequest>, object> = (input, call) => {
  const group = byNameOrArn(call, input);
  checkKey(call, input.kmsKeyId);
  group.kmsKeyId = input.kmsKeyId;
  return {};
};

export const disassociateKmsKey: Handler<DisassociateKmsKeyRequest, object> = (input, call) => {
  delete byNameOrArn(call, input).kmsKeyId;
  return {};
};

export const tagResource: Handler<Given<TagResourceRequest>, object> = (input, call) => {
  const group = groupByArn(call, input.resourceArn);
  const tags = { ...group.tags, ...input.tags };
  if (Object.keys(tags).length > 50)
    throw new AwsError('TooManyTagsException', 'A resource can have no more than 50 tags.');
  group.tags = tags;
  return {};
};

export const untagResource: Handler<Given<UntagResourceRequest>, object> = (input, call) => {
  const group = groupByArn(call, input.resourceArn);
  group.tags = Object.fromEntries(Object.entries(group.tags).filter(([key]) => !input.tagKeys.includes(key)));
  return {};
};

export const listTagsForResource: Handler<Given<ListTagsForResourceRequest>, ListTagsForResourceResponse> = (
  input,
  call,
) => ({
  tags: { ...groupByArn(call, input.resourceArn).tags },
});

export const listTagsLogGroup: Handler<Given<ListTagsLogGroupRequest>, ListTagsLogGroupResponse> = (input, call) => ({
  tags: { ...groupOf(call, input.logGroupName).tags },
});
