import { AwsError } from '../call.ts';
import type { WireRequest, WireResponse } from '../http/request.ts';
import { bucketOf } from './bucket-address.ts';
import { bodyMembers, payloadMember, readBindings, writeBindings } from './http-bindings.ts';
import { constraintMessage, readingTypes, requireMembers } from './missing-members.ts';
import type { Asked, LoadedService, Protocol } from './protocol.ts';
import { findRoute, routesOf } from './routes.ts';
import { kindOf, membersOf, type Operation, type Shape } from './shape.ts';
import { notImplemented } from './unknown-operation.ts';
import { parseXml, readXml } from './xml-input.ts';
import { escapeXml, xmlElement, xmlMembers, xmlNames } from './xml-output.ts';

type Routes = ReturnType<typeof routesOf>;

const routesByService = new WeakMap<LoadedService, { readonly account: Routes; readonly bucket: Routes }>();

/** The routes of S3 do not name the bucket; operations on one are those that have such a member. */
function routesFor(loaded: LoadedService): { readonly account: Routes; readonly bucket: Routes } {
  const known = routesByService.get(loaded);
  if (known) return known;
  const hasBucket = ({ input }: Operation): boolean =>
    membersOf(input).some(([name, member]) => name === 'Bucket' && isLabel(member));
  const operations = loaded.operations();
  const made = {
    account: routesOf(operations.filter((operation) => !hasBucket(operation))),
    bucket: routesOf(operations.filter(hasBucket)),
  };
  routesByService.set(loaded, made);
  return made;
}

const isLabel = (member: Shape): boolean => Boolean(member.getMergedTraits().httpLabel);

const isS3 = ({ service }: Pick<LoadedService, 'service'>): boolean => service.signingName === 's3';

/** Some clients end a path of Route 53 in a slash. */
const withoutSlash = (path: string): string => path.replace(/(.)\/$/, '$1');

function read(loaded: LoadedService, request: WireRequest): Asked {
  const { bucket, path } = isS3(loaded) ? bucketOf(request) : { bucket: undefined, path: withoutSlash(request.path) };
  const routes = routesFor(loaded);
  const routed = findRoute(bucket === undefined ? routes.account : routes.bucket, { ...request, path });
  if (!routed)
    throw notImplemented(loaded.service, `${request.method} ${request.path}${request.query && `?${request.query}`}`);
  const { operation } = routed;
  const labels = bucket === undefined ? routed.labels : { ...routed.labels, Bucket: bucket };
  const input = readingTypes(
    () => ({ ...readBindings(operation.input, request, labels), ...readBody(operation.input, request.body) }),
    (wrong) => new AwsError('InvalidArgument', wrong.message),
  );
  requireMembers(operation.input, input, (paths) => new AwsError('InvalidRequest', constraintMessage(paths)));
  return { operation, input };
}

function readBody(shape: Shape, body: Uint8Array): Record<string, unknown> {
  const payload = shape.isStructSchema() ? payloadMember(shape) : undefined;
  if (!payload) return readMembers(shape, body);
  const [name, member] = payload;
  if (kindOf(member) === 'blob') return { [name]: body };
  if (body.length === 0) return {};
  const text = Buffer.from(body).toString('utf8');
  return { [name]: kindOf(member) === 'string' ? text : readXml(member, parseXml(text)) };
}

/** A body whose element is the input itself: Route 53 has those. */
function readMembers(shape: Shape, body: Uint8Array): Record<string, unknown> {
  const inBody = shape.isStructSchema() ? bodyMembers(shape).map(([name]) => name) : [];
  if (inBody.length === 0 || body.length === 0) return {};
  const all = readXml(shape, parseXml(Buffer.from(body).toString('utf8'))) as Record<string, unknown>;
  return Object.fromEntries(inBody.filter((name) => all[name] !== undefined).map((name) => [name, all[name]]));
}

const namespaceOf = (loaded: Pick<LoadedService, 'service'>): string =>
  isS3(loaded)
    ? 'http://s3.amazonaws.com/doc/2006-03-01/'
    : `https://${loaded.service.signingName}.amazonaws.com/doc/${loaded.service.version}/`;

function writeBody(
  loaded: LoadedService,
  operation: Operation,
  output: Readonly<Record<string, unknown>>,
): string | Uint8Array {
  const shape = operation.output;
  if (!shape.isStructSchema()) return '';
  const payload = payloadMember(shape);
  if (payload) return writePayload(payload, output);
  const members = bodyMembers(shape);
  if (members.length === 0) return '';
  const inBody = Object.fromEntries(members.map(([name]) => [name, output[name]]));
  const name = shape.getMergedTraits().xmlName ?? shape.getName() ?? operation.name;
  return document(`<${name} xmlns="${namespaceOf(loaded)}">${xmlMembers(shape, inBody, xmlNames)}</${name}>`);
}

function writePayload(
  [name, member]: readonly [string, Shape],
  output: Readonly<Record<string, unknown>>,
): string | Uint8Array {
  const value = output[name];
  if (value === undefined) return '';
  if (kindOf(member) !== 'structure') return value as string | Uint8Array;
  const elementName = member.getMergedTraits().xmlName ?? member.getName() ?? name;
  return document(xmlElement(String(elementName), member, value, xmlNames));
}

const document = (body: string): string => `<?xml version="1.0" encoding="UTF-8"?>\n${body}`;

/** https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html as S3 speaks it. */
export const restXml: Protocol = {
  read,
  answer(loaded, operation, { output, requestId }): WireResponse {
    const record = (output ?? {}) as Readonly<Record<string, unknown>>;
    const bound = operation.output.isStructSchema() ? writeBindings(operation.output, record) : { headers: {} };
    const body = writeBody(loaded, operation, record);
    const type = typeof body === 'string' && body !== '' ? { 'content-type': 'application/xml' } : {};
    return {
      status: bound.status ?? operation.http?.status ?? 200,
      headers: { ...type, ...requestIds(requestId), ...bound.headers },
      body,
    };
  },
  error(loaded, error, { requestId, request }): WireResponse {
    if (loaded !== undefined && !isS3(loaded)) return plainError(loaded, error, requestId);
    const extra = Object.entries(error.extra).map(([name, value]) => `<${name}>${escapeXml(String(value))}</${name}>`);
    const content =
      `<Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message>${extra.join('')}` +
      `<Resource>${escapeXml(request.path)}</Resource><RequestId>${requestId}</RequestId>`;
    const body = request.method === 'HEAD' || error.status === 304 ? '' : document(`<Error>${content}</Error>`);
    return { status: error.status, headers: { 'content-type': 'application/xml', ...requestIds(requestId) }, body };
  },
};

/** Errors as REST services other than S3 write them. */
function plainError(loaded: Pick<LoadedService, 'service'>, error: AwsError, requestId: string): WireResponse {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const content = `<Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
  const body = `<ErrorResponse xmlns="${namespaceOf(loaded)}">${content}<RequestId>${requestId}</RequestId></ErrorResponse>`;
  const headers = { 'content-type': 'text/xml', 'x-amzn-requestid': requestId };
  return { status: error.status, headers, body: document(body) };
}

const requestIds = (requestId: string): Record<string, string> => ({
  'x-amz-request-id': requestId,
  'x-amz-id-2': requestId,
});
