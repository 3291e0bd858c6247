import { AwsError } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { readJson, writeJson } from './json-shape.ts';
import { constraintMessage, readingTypes, requireMembers } from './missing-members.ts';
import type { Asked, LoadedService, Protocol } from './protocol.ts';
import { notImplemented } from './unknown-operation.ts';

function read(loaded: LoadedService, request: WireRequest): Asked {
  const target = request.headers['x-amz-target'] ?? '';
  const name = target.slice(target.lastIndexOf('.') + 1);
  if (!name) throw new AwsError('UnknownOperationException', 'the request has no X-Amz-Target');
  const operation = loaded.operation(name);
  if (!operation) throw notImplemented(loaded.service, name);
  const value = parseJsonBody(request.body);
  const input = readingTypes(
    () => (operation.input.isStructSchema() ? (readJson(operation.input, value) as Record<string, unknown>) : {}),
    (wrong) => new AwsError('SerializationException', wrong.message),
  );
  requireMembers(operation.input, input, (paths) => new AwsError('ValidationException', constraintMessage(paths)));
  return { operation, input };
}

/** Parses a JSON body; an empty one is `{}`. Throws SerializationException. */
export function parseJsonBody(body: Uint8Array): unknown {
  const text = Buffer.from(body).toString('utf8');
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AwsError(
      'SerializationException',
      `the body is not JSON: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}

const jsonResponse = (version: string, status: number, answer: { body: unknown; requestId: string }): WireResponse => ({
  status,
  headers: { 'content-type': `application/x-amz-json-${version}`, 'x-amzn-requestid': answer.requestId },
  body: JSON.stringify(answer.body),
});

/** https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const awsJson = (version: '1.0' | '1.1'): Protocol => ({
  read,
  answer(_, operation, { output, requestId }) {
    const body = operation.output.isStructSchema() ? writeJson(operation.output, output ?? {}) : {};
    return jsonResponse(version, 200, { body, requestId });
  },
  error(loaded, error, { requestId }) {
    const body = { __type: error.code, message: error.message, ...error.extra };
    const response = jsonResponse(version, error.status, { body, requestId });
    const older = loaded?.service.queryErrors;
    if (older === undefined) return response;
    const told = `${older[error.code] ?? error.code};${error.status >= 500 ? 'Receiver' : 'Sender'}`;
    return { ...response, headers: { ...response.headers, 'x-amzn-query-error': told } };
  },
});
