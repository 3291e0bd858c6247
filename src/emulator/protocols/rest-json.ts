import { AwsError } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { parseJsonBody } from './aws-json.ts';
import { bodyMembers, payloadMember, readBindings, writeBindings } from './http-bindings.ts';
import { readJson, writeJson, writeStructure } from './json-shape.ts';
import { constraintMessage, readingTypes, requireMembers } from './missing-members.ts';
import type { Asked, LoadedService, Protocol } from './protocol.ts';
import { findRoute, routesOf } from './routes.ts';
import { kindOf, type Operation, type Shape } from './shape.ts';
import { notImplemented } from './unknown-operation.ts';

const routesByService = new WeakMap<LoadedService, ReturnType<typeof routesOf>>();

function routesFor(loaded: LoadedService): ReturnType<typeof routesOf> {
  const known = routesByService.get(loaded);
  if (known) return known;
  const routes = routesOf(loaded.operations());
  routesByService.set(loaded, routes);
  return routes;
}

/** EKS calls what is missing or wrong an InvalidParameterException. */
const invalid = (message: string): AwsError => new AwsError('InvalidParameterException', message);

function read(loaded: LoadedService, request: WireRequest): Asked {
  const routed = findRoute(routesFor(loaded), request);
  if (!routed) throw notImplemented(loaded.service, `${request.method} ${request.path}`);
  const { operation, labels } = routed;
  const input = readingTypes(
    () => ({ ...readBody(operation.input, request.body), ...readBindings(operation.input, request, labels) }),
    (wrong) => invalid(wrong.message),
  );
  requireMembers(operation.input, input, (paths) => invalid(constraintMessage(paths)));
  return { operation, input };
}

function readBody(shape: Shape, body: Uint8Array): Record<string, unknown> {
  if (!shape.isStructSchema() || bodyMembers(shape).length === 0) return {};
  const payload = payloadMember(shape);
  if (!payload) return readJson(shape, parseJsonBody(body)) as Record<string, unknown>;
  const [name, member] = payload;
  if (kindOf(member) === 'blob') return { [name]: body };
  return body.length === 0 ? {} : { [name]: readJson(member, parseJsonBody(body)) };
}

function writeBody(operation: Operation, output: Readonly<Record<string, unknown>>): string | Uint8Array {
  const shape = operation.output;
  if (!shape.isStructSchema()) return '{}';
  const payload = payloadMember(shape);
  if (payload) {
    const [name, member] = payload;
    const value = output[name];
    if (value === undefined) return '';
    return kindOf(member) === 'blob' ? (value as Uint8Array | string) : JSON.stringify(writeJson(member, value));
  }
  const inBody = new Set(bodyMembers(shape).map(([name]) => name));
  return JSON.stringify(
    writeStructure(shape, Object.fromEntries(Object.entries(output).filter(([name]) => inBody.has(name)))),
  );
}

const jsonHeaders = (requestId: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-amzn-requestid': requestId,
});

/** https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html */
export const restJson1: Protocol = {
  read,
  answer(_, operation, { output, requestId }): WireResponse {
    const record = (output ?? {}) as Readonly<Record<string, unknown>>;
    const bound = operation.output.isStructSchema() ? writeBindings(operation.output, record) : { headers: {} };
    return {
      status: bound.status ?? operation.http?.status ?? 200,
      headers: { ...jsonHeaders(requestId), ...bound.headers },
      body: writeBody(operation, record),
    };
  },
  error(_, error, { requestId }): WireResponse {
    return {
      status: error.status,
      headers: { ...jsonHeaders(requestId), 'x-amzn-errortype': error.code },
      body: JSON.stringify({ __type: error.code, message: error.message, ...error.extra }),
    };
  },
};
