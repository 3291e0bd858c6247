import type {
  AddTagsToResourceRequest,
  DeleteParameterRequest,
  DeleteParametersRequest,
  DeleteParametersResult,
  ListTagsForResourceRequest,
  ListTagsForResourceResult,
  PutParameterRequest,
  PutParameterResult,
  RemoveTagsFromResourceRequest,
  Tag,
} from '@aws-sdk/client-ssm';
import type { Call, Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { keyByReference } from '../kms/lookup.ts';
import type { Given } from '../required-members.ts';
import { currentOf } from './reading.ts';
import type { SsmParameter, SsmParameterVersion } from './state.ts';

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);

function checkName(name: string): void {
  if (!/^[a-zA-Z0-9_.\-/]{1,1011}$/.test(name)) {
    throw invalid(
      'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following 3 symbols .-_',
    );
  }
  if (/^\/?(aws|ssm)/i.test(name))
    throw new AwsError('AccessDeniedException', `No access to reserved parameter name: ${name}.`);
  if (name.includes('/') && !name.startsWith('/')) throw invalid('Parameter name must be a fully qualified name.');
  if (name.split('/').length > 16)
    throw new AwsError('HierarchyLevelLimitExceededException', 'A hierarchy can have a maximum of 15 levels.');
}

const limits = { Standard: 4096, Advanced: 8192 } as const;

function checkValue(input: Given<PutParameterRequest>, tier: 'Standard' | 'Advanced'): void {
  if (input.Value === '') throw invalid("Parameter value can't be empty.");
  if (Buffer.byteLength(input.Value) > limits[tier]) {
    throw invalid(
      `${tier} tier parameters support a maximum parameter value of ${limits[tier]} characters. To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier.`,
    );
  }
  if (input.AllowedPattern === undefined) return;
  if (!new RegExp(input.AllowedPattern).test(input.Value)) {
    throw new AwsError(
      'ParameterPatternMismatchException',
      `Parameter value, cannot be validated against allowedPattern: ${input.AllowedPattern}`,
    );
  }
}

function keyFor(call: Call, input: Given<PutParameterRequest>, type: string): { keyId?: string } {
  if (type !== 'SecureString') {
    if (input.KeyId !== undefined) throw invalid('KeyId is required for SecureString type parameter only.');
    return {};
  }
  const reference = input.KeyId ?? 'alias/aws/ssm';
  if (reference !== 'alias/aws/ssm' && keyByReference(call, reference) === undefined) {
    throw new AwsError('InvalidKeyId', `Key '${reference}' does not exist`);
  }
  return { keyId: reference };
}

const readTags = (tags: readonly Tag[] | undefined): Record<string, string> =>
  Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key!, Value!]));

function versionOf(
  call: Call,
  input: Given<PutParameterRequest>,
  before: SsmParameterVersion | undefined,
): SsmParameterVersion {
  const type = input.Type ?? before?.type;
  if (type === undefined) throw invalid('A parameter type is required when you create a parameter.');
  const tier = input.Tier === 'Advanced' || before?.tier === 'Advanced' ? 'Advanced' : 'Standard';
  checkValue(input, tier);
  return {
    version: (before?.version ?? 0) + 1,
    value: input.Value,
    type,
    ...(input.Description === undefined ? {} : { description: input.Description }),
    ...(input.AllowedPattern === undefined ? {} : { allowedPattern: input.AllowedPattern }),
    ...keyFor(call, input, type),
    tier,
    dataType: input.DataType ?? 'text',
    modifiedAt: call.now,
    modifiedBy: call.principal.arn,
  };
}

/** Kept as far back as SSM keeps versions. */
const versionsKept = 100;

export const putParameter: Handler<Given<PutParameterRequest>, PutParameterResult> = (input, call) => {
  const { parameters } = call.state.ssm;
  checkName(input.Name);
  const before = parameters[input.Name];
  if (before !== undefined && input.Overwrite !== true) {
    throw new AwsError(
      'ParameterAlreadyExists',
      'The parameter already exists. To overwrite this value, set the overwrite option in the request to true.',
    );
  }
  if (input.Overwrite === true && (input.Tags ?? []).length > 0) {
    throw invalid(
      "Invalid request: tags and overwrite can't be used together. To create a parameter with tags, please remove overwrite flag. To update tags for an existing parameter, please use AddTagsToResource or RemoveTagsFromResource.",
    );
  }
  const version = versionOf(call, input, before === undefined ? undefined : currentOf(before));
  const path = input.Name.startsWith('/') ? input.Name : `/${input.Name}`;
  parameters[input.Name] = {
    name: input.Name,
    arn: `arn:${call.world.partition}:ssm:${call.region}:${call.account}:parameter${path}`,
    tags: before?.tags ?? readTags(input.Tags),
    versions: [...(before?.versions ?? []), version].slice(-versionsKept),
  };
  return { Version: version.version, Tier: version.tier };
};

export const deleteParameter: Handler<Given<DeleteParameterRequest>, object> = (input, call) => {
  if (call.state.ssm.parameters[input.Name] === undefined) throw new AwsError('ParameterNotFound', '');
  delete call.state.ssm.parameters[input.Name];
  return {};
};

export const deleteParameters: Handler<Given<DeleteParametersRequest>, DeleteParametersResult> = (input, call) => {
  const { parameters } = call.state.ssm;
  const present = input.Names.filter((name) => parameters[name] !== undefined);
  for (const name of present) delete parameters[name];
  return { DeletedParameters: present, InvalidParameters: input.Names.filter((name) => !present.includes(name)) };
};

function tagged(turn: Turn, input: { ResourceType: string; ResourceId: string }): SsmParameter {
  if (input.ResourceType !== 'Parameter') {
    throw new AwsError(
      'NotImplemented',
      `The embedded AWS knows tags of parameters, not of ${input.ResourceType}.`,
      501,
    );
  }
  const parameter = turn.state.ssm.parameters[input.ResourceId];
  if (parameter === undefined)
    throw new AwsError(
      'InvalidResourceId',
      'The resource ID is not valid. Verify that you entered the correct ID and try again.',
    );
  return parameter;
}

export const addTagsToResource: Handler<Given<AddTagsToResourceRequest>, object> = (input, call) => {
  const parameter = tagged(call, input);
  parameter.tags = { ...parameter.tags, ...readTags(input.Tags) };
  return {};
};

export const removeTagsFromResource: Handler<Given<RemoveTagsFromResourceRequest>, object> = (input, call) => {
  const parameter = tagged(call, input);
  parameter.tags = Object.fromEntries(Object.entries(parameter.tags).filter(([key]) => !input.TagKeys.includes(key)));
  return {};
};

export const listTagsForResource: Handler<Given<ListTagsForResourceRequest>, ListTagsForResourceResult> = (
  input,
  call,
) => ({
  TagList: Object.entries(tagged(call, input).tags).map(([Key, Value]) => ({ Key, Value })),
});
