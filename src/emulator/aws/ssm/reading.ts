import type {
  DescribeParametersRequest,
  DescribeParametersResult,
  GetParameterRequest,
  GetParameterResult,
  GetParametersByPathRequest,
  GetParametersByPathResult,
  GetParametersRequest,
  GetParametersResult,
  Parameter,
  ParameterMetadata,
  ParameterStringFilter,
} from '@aws-sdk/client-ssm';
import type { Handler, Turn } from '../../call.ts';
import { AwsError } from '../../call.ts';
import { pageOf } from '../page.ts';
import type { Given } from '../required-members.ts';
import { publicParameter, publicParameters } from './public-parameters.ts';
import type { SsmParameter, SsmParameterVersion } from './state.ts';

interface Named {
  readonly name: string;
  readonly arn: string;
  readonly current: SsmParameterVersion;
  readonly selector?: string;
}

export const currentOf = (parameter: SsmParameter): SsmParameterVersion => parameter.versions.at(-1)!;
const named = (parameter: SsmParameter): Named => ({ ...parameter, current: currentOf(parameter) });

/** A name, an ARN, or either with `:VERSION`. */
function find(turn: Turn, reference: string): Named | undefined {
  const own = /^arn:[^:]+:ssm:[^:]+:\d*:parameter(\/.*)$/.exec(reference)?.[1];
  const text =
    own === undefined || turn.state.ssm.parameters[own] !== undefined
      ? (own ?? reference)
      : own.slice(own.lastIndexOf('/') === 0 ? 1 : 0);
  const [, name = text, selector] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  const stored = turn.state.ssm.parameters[name];
  if (stored === undefined) return selector === undefined ? publicParameter(turn, name) : undefined;
  if (selector === undefined) return named(stored);
  const version = stored.versions.find((each) => String(each.version) === selector);
  return version === undefined ? undefined : { ...stored, current: version, selector: `:${selector}` };
}

const viewOf = ({ name, arn, current, selector }: Named): Parameter => ({
  Name: name,
  Type: current.type,
  Value: current.value,
  Version: current.version,
  ...(selector === undefined ? {} : { Selector: selector }),
  LastModifiedDate: new Date(current.modifiedAt),
  ARN: arn,
  DataType: current.dataType,
});

/** A SecureString is shown in plain only to who asks for that. */
const shown = (view: Parameter, decrypt: boolean | undefined): Parameter =>
  view.Type === 'SecureString' && decrypt !== true
    ? { ...view, Value: Buffer.from(`kms:${view.ARN}:${view.Version}`).toString('base64') }
    : view;

export const getParameter: Handler<Given<GetParameterRequest>, GetParameterResult> = (input, call) => {
  const found = find(call, input.Name);
  if (found === undefined) {
    const base = input.Name.replace(/:\d+$/, '');
    if (base !== input.Name && find(call, base) !== undefined) {
      throw new AwsError(
        'ParameterVersionNotFound',
        `Systems Manager could not find version ${input.Name.slice(base.length + 1)} of ${base}. Verify the version and try again.`,
      );
    }
    throw new AwsError('ParameterNotFound', '');
  }
  return { Parameter: shown(viewOf(found), input.WithDecryption) };
};

export const getParameters: Handler<Given<GetParametersRequest>, GetParametersResult> = (input, call) => {
  if (input.Names.length > 10)
    throw new AwsError(
      'ValidationException',
      "1 validation error detected: Value at 'names' failed to satisfy constraint: Member must have length less than or equal to 10",
    );
  const found = input.Names.map((name) => find(call, name));
  return {
    Parameters: found.flatMap((each) => (each === undefined ? [] : [shown(viewOf(each), input.WithDecryption)])),
    InvalidParameters: input.Names.filter((_, i) => found[i] === undefined),
  };
};

const all = (turn: Turn): Named[] =>
  [...Object.values(turn.state.ssm.parameters).map(named)].sort((a, b) => (a.name < b.name ? -1 : 1));

const pageFor = <T>(rows: readonly T[], input: { NextToken?: string | undefined; MaxResults?: number | undefined }) =>
  pageOf(rows, {
    token: input.NextToken,
    size: input.MaxResults,
    usual: 10,
    invalidToken: () => new AwsError('InvalidNextToken', 'The specified token is not valid.'),
  });

export const getParametersByPath: Handler<Given<GetParametersByPathRequest>, GetParametersByPathResult> = (
  input,
  call,
) => {
  if (!input.Path.startsWith('/')) {
    throw new AwsError(
      'ValidationException',
      'The parameter doesn\'t meet the parameter name requirements. The parameter name must begin with a forward slash "/".',
    );
  }
  const folder = input.Path.endsWith('/') ? input.Path : `${input.Path}/`;
  const source = folder.startsWith('/aws/service/') ? publicParameters(call) : all(call);
  const rows = source
    .filter(({ name }) => name.startsWith(folder))
    .filter(({ name }) => input.Recursive === true || !name.slice(folder.length).includes('/'));
  const page = pageFor(rows, input);
  return { Parameters: page.items.map((own) => shown(viewOf(own), input.WithDecryption)), NextToken: page.next };
};

const metadataOf = ({ name, arn, current }: Named): ParameterMetadata => ({
  Name: name,
  ARN: arn,
  Type: current.type,
  ...(current.keyId === undefined ? {} : { KeyId: current.keyId }),
  LastModifiedDate: new Date(current.modifiedAt),
  LastModifiedUser: current.modifiedBy,
  ...(current.description === undefined ? {} : { Description: current.description }),
  ...(current.allowedPattern === undefined ? {} : { AllowedPattern: current.allowedPattern }),
  Version: current.version,
  Tier: current.tier,
  Policies: [],
  DataType: current.dataType,
});

/** https://docs.aws.amazon.com/systems-manager/latest/APIReference/API_ParameterStringFilter.html */
function matches(
  turn: Turn,
  own: Named,
  { Key: key, Option: option = 'Equals', Values: values = [] }: ParameterStringFilter,
): boolean {
  const fits = (text: string): boolean =>
    values.some((value) =>
      option === 'BeginsWith' ? text.startsWith(value) : option === 'Contains' ? text.includes(value) : text === value,
    );
  if (key === 'Name') return fits(own.name);
  if (key === 'Type') return fits(own.current.type);
  if (key === 'Path') {
    return values.some((value) => {
      const folder = value.endsWith('/') ? value : `${value}/`;
      return own.name.startsWith(folder) && (option === 'Recursive' || !own.name.slice(folder.length).includes('/'));
    });
  }
  if (key?.startsWith('tag:') === true) {
    const tag = turn.state.ssm.parameters[own.name]?.tags[key.slice('tag:'.length)];
    return tag !== undefined && (values.length === 0 || fits(tag));
  }
  throw new AwsError('InvalidFilterKey', `The filter key ${key} is not known here: Name, Path, Type, tag:KEY`);
}

export const describeParameters: Handler<DescribeParametersRequest, DescribeParametersResult> = (input, call) => {
  const old = (input.Filters ?? []).map(({ Key, Values }) => ({ Key, Values, Option: 'BeginsWith' }));
  const filters = [...(input.ParameterFilters ?? []), ...old];
  const rows = all(call).filter((own) => filters.every((filter) => matches(call, own, filter)));
  const page = pageFor(rows, { NextToken: input.NextToken, MaxResults: input.MaxResults ?? 50 });
  return { Parameters: page.items.map(metadataOf), NextToken: page.next };
};
