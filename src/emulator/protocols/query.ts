import { AwsError } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { writeJson } from './json-shape.ts';
import { constraintMessage, readingTypes, requireMembers } from './missing-members.ts';
import type { Asked, LoadedService, Protocol } from './protocol.ts';
import { readQuery } from './query-input.ts';
import type { WrongType } from './scalar.ts';
import { notImplemented } from './unknown-operation.ts';
import { escapeXml, xmlMembers, xmlNames } from './xml-output.ts';

/** The parameters of a query request: in the body of a POST, in the URL of a GET (presigned URLs). */
function parametersOf(request: WireRequest): URLSearchParams {
  const parameters = new URLSearchParams(request.query);
  for (const [name, value] of new URLSearchParams(Buffer.from(request.body).toString('utf8')))
    parameters.append(name, value);
  return parameters;
}

function readWith(ec2: boolean, loaded: LoadedService, request: WireRequest): Asked {
  const parameters = parametersOf(request);
  const action = parameters.get('Action');
  if (!action) throw new AwsError('MissingAction', 'The request must contain the parameter Action');
  const operation = loaded.operation(action);
  if (!operation) throw notImplemented(loaded.service, action);
  const { input, unknown } = readingTypes(
    () => readQuery(operation.input, parameters, ec2),
    ec2 ? ec2WrongType : queryWrongType,
  );
  if (ec2 && unknown[0]) throw new AwsError('UnknownParameter', `The parameter ${unknown[0]} is not recognized`);
  requireMembers(operation.input, input, ec2 ? ec2Missing : queryMissing);
  return { operation, input };
}

const ec2Missing = ([path]: readonly string[]): AwsError =>
  new AwsError('MissingParameter', `The request must contain the parameter ${path!.replace(/\.member\b/g, '')}`);

const ec2WrongType = ({ path, given, expected }: WrongType): AwsError =>
  new AwsError('InvalidParameterValue', `Value (${given}) for parameter ${path} is invalid. It must be a ${expected}.`);

const queryMissing = (paths: readonly string[]): AwsError => new AwsError('ValidationError', constraintMessage(paths));

const queryWrongType = ({ path, given, expected }: WrongType): AwsError =>
  new AwsError('MalformedInput', `${path}: '${given}' is not a ${expected}`);

const xmlResponse = (status: number, body: string, requestId: string): WireResponse => ({
  status,
  headers: { 'content-type': 'text/xml;charset=UTF-8', 'x-amzn-requestid': requestId },
  body: `<?xml version="1.0" encoding="UTF-8"?>\n${body}`,
});

/** https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html */
export const ec2Query: Protocol = {
  read: (loaded, request) => readWith(true, loaded, request),
  answer({ service }, operation, { output, requestId }) {
    // What has no output says `return`: true, as EC2 does for DeleteVpc and its like.
    const hasMembers = operation.output.isStructSchema();
    const content = hasMembers ? xmlMembers(operation.output, output ?? {}, xmlNames) : '<return>true</return>';
    const name = `${operation.name}Response`;
    const namespace = `http://ec2.amazonaws.com/doc/${service.version ?? '2016-11-15'}/`;
    return xmlResponse(
      200,
      `<${name} xmlns="${namespace}"><requestId>${requestId}</requestId>${content}</${name}>`,
      requestId,
    );
  },
  error(_, error, { requestId }) {
    const content = `<Error><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
    return xmlResponse(
      error.status,
      `<Response><Errors>${content}</Errors><RequestID>${requestId}</RequestID></Response>`,
      requestId,
    );
  },
};

/** Services with the query protocol answer with JSON where that is asked for; aws-iam-authenticator reads nothing else. */
const wantsJson = (accept: string | undefined): boolean => accept === 'application/json';

const jsonResponse = (status: number, body: unknown, requestId: string): WireResponse => ({
  status,
  headers: { 'content-type': 'application/json', 'x-amzn-requestid': requestId },
  body: JSON.stringify(body),
});

/** https://smithy.io/2.0/aws/protocols/aws-query-protocol.html */
export const awsQuery: Protocol = {
  read: (loaded, request) => readWith(false, loaded, request),
  answer({ service }, operation, { output, requestId, accept }) {
    const { name } = operation;
    const hasMembers = operation.output.isStructSchema();
    if (wantsJson(accept)) {
      const told = hasMembers ? { [`${name}Result`]: writeJson(operation.output, output ?? {}) } : {};
      const body = { [`${name}Response`]: { ...told, ResponseMetadata: { RequestId: requestId } } };
      return jsonResponse(200, body, requestId);
    }
    const result = hasMembers
      ? `<${name}Result>${xmlMembers(operation.output, output ?? {}, xmlNames)}</${name}Result>`
      : '';
    const metadata = `<ResponseMetadata><RequestId>${requestId}</RequestId></ResponseMetadata>`;
    return xmlResponse(
      200,
      `<${name}Response xmlns="${namespaceOf(service)}">${result}${metadata}</${name}Response>`,
      requestId,
    );
  },
  error(loaded, error, { requestId, request }) {
    const type = error.status >= 500 ? 'Receiver' : 'Sender';
    if (wantsJson(request.headers.accept)) {
      const told = { Code: error.code, Message: error.message, Type: type };
      return jsonResponse(error.status, { Error: told, RequestId: requestId }, requestId);
    }
    const content = `<Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>`;
    const namespace = loaded ? ` xmlns="${namespaceOf(loaded.service)}"` : '';
    const body = `<ErrorResponse${namespace}><Error>${content}</Error><RequestId>${requestId}</RequestId></ErrorResponse>`;
    return xmlResponse(error.status, body, requestId);
  },
};

const namespaceOf = ({ signingName, version }: LoadedService['service']): string =>
  `https://${signingName}.amazonaws.com/doc/${version ?? '2010-05-08'}/`;
